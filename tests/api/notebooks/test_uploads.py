"""The border for large bodies: who may send one is known before it is read."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from dost_ext.core.uploads import UPLOAD_LIMIT
from tests.api.conftest import LoginAs
from tests.support.client import PASSWORD, Client, xsrf_of
from tests.support.dost_server import DostServer

PATH = "conversations/import"
SMALL = {"file": ("x.json", b"[]")}


def form(content: bytes) -> tuple[bytes, str]:
    """A body of multipart/form-data with one file, and its type."""
    request = httpx.Request("POST", "http://x", files={"file": ("x.json", content)})
    return request.read(), request.headers["content-type"]


def raw(server: DostServer, *lines: str, body: bytes = b"") -> str:
    """What the server answers to these headers and no more than this much of the body."""
    head = [f"POST /dost/api/v1/{PATH} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", *lines]
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode() + body)
        answer = b""
        while b"\r\n\r\n" not in answer or not answer.rstrip().endswith(b"}"):
            piece = connection.recv(4096)
            if not piece:
                break
            answer += piece
    return answer.decode()


def bearer(client: Client) -> str:
    return f"Authorization: {client.headers['authorization']}"


def test_a_file_over_the_normal_limit_is_read(user: Client) -> None:
    text = "x" * 1_000_000
    messages = [{"id": str(n), "role": "user", "content": text} for n in range(20)]
    document = {"format": "dost.conversation", "version": 1, "conversation": {"messages": messages}}
    files = {"file": ("x.json", json.dumps(document).encode())}
    (made,) = user.ok("POST", PATH, files=files)["imported"]
    assert len(user.tree(made["id"])["ids"]) == 20


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(
    server: DostServer, user: Client
) -> None:
    lines = [f"Content-Length: {UPLOAD_LIMIT + 1}", "Content-Type: multipart/form-data; boundary=x"]
    answer = raw(server, bearer(user), *lines, body=b"x" * 100_000)
    assert answer.startswith("HTTP/1.1 413 ")
    assert '"detail":"A file may hold 64 MB at most."' in answer


def test_a_client_that_sends_it_all_the_same_hears_why(user: Client) -> None:
    response = user.post(PATH, files={"file": ("x", b"x" * (UPLOAD_LIMIT + 1))})
    assert response.status_code == 413
    assert response.json()["code"] == "too_large"


def test_a_chunked_body_is_counted_as_it_comes(user: Client) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(UPLOAD_LIMIT // 2**20 + 2):
            yield b"x" * 2**20

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    response = user.post(PATH, content=pieces(), headers=headers)
    assert response.status_code == 413


@pytest.mark.parametrize("length", [5, 10_000_000, 60_000_000, 10**12])
def test_a_stranger_sends_nothing(server: DostServer, length: int) -> None:
    answer = raw(server, f"Content-Length: {length}", body=b"x" * 5)
    assert answer.startswith("HTTP/1.1 401 ")
    assert '"code":"unauthenticated"' in answer


def test_who_asks_first_is_told_before_sending(server: DostServer, user: Client) -> None:
    expecting = "Expect: 100-continue"
    too_long = raw(server, bearer(user), expecting, f"Content-Length: {UPLOAD_LIMIT + 1}")
    assert too_long.startswith("HTTP/1.1 413 ")
    assert "100 (Continue)" not in too_long
    body, kind = form(b"[]")
    fine = raw(
        server,
        bearer(user),
        expecting,
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        body=body,
    )
    assert fine.startswith("HTTP/1.1 100 ")
    assert "HTTP/1.1 422 " in fine


def test_one_who_waits_for_approval_sends_nothing(server: DostServer, login_as: LoginAs) -> None:
    pending = login_as("pending")
    answer = raw(server, bearer(pending), "Content-Length: 60000000")
    assert answer.startswith("HTTP/1.1 403 ")


@pytest.mark.parametrize("length", ["-5", "x", "٣", "5, 6", "1e3"])
def test_an_odd_length_is_refused(server: DostServer, user: Client, length: str) -> None:
    answer = raw(server, bearer(user), f"Content-Length: {length}", body=b"xxxxx")
    assert answer.startswith("HTTP/1.1 400 ")


def test_a_browser_needs_the_xsrf_header_here_too(server: DostServer, admin: Client) -> None:
    with Client(server.api) as browser:
        login = {"username": "root", "password": PASSWORD}
        browser.ok("POST", "auth/login", json=login)
        browser.get(server.url)
        refused = browser.post(PATH, files=SMALL)
        assert (refused.status_code, refused.json()["code"]) == (403, "xsrf")
        assert browser.post(PATH, files=SMALL, headers=xsrf_of(browser)).status_code == 422


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"[]", 415),
        ("multipart/form-data", b"--x--", 415),
        ("multipart/form-data; boundary=x", b"", 422),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 422),
        ("multipart/form-data; boundary=x", b"nonsense", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nno end", 400),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nno name\r\n--x--", 422),
        ("multipart/form-data; boundary=" + "x" * 300, b"--", 400),
        ("nonsense", b"x", 415),
        ("", b"x", 415),
    ],
)
def test_what_is_no_form_with_a_file_is_refused(
    user: Client, kind: str, body: bytes, status: int
) -> None:
    response = user.post(PATH, content=body, headers={"Content-Type": kind})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_the_file_is_found_among_other_fields(user: Client) -> None:
    data = {"other": "x\r\n--y"}
    response = user.post(PATH, data=data, files={"also": b"no", "file": ('ğ"\r\n.json', b"[]")})
    assert response.json()["detail"].startswith("There are no conversations in this file.")
