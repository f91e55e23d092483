"""Inside a plain Jupyter server: whoever Jupyter lets in is the one owner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dost_ext.core.uploads import UPLOAD_LIMIT
from tests.support.client import PASSWORD, Client, xsrf_of
from tests.support.code import Coder
from tests.support.dost_server import DostServer, wait_until
from tests.support.postgres import fresh_database

# One worker starts what they share, once.
pytestmark = pytest.mark.xdist_group("local mode")

TOKEN = "t0ken"
JUPYTER = (
    "-m",
    "jupyter_server",
    "--ServerApp.jpserver_extensions={'dost_ext': True}",
    f"--IdentityProvider.token={TOKEN}",
    "--ServerApp.open_browser=False",
    "--allow-root",
)


@pytest.fixture(scope="module")
def jupyter(
    database_server: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DostServer]:
    """Jupyter Server with dost in it."""
    with fresh_database(database_server, template) as url:
        directory = tmp_path_factory.mktemp("jupyter")
        server = DostServer(directory, database_url=url, command=JUPYTER)
        yield server.start()
        server.stop()
        assert "Traceback" not in server.printed(), server.printed()


@pytest.fixture
def owner(jupyter: DostServer) -> Iterator[Client]:
    """A script that knows Jupyter's token."""
    with Client(jupyter.api) as client:
        client.headers["Authorization"] = f"token {TOKEN}"
        yield client


def test_jupyters_token_opens_dost(owner: Client) -> None:
    me = owner.ok("GET", "auth/me")
    assert (me["username"], me["role"]) == ("owner", "admin")
    assert owner.ask("Hello").text == "Hello"


def test_the_owner_runs_code_in_jupyters_own_kernels(jupyter: DostServer, owner: Client) -> None:
    coder = Coder(owner)
    assert coder.runs("print(6 * 7)").text == "42\n"
    kernel = owner.ok("GET", coder.kernel)["id"]
    root = f"http://127.0.0.1:{jupyter.port}/"
    listed = owner.get(f"{root}api/kernels").json()
    assert kernel in [one["id"] for one in listed]
    # Ended there, it is gone here.
    assert owner.delete(f"{root}api/kernels/{kernel}").status_code == 204
    wait_until(lambda: owner.ok("GET", coder.kernel)["state"] == "dead")
    assert coder.runs("print('anew')").text == "anew\n"


def test_without_the_token_nothing_opens(jupyter: DostServer) -> None:
    with Client(jupyter.api) as stranger:
        assert stranger.get("auth/me").status_code == 401
        assert stranger.post("conversations", json={}).status_code in (401, 403)
        response = stranger.get(jupyter.url)
        assert response.status_code == 302
        assert response.headers["location"].startswith("/login?next=")


def test_every_browser_is_the_same_owner(jupyter: DostServer, owner: Client) -> None:
    made = owner.make_conversation(title="Mine")
    with Client(jupyter.api) as browser:
        browser.get(jupyter.url, params={"token": TOKEN})
        assert browser.ok("GET", f"conversations/{made['id']}") == made
        assert browser.ok("GET", "auth/me") == owner.ok("GET", "auth/me")


def test_a_browser_needs_jupyters_xsrf_header(jupyter: DostServer) -> None:
    with Client(jupyter.api) as browser:
        browser.get(jupyter.url, params={"token": TOKEN})
        assert browser.post("conversations", json={}).json()["code"] == "xsrf"
        made = browser.post("conversations", json={}, headers=xsrf_of(browser))
        assert made.status_code == 201


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "auth/register"),
        ("POST", "auth/login"),
        ("POST", "auth/refresh"),
        ("POST", "auth/logout"),
        ("POST", "auth/password"),
        ("DELETE", "auth/me"),
    ],
)
def test_dost_signs_nobody_in_or_out(owner: Client, method: str, path: str) -> None:
    body = {"username": "mallory", "password": PASSWORD}
    assert owner.request(method, path, json=body).status_code == 404


def test_the_owner_cannot_be_deleted_or_demoted(owner: Client) -> None:
    path = f"admin/users/{owner.ok('GET', 'auth/me')['id']}"
    assert owner.delete(path).status_code in (404, 409)
    assert owner.patch(path, json={"role": "pending"}).status_code in (404, 409)
    assert owner.post("conversations", json={}).status_code == 201


def test_the_page_knows_its_mode(jupyter: DostServer, owner: Client) -> None:
    page = owner.get(jupyter.url)
    assert page.status_code == 200
    assert '"mode":"local"' in page.text


def test_chats_go_out_and_come_in(jupyter: DostServer, owner: Client) -> None:
    answer = owner.ask("Out and in")
    exported = owner.get(f"conversations/{answer.conversation_id}/export").content
    files = {"file": ("x.json", exported)}
    (made,) = owner.ok("POST", "conversations/import", files=files)["imported"]
    assert len(owner.tree(made["id"])["ids"]) == 2
    with Client(jupyter.api) as stranger:
        assert stranger.post("conversations/import", files=files).status_code in (401, 403)


def test_a_browser_needs_jupyters_xsrf_header_for_files(jupyter: DostServer) -> None:
    files = {"file": ("x.json", b"[]")}
    with Client(jupyter.api) as browser:
        browser.get(jupyter.url, params={"token": TOKEN})
        assert browser.post("conversations/import", files=files).json()["code"] == "xsrf"
        sent = browser.post("conversations/import", files=files, headers=xsrf_of(browser))
        assert sent.status_code == 422


def test_a_file_that_is_too_large_is_refused(owner: Client) -> None:
    files = {"file": ("x", b"x" * (UPLOAD_LIMIT + 1))}
    assert owner.post("conversations/import", files=files).status_code == 413


def test_a_shared_chat_opens_without_the_token(jupyter: DostServer, owner: Client) -> None:
    answer = owner.ask("Shared")
    share = owner.ok("POST", f"conversations/{answer.conversation_id}/share")
    with Client(jupyter.api) as stranger:
        assert stranger.ok("GET", f"shared/{share['token']}")["title"] == "Shared"
        page = stranger.get(f"http://127.0.0.1:{jupyter.port}{share['url_path']}")
        assert page.status_code == 200
        assert page.headers["x-robots-tag"] == "noindex"


def test_jupyters_own_api_is_still_there(jupyter: DostServer, owner: Client) -> None:
    assert owner.get(f"http://127.0.0.1:{jupyter.port}/api/status").status_code == 200
