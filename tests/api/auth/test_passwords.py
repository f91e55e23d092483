"""Changing a password, guessing one, and deleting the account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.conftest import SignUp
from tests.conftest import FreshDatabase, StartServer
from tests.support.client import PASSWORD, Client
from tests.support.dost_server import DostServer, wait_until
from tests.support.fake_control import FakeControl

NEW = "another horse battery"
LIMIT = 10


def log_in(client: Client, username: str, password: str = PASSWORD) -> int:
    body = {"username": username, "password": password}
    return client.post("auth/login", json=body).status_code


@pytest.fixture
def second_device(user: Client, server: DostServer) -> Client:
    """The same account, signed in once more."""
    with Client(server.api) as fresh:
        body = {"username": user.username, "password": PASSWORD}
        token = fresh.ok("POST", "auth/login", json=body)["access_token"]
    return Client(server.api, token)


def test_a_new_password_replaces_the_old(user: Client, anonymous: Client) -> None:
    user.ok("POST", "auth/password", json={"current_password": PASSWORD, "new_password": NEW})
    assert log_in(anonymous, user.username, PASSWORD) == 401
    assert log_in(anonymous, user.username, NEW) == 200


def test_a_new_password_signs_every_other_device_out(user: Client, second_device: Client) -> None:
    with second_device.following("GET", "events") as events:
        user.ok("POST", "auth/password", json={"current_password": PASSWORD, "new_password": NEW})
        assert list(events) == []
    assert second_device.get("auth/me").status_code == 401
    assert user.get("auth/me").status_code == 200


def test_the_old_password_must_be_known(user: Client, anonymous: Client) -> None:
    body = {"current_password": "not it", "new_password": NEW}
    response = user.post("auth/password", json=body)
    assert (response.status_code, response.json()["code"]) == (403, "wrong_password")
    assert log_in(anonymous, user.username) == 200


def test_guessing_is_stopped(sign_up: SignUp, anonymous: Client) -> None:
    name = sign_up().username
    statuses = [log_in(anonymous, name, "wrong password") for _ in range(LIMIT)]
    assert statuses == [401] * LIMIT
    body = {"username": name.upper(), "password": PASSWORD}
    response = anonymous.post("auth/login", json=body)
    assert (response.status_code, response.json()["code"]) == (429, "rate_limited")
    assert 0 < int(response.headers["Retry-After"]) <= 300


def test_guessing_in_parallel_gains_nothing(
    start_server: StartServer, new_database: FreshDatabase
) -> None:
    # Real hashes: while one takes its time, the other guesses arrive.
    slow = {"DOST_CHEAP_PASSWORDS": "0"}
    server = start_server(database_url=new_database(), environment=slow)
    with Client(server.api) as client, ThreadPoolExecutor(30) as pool:
        statuses = list(pool.map(lambda _: log_in(client, "ada", "wrong password"), range(30)))
    assert sorted(statuses) == [401] * LIMIT + [429] * 20


def test_guessing_at_one_name_does_not_lock_another(sign_up: SignUp, anonymous: Client) -> None:
    victim, other = sign_up().username, sign_up().username
    for _ in range(LIMIT + 1):
        log_in(anonymous, victim, "wrong password")
    assert log_in(anonymous, other) == 200


def test_a_right_password_clears_the_count(sign_up: SignUp, anonymous: Client) -> None:
    name = sign_up().username
    tries = ["wrong password"] * (LIMIT - 1) + [PASSWORD]
    statuses = [log_in(anonymous, name, password) for password in tries * 2]
    assert statuses == ([401] * (LIMIT - 1) + [200]) * 2


def test_deleting_the_account_deletes_all_it_owns(user: Client, anonymous: Client) -> None:
    user.ask("Remember me")
    user.ok("DELETE", "auth/me", json={"password": PASSWORD})
    assert user.get("auth/me").status_code == 401
    assert user.get("conversations").status_code == 401
    assert log_in(anonymous, user.username) == 401


def test_deleting_the_account_needs_the_password(user: Client) -> None:
    assert user.request("DELETE", "auth/me", json={"password": "no"}).status_code == 403
    assert user.get("auth/me").status_code == 200


def test_deleting_the_account_stops_what_is_written_for_it(user: Client, fake: FakeControl) -> None:
    fake.queue(tokens=5000, tokens_per_second=50)
    with user.sending("A long story") as events:
        next(events)
        wait_until(fake.requests)
        user.ok("DELETE", "auth/me", json={"password": PASSWORD})
        wait_until(lambda: fake.requests()[-1]["disconnected"], 10)


def test_the_only_admin_stays_while_there_are_others(admin: Client) -> None:
    response = admin.request("DELETE", "auth/me", json={"password": PASSWORD})
    assert response.status_code == 409
    assert "only administrator" in response.json()["detail"]
