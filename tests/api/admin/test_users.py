"""What an admin does with accounts and with the server's settings."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.api.conftest import SignUp
from tests.conftest import FreshDatabase, StartServer
from tests.support.client import PASSWORD, Client
from tests.support.dost_server import DostServer


def id_of(client: Client) -> str:
    return str(client.ok("GET", "auth/me")["id"])


def test_an_admin_sees_every_account(admin: Client, sign_up: SignUp) -> None:
    made = [sign_up().ok("GET", "auth/me") for _ in range(2)]
    listed = admin.ok("GET", "admin/users")["items"]
    assert listed[0]["username"] == "root"
    assert listed[-2:] == made


def test_an_admin_makes_an_account_that_can_sign_in(admin: Client, server: DostServer) -> None:
    body = {"username": f"grace-{uuid4().hex[:8]}", "password": PASSWORD, "email": "g@example.org"}
    made = admin.ok("POST", "admin/users", json={**body, "role": "pending"})
    assert (made["username"], made["role"]) == (body["username"], "pending")
    assert admin.ok("GET", f"admin/users/{made['id']}") == made
    with Client(server.api) as anonymous:
        sign_in = {"username": body["username"], "password": PASSWORD}
        assert anonymous.ok("POST", "auth/login", json=sign_in)["user"] == made
    taken = admin.post("admin/users", json=body)
    assert (taken.status_code, taken.json()["code"]) == (409, "username_taken")
    assert admin.get(f"admin/users/{uuid4()}").status_code == 404


def test_a_new_role_holds_from_the_next_request_on(admin: Client, user: Client) -> None:
    path = f"admin/users/{id_of(user)}"
    assert user.get("admin/users").status_code == 403
    assert admin.ok("PATCH", path, json={"role": "admin"})["role"] == "admin"
    assert user.get("admin/users").status_code == 200
    admin.ok("PATCH", path, json={"role": "pending"})
    assert user.get("conversations").status_code == 403
    assert user.ok("GET", "auth/me")["role"] == "pending"


def test_a_deleted_account_is_signed_out_at_once(admin: Client, user: Client) -> None:
    user.ask("x")
    path = f"admin/users/{id_of(user)}"
    with user.following("GET", "events") as events:
        admin.ok("DELETE", path)
        list(events)
    assert user.get("auth/me").status_code == 401
    assert admin.delete(path).status_code == 404


@pytest.mark.parametrize("body", [{"role": "king"}, {"role": None}, {"role": "user", "x": 1}])
def test_an_unknown_role_is_refused(admin: Client, user: Client, body: dict[str, str]) -> None:
    assert admin.patch(f"admin/users/{id_of(user)}", json=body).status_code == 422


def test_the_only_admin_stays_admin(start_server: StartServer, new_database: FreshDatabase) -> None:
    server = start_server(database_url=new_database())
    with Client(server.api) as client:
        body = {"username": "ada", "password": PASSWORD}
        token = client.ok("POST", "auth/register", json=body)["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        path = f"admin/users/{id_of(client)}"
        # Alone or not: without an admin nobody could make one again.
        assert client.patch(path, json={"role": "user"}).status_code == 409
        client.ok("POST", "auth/register", json={**body, "username": "bob"})
        assert client.patch(path, json={"role": "user"}).status_code == 409
        assert client.delete(path).status_code == 409
        assert client.ok("GET", "auth/me")["role"] == "admin"


def test_the_last_account_may_go_and_the_next_is_admin_again(
    start_server: StartServer, new_database: FreshDatabase
) -> None:
    server = start_server(database_url=new_database())
    for name in ("ada", "bob"):
        with Client(server.api) as client:
            body = {"username": name, "password": PASSWORD}
            made = client.ok("POST", "auth/register", json=body)
            assert made["user"]["role"] == "admin"
            client.headers["Authorization"] = f"Bearer {made['access_token']}"
            client.ok("DELETE", "auth/me", json={"password": PASSWORD})


def test_the_servers_settings_change_one_by_one(admin: Client) -> None:
    before = admin.ok("GET", "admin/settings")
    changed = admin.ok("PATCH", "admin/settings", json={"default_model": "fake/lorem"})
    assert changed == before | {"default_model": "fake/lorem"}
    assert admin.ok("GET", "admin/settings") == changed
    restored = admin.ok("PATCH", "admin/settings", json={"default_model": None})
    assert restored == before


def test_the_default_model_answers_where_none_is_named(admin: Client, user: Client) -> None:
    admin.ok("PATCH", "admin/settings", json={"default_model": "fake/script"})
    try:
        assert user.ok("GET", "models")["default_model"] == "fake/script"
        assert user.ask("x", model=None).run["model"] == "fake/script"
    finally:
        admin.ok("PATCH", "admin/settings", json={"default_model": None})
