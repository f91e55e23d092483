"""Signing in, staying signed in, and signing out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

import psycopg
import pytest

from tests.api.conftest import SignUp
from tests.support.client import PASSWORD, Client, xsrf_of
from tests.support.dost_server import DostServer

WRONG = "wrong horse battery"


@contextmanager
def log_in(api: str, username: str, password: str = PASSWORD) -> Iterator[Client]:
    """A browser that has just signed in: its cookies, no bearer."""
    with Client(api) as client:
        client.ok("POST", "auth/login", json={"username": username, "password": password})
        client.get("../../")  # the page sets the XSRF cookie
        yield client


@pytest.fixture
def browser(server: DostServer, sign_up: SignUp) -> Iterator[Client]:
    """A browser in which a fresh account has signed in."""
    username = sign_up().username
    with log_in(server.api, username) as client:
        client.username = username
        yield client


def refresh_token(client: Client) -> str:
    return next(v for k, v in client.cookies.items() if k.startswith("dost-refresh-"))


def refresh_with(client: Client, token: str) -> int:
    """The status of a refresh by somebody who holds only this token."""
    name = next(k for k in client.cookies if k.startswith("dost-refresh-"))
    with Client(str(client.base_url)) as other:
        return other.post("auth/refresh", headers={"Cookie": f"{name}={token}"}).status_code


def age_rotation(database: str, username: str) -> None:
    """Let the last refresh have been a minute ago."""
    with psycopg.connect(database) as connection:
        connection.execute(
            "update sessions set rotated_at = rotated_at - interval '1 minute' from users "
            "where users.id = user_id and username = %s",
            [username],
        )


def test_signing_in_takes_the_name_in_any_case(anonymous: Client, sign_up: SignUp) -> None:
    body = {"username": sign_up().username.upper(), "password": PASSWORD}
    signed_in = anonymous.ok("POST", "auth/login", json=body)
    me = {"Authorization": f"Bearer {signed_in['access_token']}"}
    assert anonymous.ok("GET", "auth/me", headers=me) == signed_in["user"]


def test_an_unknown_name_and_a_wrong_password_look_the_same(
    anonymous: Client, sign_up: SignUp
) -> None:
    names = (sign_up().username, "nobody-at-all")
    answers = [
        anonymous.post("auth/login", json={"username": name, "password": WRONG}) for name in names
    ]
    assert [a.status_code for a in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "dost_unknown", "é", "-"])
def test_a_token_that_is_none_signs_nobody_in(anonymous: Client, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode()}
    assert anonymous.get("auth/me", headers=headers).status_code == 401


def test_a_refresh_token_is_no_access_token(anonymous: Client, browser: Client) -> None:
    headers = {"Authorization": f"Bearer {refresh_token(browser)}"}
    assert anonymous.get("auth/me", headers=headers).status_code == 401


def test_refreshing_rotates_the_token(browser: Client) -> None:
    before = refresh_token(browser)
    refreshed = browser.ok("POST", "auth/refresh")
    assert refreshed["user"]["username"] == browser.username
    assert refresh_token(browser) != before


def test_refreshing_without_a_token_is_refused(anonymous: Client) -> None:
    assert anonymous.post("auth/refresh").status_code == 401


def test_two_tabs_may_refresh_at_once(browser: Client) -> None:
    shared = refresh_token(browser)
    statuses = [refresh_with(browser, shared) for _ in range(2)]
    assert statuses == [200, 200]


def test_the_tab_that_came_second_keeps_the_newer_token(browser: Client) -> None:
    spent = refresh_token(browser)
    browser.ok("POST", "auth/refresh")
    assert refresh_with(browser, spent) == 200
    assert refresh_with(browser, refresh_token(browser)) == 200


def test_a_token_spent_long_ago_ends_the_session(browser: Client, worker_database: str) -> None:
    stolen = refresh_token(browser)
    browser.ok("POST", "auth/refresh")
    age_rotation(worker_database, browser.username)
    assert refresh_with(browser, stolen) == 401
    assert browser.get("auth/me").status_code == 401
    assert refresh_with(browser, refresh_token(browser)) == 401


def test_a_token_two_refreshes_old_ends_the_session_at_once(browser: Client) -> None:
    stolen = refresh_token(browser)
    browser.ok("POST", "auth/refresh")
    browser.ok("POST", "auth/refresh")
    assert refresh_with(browser, stolen) == 401
    assert browser.get("auth/me").status_code == 401


def test_a_stolen_token_ends_only_its_own_session(
    browser: Client, server: DostServer, worker_database: str
) -> None:
    with log_in(server.api, browser.username) as elsewhere:
        stolen = refresh_token(browser)
        browser.ok("POST", "auth/refresh")
        age_rotation(worker_database, browser.username)
        refresh_with(browser, stolen)
        assert elsewhere.get("auth/me").status_code == 200


def test_logging_out_kills_the_token_at_once(user: Client) -> None:
    user.ok("POST", "auth/logout")
    assert user.get("auth/me").status_code == 401


def test_logging_out_takes_the_cookies_back(browser: Client) -> None:
    refresh = refresh_token(browser)
    browser.ok("POST", "auth/logout", headers=xsrf_of(browser))
    assert [k for k in browser.cookies if k.startswith("dost-")] == []
    with Client(str(browser.base_url)) as thief:
        cookie = {"Cookie": f"dost-refresh={refresh}"}
        assert thief.post("auth/refresh", headers=cookie).status_code == 401


def test_logging_out_closes_open_streams(user: Client) -> None:
    with user.following("GET", "events") as events:
        user.make_conversation()
        first = next(events)
        user.ok("POST", "auth/logout")
        assert [e.name for e in chain([first], events)] == ["conversation"]


def test_logging_out_leaves_other_devices_signed_in(browser: Client, server: DostServer) -> None:
    with log_in(server.api, browser.username) as phone:
        browser.ok("POST", "auth/logout", headers=xsrf_of(browser))
        assert phone.get("auth/me").status_code == 200


def test_devices_are_listed_and_can_be_signed_out(browser: Client, server: DostServer) -> None:
    with log_in(server.api, browser.username) as phone:
        devices = browser.ok("GET", "auth/sessions")["items"]
        assert sorted(d["current"] for d in devices) == [False, False, True]  # and the sign-up's
        (other, *_) = [d for d in phone.ok("GET", "auth/sessions")["items"] if d["current"]]
        browser.ok("DELETE", f"auth/sessions/{other['id']}", headers=xsrf_of(browser))
        assert phone.get("auth/me").status_code == 401
    assert browser.get("auth/me").status_code == 200


def test_nobody_signs_out_anothers_device(user: Client, sign_up: SignUp) -> None:
    other = sign_up()
    (session,) = other.ok("GET", "auth/sessions")["items"]
    assert user.delete(f"auth/sessions/{session['id']}").status_code == 404
    assert other.get("auth/me").status_code == 200


def test_the_profile_can_be_changed(user: Client) -> None:
    changed = user.ok("PATCH", "auth/me", json={"display_name": "Ada", "email": "a@b.c"})
    assert (changed["display_name"], changed["email"]) == ("Ada", "a@b.c")
    cleared = user.ok("PATCH", "auth/me", json={"display_name": None, "email": None})
    assert (cleared["display_name"], cleared["email"]) == (user.username, None)
