"""Where a listing goes on, as a word for its reader to give back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson

from dost_ext.core.errors import InvalidRequest


def cursor_of(*place: Any) -> str:
    """The cursor of a place, which is values that JSON can hold, times and ids."""
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode()


def place_of(cursor: str, *kinds: Callable[[Any], Any]) -> tuple[Any, ...]:
    """The place that a cursor names.

    Args:
        kinds: What makes each of its values of what JSON gave, or raises ValueError or TypeError.

    Raises:
        InvalidRequest: No such listing gave it out.
    """
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor))
        if not isinstance(values, list):
            raise TypeError
        return tuple(kind(value) for kind, value in zip(kinds, values, strict=True))
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error):
        raise InvalidRequest("cursor: not one that this listing gave out") from None


def moment(value: Any) -> datetime:
    """A time with its zone."""
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(value)
    return found
