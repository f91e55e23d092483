"""The base of all that crosses the wire: strict, closed to unknown fields, free of NUL."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


def _refuse_nul(value: Any) -> None:
    """PostgreSQL stores no NUL in text, so a string with one is refused at the door."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if "\x00" in item:
                raise ValueError("text must not contain the NUL character")
        elif isinstance(item, dict):
            pending.extend(item.keys())
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)


class Request(BaseModel):
    """The body or query of a request."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _free_of_nul(cls, value: Any) -> Any:
        _refuse_nul(value)
        return value


class Query(Request):
    """Query parameters: text that is read as numbers and truth values."""

    model_config = ConfigDict(extra="ignore", strict=False)


class Response(BaseModel):
    """The body of a response."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, populate_by_name=True)


class Nothing(Response):
    """An empty answer (204)."""
