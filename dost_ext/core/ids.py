"""Identifiers: UUIDv7, so that ids sort by the time they were made."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7

from dost_ext.core.errors import NotFound

__all__ = ["new_id", "parse_id"]


def new_id() -> UUID:
    """A new UUIDv7."""
    return uuid7()


def parse_id(text: str) -> UUID:
    """The id that a path names; what is no id names nothing, so it is a `NotFound`."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
