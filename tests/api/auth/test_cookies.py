"""What protects a browser's cookies from other sites."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.conftest import SignUp
from tests.support.client import PASSWORD, Client, xsrf_of
from tests.support.dost_server import DostServer

EVIL = "https://evil.example"


@pytest.fixture
def browser(server: DostServer, sign_up: SignUp) -> Iterator[Client]:
    """A browser with cookies, as the page leaves it."""
    body = {"username": sign_up().username, "password": PASSWORD}
    with Client(server.api) as client:
        client.get("../../")
        client.ok("POST", "auth/login", json=body)
        yield client


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(
    server: DostServer, sign_up: SignUp
) -> None:
    body = {"username": sign_up().username, "password": PASSWORD}
    with Client(server.api) as client:
        response = client.post("auth/login", json=body)
    cookies = [c for c in response.headers.get_list("set-cookie") if c.startswith("dost-")]
    assert len(cookies) == 2
    assert all("HttpOnly" in c and "SameSite=Strict" in c for c in cookies)
    assert any(c.startswith("dost-refresh") and "Path=/dost/api/v1/auth/" in c for c in cookies)


def test_cookie_names_hold_the_port(browser: Client, server: DostServer) -> None:
    names = [name for name in browser.cookies if name.startswith("dost-")]
    assert len(names) == 2
    assert all(str(server.port) in name for name in names)


def test_an_unsafe_request_by_cookie_needs_the_xsrf_header(browser: Client) -> None:
    response = browser.post("conversations", json={})
    assert (response.status_code, response.json()["code"]) == (403, "xsrf")
    assert browser.post("conversations", json={}, headers=xsrf_of(browser)).status_code == 201


def test_a_wrong_xsrf_header_is_refused(browser: Client) -> None:
    headers = {"X-XSRFToken": "2|deadbeef|" + "0" * 32 + "|1700000000"}
    assert browser.post("conversations", json={}, headers=headers).status_code == 403


def test_a_safe_request_by_cookie_needs_no_header(browser: Client) -> None:
    assert browser.get("conversations").status_code == 200


def test_a_bearer_needs_no_xsrf_header(user: Client) -> None:
    assert user.post("conversations", json={}).status_code == 201


def test_a_bearer_beside_a_cookie_is_the_one_that_counts(browser: Client, user: Client) -> None:
    headers = {"Authorization": user.headers["Authorization"]}
    me = browser.ok("GET", "auth/me", headers=headers)
    assert me["username"] == user.username


def test_a_bad_bearer_is_not_saved_by_a_good_cookie(browser: Client) -> None:
    headers = {"Authorization": "Bearer nonsense"}
    assert browser.get("auth/me", headers=headers).status_code == 401
    assert browser.post("conversations", json={}, headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "conversations"), ("POST", "auth/logout"), ("GET", "conversations")],
)
def test_another_sites_page_gets_nothing_by_cookie(browser: Client, method: str, path: str) -> None:
    headers = {"Origin": EVIL, **xsrf_of(browser)}
    response = browser.request(method, path, headers=headers)
    assert response.status_code in (403, 404)
    assert response.headers["content-type"] == "application/problem+json"
    assert browser.get("auth/me").status_code == 200


@pytest.mark.parametrize("path", ["auth/login", "auth/register", "auth/refresh"])
def test_another_site_signs_nobody_in(browser: Client, path: str) -> None:
    body = {"username": "mallory", "password": PASSWORD}
    response = browser.post(path, json=body, headers={"Origin": EVIL})
    assert response.status_code in (403, 404)
    assert "set-cookie" not in response.headers


def test_no_other_origin_is_allowed_to_read(browser: Client) -> None:
    response = browser.options("conversations", headers={"Origin": EVIL})
    assert response.headers.get("Access-Control-Allow-Origin") is None


def test_a_foreign_host_name_is_refused(anonymous: Client) -> None:
    response = anonymous.get("auth/me", headers={"Host": "rebound.example"})
    assert response.status_code == 403
