"""What crosses the wire about files of conversations."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from dost_ext.core.wire import Query, Response


class ExportConversation(Query):
    """In which format."""

    format: Literal["md", "json", "ipynb", "html", "py"] = "json"


class ImportedConversation(Response):
    """A conversation that was made from an entry of the file."""

    id: UUID
    title: str


class SkippedEntry(Response):
    """An entry of the file that no conversation was made from: which one, and why."""

    reason: str


class Imported(Response):
    """What became of a file."""

    imported: list[ImportedConversation]
    skipped: list[SkippedEntry]
