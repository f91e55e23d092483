"""What crosses the wire about files."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from dost_ext.core.wire import Response

# Data is for code alone: a model is told its name.
Kind = Literal["image", "text", "data"]


class Attachment(Response):
    """A file, without its content."""

    id: UUID
    kind: Kind
    filename: str
    media_type: str
    size: int = Field(description="Bytes")
    width: int | None = Field(default=None, description="Of a picture, in pixels")
    height: int | None = Field(default=None, description="Of a picture, in pixels")
