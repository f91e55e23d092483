"""Code that has ended in a kernel and may still show something, as in a notebook.

A thread of it goes on, or later code changes a display of its.
"""

from __future__ import annotations

from typing import Any, Protocol

# So many of one kernel are remembered, and so many bytes of what they show: the newest.
MOST = 100
MOST_BYTES = 10 * 1024 * 1024


class Shower(Protocol):
    """Who ran code."""

    @property
    def size(self) -> int:
        """Bytes, about, of what it shows."""

    def shows(self, kind: str, content: dict[str, Any]) -> None:
        """A message of IOPub."""


class Earlier:
    """Who ran code that has ended, by the message that asked for it."""

    def __init__(self) -> None:
        self._showers: dict[str, Shower] = {}

    def add(self, message_id: str, shower: Shower) -> None:
        """Its code has ended."""
        self._showers[message_id] = shower
        self._make_room()

    def show(self, parent: str | None, kind: str, content: dict[str, Any]) -> None:
        """Give what is shown to whoever ran the code; a display's change, to all who show it."""
        if kind == "update_display_data":
            showers = list(self._showers.values())
        else:
            found = self._showers.get(parent or "")
            showers = [found] if found is not None else []
        for shower in showers:
            shower.shows(kind, content)
        if showers:
            self._make_room()

    def _make_room(self) -> None:
        size = sum(shower.size for shower in self._showers.values())
        while len(self._showers) > MOST or size > MOST_BYTES:
            size -= self._showers.pop(next(iter(self._showers))).size
