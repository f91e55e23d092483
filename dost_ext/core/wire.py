"""The base of all that crosses the wire: strict, and closed to unknown fields."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Request(BaseModel):
    """The body or query of a request."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Query(Request):
    """Query parameters: text that is read as numbers and truth values."""

    model_config = ConfigDict(extra="ignore", strict=False)


class Response(BaseModel):
    """The body of a response."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, populate_by_name=True)


class Nothing(Response):
    """An empty answer (204)."""
