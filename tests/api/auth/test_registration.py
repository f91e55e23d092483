"""Making accounts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.api.conftest import SignUp
from tests.conftest import FreshDatabase, StartServer
from tests.support.client import PASSWORD, Client


@contextmanager
def server_settings(admin: Client, **changes: str) -> Iterator[None]:
    """The server's settings changed for a block."""
    before = admin.ok("GET", "admin/settings")
    admin.ok("PATCH", "admin/settings", json=changes)
    try:
        yield
    finally:
        admin.ok("PATCH", "admin/settings", json={name: before[name] for name in changes})


def test_the_first_account_is_the_admin_and_later_ones_are_users(
    start_server: StartServer, new_database: FreshDatabase
) -> None:
    client = Client(start_server(database_url=new_database()).api)
    roles = [
        client.ok("POST", "auth/register", json={"username": name, "password": PASSWORD})["user"][
            "role"
        ]
        for name in ("ada", "bob")
    ]
    assert roles == ["admin", "user"]


def test_registering_signs_in(anonymous: Client) -> None:
    body = {
        "username": "grace",
        "password": PASSWORD,
        "email": "grace@example.org",
        "display_name": "Grace Hopper",
    }
    response = anonymous.post("auth/register", json=body)
    made = response.json()
    assert response.status_code == 201
    assert made["token_type"] == "bearer"
    assert made["expires_in"] == 900
    me = anonymous.ok("GET", "auth/me")  # by the cookies that came with the answer
    assert me == made["user"]
    assert {k: me[k] for k in ("username", "email", "display_name", "role")} == {
        "username": "grace",
        "email": "grace@example.org",
        "display_name": "Grace Hopper",
        "role": "user",
    }


def test_permissions_are_those_of_the_role(admin: Client, sign_up: SignUp) -> None:
    of_admin = set(admin.ok("GET", "auth/me")["permissions"])
    of_user = set(sign_up().ok("GET", "auth/me")["permissions"])
    of_pending = set(sign_up(role="pending").ok("GET", "auth/me")["permissions"])
    assert of_pending < of_user < of_admin
    assert {"chat", "conversations:write"} <= of_user - of_pending
    assert "admin:users" in of_admin - of_user


def test_a_name_can_be_had_once_whatever_its_case(anonymous: Client, sign_up: SignUp) -> None:
    taken = sign_up().username
    body = {"username": taken.upper(), "password": PASSWORD}
    response = anonymous.post("auth/register", json=body)
    assert (response.status_code, response.json()["code"]) == (409, "username_taken")


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": ""},
        {"username": "two words"},
        {"username": "x" * 65},
        {"username": "-dash"},
        {"username": "line\n"},
        {"password": "short"},
        {"password": "x" * 257},
        {"email": "nowhere"},
        {"display_name": ""},
        {"role": "admin"},
    ],
    ids=lambda wrong: "-".join(wrong),
)
def test_a_bad_field_is_named_and_refused(anonymous: Client, wrong: dict[str, str]) -> None:
    body = {"username": "someone", "password": PASSWORD, **wrong}
    response = anonymous.post("auth/register", json=body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["loc"] == list(wrong)


def test_closed_sign_up_turns_strangers_away(anonymous: Client, admin: Client) -> None:
    with server_settings(admin, sign_up="closed"):
        body = {"username": "stranger", "password": PASSWORD}
        response = anonymous.post("auth/register", json=body)
    assert response.status_code == 403
    assert "closed" in response.json()["detail"]


def test_new_accounts_get_the_role_that_the_admin_chose(anonymous: Client, admin: Client) -> None:
    with server_settings(admin, default_role="pending"):
        body = {"username": "waiting", "password": PASSWORD}
        made = anonymous.ok("POST", "auth/register", json=body)
    assert made["user"]["role"] == "pending"


@pytest.mark.parametrize("name", ["ro\u200dot", "\u3164", "a\ufe0f"])
def test_a_name_holds_nothing_that_cannot_be_seen(anonymous: Client, name: str) -> None:
    body = {"username": name, "password": PASSWORD}
    assert anonymous.post("auth/register", json=body).status_code == 422


@pytest.mark.parametrize("look_alike", ["ｒｏｏｔ", "ROOT"])
def test_another_spelling_of_a_name_is_the_same_name(anonymous: Client, look_alike: str) -> None:
    body = {"username": look_alike, "password": PASSWORD}
    assert anonymous.post("auth/register", json=body).status_code == 409


@pytest.mark.parametrize("name", ["ΟΔΥΣΣΕΥΣ", "İstanbul", "Rene\u0301"])
def test_every_alphabet_signs_in_by_the_name_it_registered(anonymous: Client, name: str) -> None:
    body = {"username": name, "password": PASSWORD}
    anonymous.ok("POST", "auth/register", json=body)
    assert anonymous.post("auth/login", json=body).status_code == 200


def test_nobody_takes_the_name_of_the_owner_of_jupyter(anonymous: Client) -> None:
    body = {"username": "Owner", "password": PASSWORD}
    response = anonymous.post("auth/register", json=body)
    assert (response.status_code, response.json()["code"]) == (409, "username_taken")
