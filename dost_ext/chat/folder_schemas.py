"""What crosses the wire about folders and tags."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from dost_ext.core.params import SystemPrompt
from dost_ext.core.wire import Request, Response

FolderName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class CreateFolder(Request):
    """A new folder, at the top or in another."""

    name: FolderName
    parent_id: UUID | None = None
    system_prompt: SystemPrompt | None = None


class UpdateFolder(Request):
    """Changes to a folder; what is left out stays."""

    name: FolderName = ""
    parent_id: UUID | None = None
    system_prompt: SystemPrompt | None = None


class Folder(Response):
    """A folder; `system_prompt` holds for the chats in it that have none of their own."""

    id: UUID
    parent_id: UUID | None
    name: str
    system_prompt: str | None
    conversations: int = Field(description="Chats in the folder itself that are not archived")
    created_at: datetime


class Folders(Response):
    """All folders, by name."""

    items: list[Folder]


class TagCount(Response):
    """A tag, and how many conversations bear it."""

    name: str
    conversations: int


class TagCounts(Response):
    """All tags, by name."""

    items: list[TagCount]
