"""A server below a path that must be encoded: every hard-coded slash shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support.client import PASSWORD, Client, xsrf_of
from tests.support.dost_server import DostServer
from tests.support.postgres import fresh_database

# One worker starts what they share, once.
pytestmark = pytest.mark.xdist_group("base url")

BASE = "/a%40b/"


@pytest.fixture(scope="module")
def server(
    database_server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DostServer]:
    """A server of this module, below `BASE`."""
    with fresh_database(database_server, template) as url:
        server = DostServer(tmp_path_factory.mktemp("base"), database_url=url, base_url=BASE)
        yield server.start()
        server.stop()


def test_everything_works_below_another_path(server: DostServer) -> None:
    with Client(server.api) as browser:
        page = browser.get(server.url)
        browser.ok("POST", "auth/register", json={"username": "ada", "password": PASSWORD})
        paths = {cookie.name: cookie.path for cookie in browser.cookies.jar}
        assert {path for name, path in paths.items() if name.startswith("dost-access")} == {
            f"{BASE}dost/"
        }
        made = browser.post("conversations", json={}, headers=xsrf_of(browser))
        assert made.status_code == 201
        refreshed = browser.ok("POST", "auth/refresh")
        browser.headers["Authorization"] = f"Bearer {refreshed['access_token']}"
        assert browser.ask("Hello").text == "Hello"
    assert page.status_code == 200
    assert f'"base_url":"{BASE}dost/"' in page.text
    for asset in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert asset.startswith(BASE)
        assert browser_get(server, asset) == 200


def browser_get(server: DostServer, path: str) -> int:
    with Client(f"http://127.0.0.1:{server.port}/") as client:
        return client.get(path).status_code


def test_whatever_is_asked_for_a_stranger_ends_at_the_sign_in(server: DostServer) -> None:
    with Client(f"http://127.0.0.1:{server.port}", follow_redirects=True) as browser:
        assert str(browser.get(f"{BASE}lab").url).startswith(f"{server.url}login?next=")
        assert str(browser.get(BASE).url) == server.url
        assert browser_get(server, "/dost/api/v1/health") == 302
