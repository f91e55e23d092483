"""One's own settings."""

from __future__ import annotations

from tests.api.conftest import SignUp
from tests.support.client import Client

DEFAULTS = {
    "theme": "system",
    "default_model": None,
    "send_on_enter": True,
    "default_params": {},
    "default_system_prompt": None,
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
    assert user.ok("PUT", "settings", json=wanted) == wanted
    assert user.ok("GET", "settings") == wanted
    assert user.ok("PUT", "settings", json={"theme": "dark"}) == DEFAULTS | {"theme": "dark"}


def test_settings_are_ones_own(user: Client, sign_up: SignUp) -> None:
    user.ok("PUT", "settings", json={"theme": "dark"})
    assert sign_up().ok("GET", "settings") == DEFAULTS
