"""Files: what is taken, who gets it back, and as what a browser gets it."""

from __future__ import annotations

import socket
from typing import Any

import httpx
import pytest

from dost_ext.files.contents import MOST_BYTES
from tests.api.conftest import SignUp
from tests.support.client import Client
from tests.support.dost_server import DostServer
from tests.support.pictures import SVG, picture


def send(client: Client, name: str, content: bytes) -> httpx.Response:
    return client.post("files", files={"file": (name, content)})


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_known_by_its_content(user: Client, kind: str) -> None:
    content = picture(kind, (3, 2))
    file = user.attach("holiday.txt", content)
    about = {k: v for k, v in file.items() if k != "id"}
    assert about == {
        "kind": "image",
        "filename": "holiday.txt",
        "media_type": f"image/{kind.lower()}",
        "size": len(content),
        "width": 3,
        "height": 2,
    }


def test_a_picture_is_shown_and_runs_nothing(user: Client) -> None:
    file = user.attach("kedi 🐈.png", picture())
    got = user.get(f"files/{file['id']}")
    assert got.content == picture()
    assert got.headers["content-type"] == "image/png"
    assert got.headers["content-disposition"].startswith('inline; filename="kedi .png";')
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert got.headers["cache-control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("notes.md", "# Günlük".encode(), "text/markdown"),
        ("table.CSV", b"a,b\n1,2\n", "text/csv"),
        ("data.json", b"{}", "application/json"),
        ("Makefile", b"all:\n", "text/plain"),
        ("page.html", b"<script>alert(1)</script>", "text/plain"),
        ("drawing.svg", SVG, "text/plain"),
    ],
)
def test_a_text_is_saved_and_never_shown(
    user: Client, name: str, content: bytes, media_type: str
) -> None:
    file = user.attach(name, content)
    got = user.get(f"files/{file['id']}")
    assert (file["kind"], file["filename"], got.content) == ("text", name, content)
    assert got.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert got.headers["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"%PDF-1.4 plain", 415),
        (b"caf\xe9", 415),
        (b"a\x00b", 415),
        (picture()[:20], 415),
        (b"x" * (4 * 2**20 + 1), 413),
    ],
    ids=["empty", "PDF", "Latin-1", "NUL", "half a picture", "a long text"],
)
def test_what_cannot_be_read_is_refused(user: Client, content: bytes, status: int) -> None:
    assert send(user, "x.png", content).status_code == status


def test_a_refusal_says_what_is_supported(user: Client) -> None:
    problem = send(user, "letter.docx", b"PK\x03\x04\xff").json()
    assert "PNG, JPEG, GIF and WebP pictures" in problem["detail"]
    assert "are added under Documents" in problem["detail"]


def test_a_file_over_the_limit_is_refused_before_it_is_read(
    server: DostServer, user: Client
) -> None:
    head = f"POST /dost/api/v1/files HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
    head += f"Authorization: {user.headers['authorization']}\r\nContent-Length: {2 * MOST_BYTES}"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(f"{head}\r\n\r\n".encode() + b"x" * 1000)
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "etc passwd"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a:b<c>.md", "a b c.md"),
        (".env", "file.env"),
        ("x" * 300 + ".py", "x" * 80 + ".py"),
        ("CON.txt", "file.txt"),
    ],
)
def test_a_name_is_made_safe(user: Client, name: str, kept: str) -> None:
    assert user.attach(name, b"x")["filename"] == kept


def test_a_file_is_its_owners_alone(user: Client, sign_up: SignUp) -> None:
    file_id = user.attach("a.png", picture())["id"]
    other = sign_up(role="admin")
    assert other.get(f"files/{file_id}").status_code == 404
    assert other.delete(f"files/{file_id}").status_code == 404
    assert user.get(f"files/{file_id}").is_success


def test_what_was_not_sent_can_be_deleted(user: Client) -> None:
    path = f"files/{user.attach('a.txt', b'x')['id']}"
    assert user.delete(path).status_code == 204
    assert user.get(path).status_code == 404


def test_what_belongs_to_a_message_stays(user: Client) -> None:
    file_id = user.attach("a.txt", b"x")["id"]
    user.ask("Look", attachments=[{"file_id": file_id}])
    assert user.delete(f"files/{file_id}").status_code == 409
    assert user.get(f"files/{file_id}").is_success


def test_an_account_takes_its_files_with_it(user: Client) -> None:
    file_id = user.attach("a.txt", b"x")["id"]
    user.ask("Look", attachments=[{"file_id": file_id}])
    deleted: Any = user.request("DELETE", "auth/me", json={"password": "correct horse battery"})
    assert deleted.status_code == 204
