"""One's own settings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import SignUp
from tests.support.client import Client

DEFAULTS = {
    "theme": "system",
    "default_model": None,
    "send_on_enter": True,
    "language": "system",
    "accent": None,
    "text_size": 16,
    "density": "comfortable",
    "message_width": "normal",
    "background_dim": 20,
    "background_blur": 0,
    "default_params": {},
    "default_system_prompt": None,
    "tools": {},
    "background": None,
}


def test_settings_begin_with_their_defaults(user: Client) -> None:
    assert user.ok("GET", "settings") == DEFAULTS


def test_saving_replaces_the_whole(user: Client) -> None:
    wanted = {
        "theme": "oled",
        "default_model": "fake/echo",
        "send_on_enter": False,
        "default_params": {"temperature": 0.5, "stop": ["END"]},
        "default_system_prompt": "Be brief.",
    }
    assert user.ok("PUT", "settings", json=wanted) == DEFAULTS | wanted
    assert user.ok("GET", "settings") == DEFAULTS | wanted
    assert user.ok("PUT", "settings", json={"theme": "dark"}) == DEFAULTS | {"theme": "dark"}


def test_settings_are_ones_own(user: Client, sign_up: SignUp) -> None:
    user.ok("PUT", "settings", json={"theme": "dark"})
    assert sign_up().ok("GET", "settings") == DEFAULTS


def test_changing_one_leaves_the_others(user: Client) -> None:
    user.ok("PATCH", "settings", json={"theme": "dark", "text_size": 20})
    changed = user.ok("PATCH", "settings", json={"accent": "#c2185b", "theme": "oled"})
    assert changed == DEFAULTS | {"theme": "oled", "text_size": 20, "accent": "#c2185b"}
    assert user.ok("PATCH", "settings", json={"accent": None})["accent"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accent", "red"),
        ("accent", "#FFF"),
        ("accent", "#12345g"),
        ("accent", "#123456;background:url(//x)"),
        ("accent", "#123456\n"),
        ("text_size", 13),
        ("text_size", 21),
        ("text_size", "16"),
        ("density", "dense"),
        ("message_width", "100%"),
        ("language", "de"),
        ("background_dim", 101),
        ("background_blur", 41),
        ("background", "x"),
    ],
)
def test_what_no_control_offers_is_refused(user: Client, field: str, value: Any) -> None:
    for verb in ("PUT", "PATCH"):
        assert user.request(verb, "settings", json={field: value}).status_code == 422
    assert user.ok("GET", "settings") == DEFAULTS


def test_other_tabs_hear_of_a_change(user: Client) -> None:
    with user.following("GET", "events") as events:
        user.ok("PATCH", "settings", json={"theme": "dark"})
        assert next(events).name == "settings"
