"""What crosses the wire about documents, collections and retrieval."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from dost_ext.core.wire import Query, Request, Response

Status = Literal["queued", "processing", "ready", "failed", "cancelled"]
Stage = Literal["", "reading", "embedding", "saving"]
Mode = Literal["hybrid", "vector", "text"]

MOST_RESULTS = 200
MOST_NAMED = 1000
LONGEST_QUERY = 10_000

CollectionName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)
]
Description = Annotated[str, Field(max_length=2000)]
Readers = Annotated[
    list[Annotated[str, Field(max_length=200)]],
    Field(max_length=MOST_NAMED, description="The user names of those who may read it"),
]
GroupNames = Annotated[
    list[Annotated[str, Field(max_length=200)]],
    Field(max_length=MOST_NAMED, description="The names of groups that may read it"),
]
Ids = Annotated[list[UUID], Field(max_length=MOST_NAMED)]


class CreateCollection(Request):
    """A new collection."""

    name: CollectionName
    description: Description = ""
    everyone: bool = Field(default=False, description="Everyone on this server may read it")
    readers: Readers = []
    groups: GroupNames = []


class UpdateCollection(Request):
    """Changes to a collection; what is left out stays."""

    name: CollectionName = ""
    description: Description = ""
    everyone: bool = False
    readers: Readers = []
    groups: GroupNames = []


class Collection(Response):
    """A collection that one may read: one's own, or one that somebody shares."""

    id: UUID
    name: str
    description: str
    everyone: bool
    readers: list[str] = Field(description="Told to its owner alone")
    groups: list[str] = Field(description="Groups that read it, told to its owner alone")
    mine: bool
    owner: str = Field(description="The display name of whoever made it")
    documents: int
    chunks: int
    created_at: datetime
    updated_at: datetime


class Collections(Response):
    """The collections one may read, by name, one's own first."""

    items: list[Collection]


class Heading(Response):
    """One line of a document's outline."""

    level: int
    title: str
    page: int | None = None
    passage: int | None = Field(
        default=None, description="The number of the first passage that stands below it"
    )


class Document(Response):
    """A document, without its content."""

    id: UUID
    collection_id: UUID | None = Field(description="None for one that is in no named collection")
    filename: str
    url: str | None = Field(description="The page of the web that it is; None for a file")
    title: str
    media_type: str
    size: int = Field(description="Bytes")
    status: Status
    stage: Stage
    progress: float = Field(description="From 0 to 1")
    pages_read: int
    pages: int | None
    chunks: int
    notes: list[str] = Field(description="Sentences about what could not be read")
    error: str | None
    mine: bool
    duplicate: bool = Field(default=False, description="The same file was there already")
    created_at: datetime
    updated_at: datetime


class WholeDocument(Document):
    """A document and its outline."""

    outline: list[Heading]


class Documents(Response):
    """Documents, the newest first."""

    items: list[Document]
    next_cursor: str | None = None


class ListDocuments(Query):
    """Which documents to list."""

    collection_id: UUID | None = None
    status: Status | None = None
    q: str = Field(default="", max_length=200, description="A part of the name or the title")
    cursor: str | None = Field(default=None, max_length=200)
    limit: int = Field(default=50, ge=1, le=500)


class ReadDocument(Query):
    """Which passages of a document: from one on, or those around one."""

    start: int = Field(default=0, ge=0, description="The number of the first one, from 0")
    around: int | None = Field(default=None, ge=0, description="The number of one in their midst")
    passage: UUID | None = Field(default=None, description="Its id, instead of its number")
    page: int | None = Field(default=None, ge=1, description="The page on which it begins, instead")
    limit: int = Field(default=50, ge=1, le=MOST_RESULTS)


class Block(Response):
    """What a passage consists of, or a mark above that.

    A mark is a `page`, a `file` within the document, or a titled `part` of it: a sheet, a chapter.
    `text` is Markdown, a `table` is one in Markdown, and `plain` text is as it stands.
    """

    kind: Literal["page", "file", "part", "heading", "text", "table", "code", "plain"]
    text: str
    level: int = Field(description="Of headings, parts and files: from 1")
    page: int | None
    language: str = Field(description="Of code, where it says so")
    goes_on: bool = Field(
        description="The rest of the table, with its header, or of the code before"
    )


class ReadPassage(Response):
    """A passage in its place."""

    id: UUID
    number: int = Field(description="From 0, in the document's order")
    page: int | None
    headings: list[str]
    blocks: list[Block]


class ReadPassages(Response):
    """Passages of a document, in its order."""

    items: list[ReadPassage]
    total: int
    at: int | None = Field(
        description="The number of the passage that was asked for, if it is there"
    )


class SendDocument(Query):
    """Where a document goes."""

    collection_id: UUID | None = None
    path: str = Field(
        default="", max_length=1000, description="Its folders and name, when a folder is sent"
    )


class Retrieve(Request):
    """A question to documents; without ids, to all that one may read."""

    query: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] = Field(
        max_length=LONGEST_QUERY
    )
    collection_ids: Ids | None = None
    document_ids: Ids | None = None
    k: int = Field(default=10, ge=1, le=MOST_RESULTS)
    mode: Mode = "hybrid"


class Passage(Response):
    """A chunk that was found."""

    document_id: UUID
    filename: str
    title: str
    page: int | None
    headings: list[str]
    chunk_id: UUID
    text: str
    score: float = Field(description="From 0 to 1; the best match first")


class Passages(Response):
    """What was found, the best first."""

    items: list[Passage]
