"""API keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.api.conftest import SignUp
from tests.support.client import Client
from tests.support.dost_server import DostServer, wait_until


def make_key(client: Client, name: str = "script", **fields: Any) -> dict[str, Any]:
    return dict(client.ok("POST", "auth/api-keys", json={"name": name, **fields}))


def in_seconds(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def test_a_key_signs_its_owner_in(user: Client, server: DostServer) -> None:
    key = make_key(user)["key"]
    assert key.startswith("dost_")
    with Client(server.api, key) as script:
        assert script.ok("GET", "auth/me")["username"] == user.username
        assert script.ask("Hello").text == "Hello"


def test_the_key_itself_is_shown_once(user: Client) -> None:
    made = make_key(user, "laptop", expires_at=in_seconds(3600))
    (listed,) = user.ok("GET", "auth/api-keys")["items"]
    key = made.pop("key")
    assert listed == made
    assert key.startswith(listed["hint"])
    assert len(listed["hint"]) < 12


def test_a_revoked_key_fails_at_once(user: Client, server: DostServer) -> None:
    made = make_key(user)
    with Client(server.api, made["key"]) as script:
        script.ok("GET", "auth/me")
        user.ok("DELETE", f"auth/api-keys/{made['id']}")
        assert script.get("auth/me").status_code == 401
    assert user.ok("GET", "auth/api-keys")["items"] == []


def test_a_revoked_key_closes_its_streams(user: Client, server: DostServer) -> None:
    made = make_key(user)
    with Client(server.api, made["key"]) as script, script.following("GET", "events") as events:
        user.ok("DELETE", f"auth/api-keys/{made['id']}")
        assert list(events) == []


def test_an_expired_key_fails_even_where_it_was_just_used(user: Client, server: DostServer) -> None:
    key = make_key(user, expires_at=in_seconds(1.5))["key"]
    with Client(server.api, key) as script:
        assert script.get("auth/me").status_code == 200
        wait_until(lambda: script.get("auth/me").status_code == 401, 5)


def test_an_expiry_needs_a_time_zone(user: Client) -> None:
    body = {"name": "x", "expires_at": "2030-01-01T00:00:00"}
    assert user.post("auth/api-keys", json=body).status_code == 422


def test_keys_are_ones_own(user: Client, sign_up: SignUp, server: DostServer) -> None:
    made = make_key(user)
    stranger = sign_up()
    assert stranger.ok("GET", "auth/api-keys")["items"] == []
    assert stranger.delete(f"auth/api-keys/{made['id']}").status_code == 404
    with Client(server.api, made["key"]) as script:
        assert script.get("auth/me").status_code == 200


def test_logging_out_leaves_keys_alone(user: Client, server: DostServer) -> None:
    with Client(server.api, make_key(user)["key"]) as script:
        user.ok("POST", "auth/logout")
        assert script.get("auth/me").status_code == 200


def test_a_key_makes_and_revokes_no_keys(user: Client, server: DostServer) -> None:
    made = make_key(user)
    with Client(server.api, made["key"]) as script:
        assert script.post("auth/api-keys", json={"name": "another"}).status_code == 403
        assert script.delete(f"auth/api-keys/{made['id']}").status_code == 403
    assert len(user.ok("GET", "auth/api-keys")["items"]) == 1
