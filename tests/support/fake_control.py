"""Tells the fake model inside a server under test what to say."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.client import Client


class FakeControl:
    """The fake model's controls, found through the provider that the server declares for it."""

    def __init__(self, admin: Client) -> None:
        providers = admin.ok("GET", "providers")["items"]
        (address,) = [p["base_url"] for p in providers if p["name"] == "fake"]
        self._http = httpx.Client(base_url=f"{address.removesuffix('/v1')}/control/")

    def queue(self, **script: Any) -> None:
        """Have the next request answered by a script with these fields."""
        self._http.post("queue", json=script).raise_for_status()

    def requests(self) -> list[dict[str, Any]]:
        """What it has been asked, oldest first."""
        return list(self._http.get("requests").raise_for_status().json()["items"])

    def reset(self) -> None:
        """Forget scripts and requests."""
        self._http.post("reset").raise_for_status()
