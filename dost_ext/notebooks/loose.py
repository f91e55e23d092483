"""Reads values out of JSON of which nothing is certain."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dost_ext.core.storable import LARGEST

# Seconds since 1970 end somewhere below this; larger numbers are milli-, micro- or nanoseconds.
_MOST_SECONDS = 1e11


def text(value: Any) -> str | None:
    """The value where it is text with something in it."""
    return value if isinstance(value, str) and value else None


def whole(value: Any) -> int | None:
    """The value where it is a number of something."""
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if known and 0 <= value < LARGEST else None


def mapping(value: Any) -> dict[str, Any]:
    """The value where it is an object; an empty one elsewhere."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The value where it is a list; an empty one elsewhere."""
    return value if isinstance(value, list) else []


def moment(value: Any) -> datetime | None:
    """A time written as seconds since 1970, as a fraction of them, or as RFC 3339."""
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value)
            return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            while value > _MOST_SECONDS:
                value /= 1000
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None
