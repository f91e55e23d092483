"""The picture behind one's page."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from dost_ext.auth.background_handlers import BackgroundHandler
from tests.api.conftest import SignUp
from tests.support.client import Client
from tests.support.declared import PICTURE

PATH = "settings/background"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def drawn(kind: str, colour: str = "teal") -> bytes:
    """A small picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(out, kind)
    return out.getvalue()


def put(client: Client, content: bytes, name: str = "x.png") -> str:
    """Send a picture; its version."""
    return str(client.ok("PUT", PATH, files={"file": (name, content)})["version"])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_comes_back_as_it_was_sent(user: Client, kind: str) -> None:
    content = drawn(kind)
    version = put(user, content, "anything.svg")
    assert user.ok("GET", "settings")["background"] == version
    found = user.get(f"{PATH}/{version}")
    assert found.content == content
    assert found.headers["content-type"] == f"image/{kind.lower()}"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["cache-control"] == "private, max-age=31536000, immutable"


def test_another_picture_takes_its_place(user: Client) -> None:
    first, second = put(user, drawn("PNG")), put(user, drawn("PNG", "red"))
    assert user.get(f"{PATH}/{first}").status_code == 404
    assert user.get(f"{PATH}/{second}").status_code == 200


def test_a_removed_picture_is_gone(user: Client) -> None:
    version = put(user, PICTURE)
    for _ in range(2):
        user.ok("DELETE", PATH)
    assert user.ok("GET", "settings")["background"] is None
    assert user.get(f"{PATH}/{version}").status_code == 404


def test_saving_settings_keeps_the_picture(user: Client) -> None:
    version = put(user, PICTURE)
    assert user.ok("PUT", "settings", json={"theme": "dark"})["background"] == version


def test_nobody_else_sees_the_picture(user: Client, sign_up: SignUp, anonymous: Client) -> None:
    version = put(user, PICTURE)
    assert sign_up().get(f"{PATH}/{version}").status_code == 404
    assert anonymous.get(f"{PATH}/{version}").status_code == 401


@pytest.mark.parametrize("content", [b"", b"hello", SVG, b"<!doctype html><script>1</script>"])
def test_what_is_no_picture_is_refused_by_its_content(user: Client, content: bytes) -> None:
    before = put(user, PICTURE)
    response = user.put(PATH, files={"file": ("photo.png", content, "image/png")})
    assert response.status_code == 415
    assert response.json()["detail"] == "This is not a PNG, JPEG, GIF or WebP picture."
    assert user.ok("GET", "settings")["background"] == before


def test_a_picture_that_is_too_large_is_refused(user: Client) -> None:
    content = b"x" * (BackgroundHandler.upload_limit + 1)
    response = user.put(PATH, files={"file": ("photo.png", content)})
    assert response.status_code == 413
    assert response.json()["detail"] == "A file may hold 10 MB at most."


def test_other_tabs_hear_of_a_new_picture(user: Client) -> None:
    with user.following("GET", "events") as events:
        put(user, PICTURE)
        assert next(events).name == "settings"
