"""What crosses the wire about shared conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from dost_ext.core.wire import Response


class Share(Response):
    """A link to a conversation."""

    token: str
    url_path: str = Field(description="Where the page shows it, without the server's name")
    created_at: datetime
    updated_at: datetime = Field(description="When what it shows was copied")


class ShareState(Response):
    """Whether a conversation is shared."""

    share: Share | None


class SharedSource(Response):
    """What `[index]` in an answer points at, as anyone with the link sees it."""

    index: int = Field(description="From 1")
    title: str | None = Field(description="Null of a document, which is not shared")
    page: int | None
    url: str | None = Field(description="Of a page of the web")


class SharedMessage(Response):
    """A message as anyone with the link sees it."""

    role: Literal["user", "assistant"]
    content: str
    attachments: int = Field(default=0, description="Files that belong to it and are not shared")
    sources: list[SharedSource] = []
    model: str | None
    created_at: datetime


class SharedConversation(Response):
    """A conversation as anyone with the link sees it."""

    title: str
    messages: list[SharedMessage]
    updated_at: datetime = Field(description="When what it shows was copied")
