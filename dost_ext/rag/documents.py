"""The rules of documents: sent, read by a worker, shown, and deleted with all that is theirs."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.clock import Clock
from dost_ext.core.cursors import cursor_of, moment, place_of
from dost_ext.core.database import Database, Record
from dost_ext.core.downloads import Download, once, plain_name
from dost_ext.core.errors import Conflict, Forbidden, InvalidRequest, NotFound, Unauthenticated
from dost_ext.core.ids import new_id
from dost_ext.core.jobs import defer
from dost_ext.core.outbound import Outbound
from dost_ext.core.scopes import Principal, can
from dost_ext.core.uploads import Upload
from dost_ext.rag import chunk_store, collection_store, news, schemas
from dost_ext.rag import document_store as store
from dost_ext.rag.chunking.layout import Shown, shown

INGEST = "ingest"
QUEUE = "documents"
UNKNOWN_TYPE = "application/octet-stream"
LONGEST_NAME = 200
MOST_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _New:
    """A document that comes in."""

    filename: str
    content: bytes
    url: str | None = None


class DocumentService:
    """Takes documents in, tells how the work on them goes, gives them back and deletes them."""

    def __init__(
        self,
        database: Database,
        following: news.DocumentNews,
        outbound: Outbound,
        clock: Clock,
    ) -> None:
        self._database = database
        self._following = following
        self._outbound = outbound
        self._clock = clock

    async def add(
        self, principal: Principal, sent: Upload, collection_id: UUID | None, path: str
    ) -> schemas.Document:
        """Keep a file and have a worker read it.

        The same file a second time is the document that is there already. In a named collection
        another of the same name takes the older one's place once it can be searched, not before.

        Raises:
            NotFound: There is no such collection.
            Forbidden: The collection is somebody else's.
        """
        filename = _clean(path) or _clean(sent.filename) or "document"
        return await self._add(principal, collection_id, _New(filename, sent.content))

    async def add_page(
        self, principal: Principal, url: str, collection_id: UUID | None
    ) -> schemas.Document:
        """Keep a page of the web as it is now, and have a worker read it; else as `add`.

        Raises also what `Outbound.get` raises.
        """
        if not can(principal, "web"):
            raise Forbidden("Your account may not read pages of the web.")
        async with self._database.begin() as connection:
            await self._place(connection, principal, collection_id)
        page = await self._outbound.get(url, most_bytes=MOST_BYTES)
        if not page.content:
            raise InvalidRequest("The page is empty.")
        filename = _clean(page.path) or "page"
        return await self._add(principal, collection_id, _New(filename, page.in_utf8, page.url))

    async def _add(
        self, principal: Principal, collection_id: UUID | None, new: _New
    ) -> schemas.Document:
        digest = await asyncio.to_thread(lambda: hashlib.sha256(new.content).digest())
        try:
            async with self._database.begin() as connection:
                place = await self._place(connection, principal, collection_id)
                known = await store.same_file(connection, place, digest)
                document_id = known or await self._keep(connection, principal, place, new, digest)
                row = await store.get_document(connection, principal.user_id, document_id)
        except exc.IntegrityError as error:
            raise Unauthenticated("The account was deleted meanwhile.") from error
        return document_of(row, principal).model_copy(update={"duplicate": known is not None})

    async def _place(
        self, connection: AsyncConnection, principal: Principal, collection_id: UUID | None
    ) -> UUID:
        """Where a document of the caller's goes."""
        if collection_id is None:
            return await collection_store.personal_collection(
                connection, principal.user_id, self._clock()
            )
        row = await collection_store.get_collection(connection, principal.user_id, collection_id)
        if row.owner_id != principal.user_id:
            raise Forbidden("Only whoever made this collection adds to it.")
        return collection_id

    async def _keep(
        self,
        connection: AsyncConnection,
        principal: Principal,
        collection_id: UUID,
        new: _New,
        digest: bytes,
    ) -> UUID:
        document_id, now = new_id(), self._clock()
        await store.add_document(
            connection,
            new.content,
            id=document_id,
            collection_id=collection_id,
            sender_id=principal.user_id,
            filename=new.filename,
            url=new.url,
            media_type=UNKNOWN_TYPE,
            size=len(new.content),
            sha256=digest,
            status="queued",
            created_at=now,
            updated_at=now,
        )
        await defer(connection, INGEST, queue=QUEUE, document_id=str(document_id))
        await news.tell(connection, document_id, collection_id, status="queued", progress=0.0)
        return document_id

    async def list(self, principal: Principal, wanted: schemas.ListDocuments) -> schemas.Documents:
        """The documents the caller may read, the newest first."""
        async with self._database.begin() as connection:
            if wanted.collection_id is not None:
                await collection_store.get_collection(
                    connection, principal.user_id, wanted.collection_id
                )
            rows = await store.list_documents(
                connection,
                principal.user_id,
                collection_id=wanted.collection_id,
                status=wanted.status,
                search=wanted.q,
                before=_place_of(wanted.cursor) if wanted.cursor else None,
                limit=wanted.limit + 1,
            )
        shown = rows[: wanted.limit]
        more = len(rows) > wanted.limit
        return schemas.Documents(
            items=[document_of(row, principal) for row in shown],
            next_cursor=cursor_of(shown[-1].created_at, shown[-1].id) if more else None,
        )

    async def get(self, principal: Principal, document_id: UUID) -> schemas.WholeDocument:
        """One document that the caller may read."""
        async with self._database.begin() as connection:
            row = await store.get_document(connection, principal.user_id, document_id, whole=True)
        shown = document_of(row, principal).model_dump()
        return schemas.WholeDocument(**shown, outline=row.outline)

    async def passages(
        self, principal: Principal, document_id: UUID, wanted: schemas.ReadDocument
    ) -> schemas.ReadPassages:
        """What was read of a document that the caller may read, in its order."""
        async with self._database.begin() as connection:
            row = await store.get_document(connection, principal.user_id, document_id)
            at = await _number_of(connection, document_id, wanted)
            start = wanted.start if at is None else max(0, at - wanted.limit // 2)
            found = await chunk_store.read(connection, document_id, start, wanted.limit)
        return schemas.ReadPassages(
            items=[_read_passage(one) for one in found], total=row.chunks, at=at
        )

    async def file(self, principal: Principal, document_id: UUID) -> Download:
        """The file as it was sent."""
        async with self._database.begin() as connection:
            row = await store.get_document(connection, principal.user_id, document_id)
            content = await store.content_of(connection, document_id)
        if content is None:
            raise NotFound("This document has no file.")
        name = row.filename.rpartition("/")[2]
        return Download(name, row.media_type, once(content), lasting=True)

    async def follow(self, principal: Principal, document_id: UUID) -> AsyncGenerator[bytes, None]:
        """How the work on a document goes on, until it is over. Raises `NotFound` before it."""
        async with self._database.begin() as connection:
            await store.get_document(connection, principal.user_id, document_id)
        return self._following.follow(document_id, self._states(principal, document_id))

    async def until_read(self, principal: Principal, document_id: UUID) -> None:
        """Wait until the work on a document is over. Raises `NotFound`."""
        async with aclosing(await self.follow(principal, document_id)) as news:
            async for _ in news:
                pass

    async def _states(
        self, principal: Principal, document_id: UUID
    ) -> AsyncGenerator[dict[str, Any], None]:
        names = {"id", "status", "stage", "progress", "pages_read", "pages", "chunks", "error"}
        while True:
            try:
                async with self._database.begin() as connection:
                    row = await store.get_document(connection, principal.user_id, document_id)
            except NotFound:
                yield {"id": str(document_id), "status": "deleted"}
            else:
                yield document_of(row, principal).model_dump(mode="json", include=names)

    async def cancel(self, principal: Principal, document_id: UUID) -> schemas.Document:
        """Have the work on a document stopped. Raises `Conflict` when it is over."""
        async with self._database.begin() as connection:
            await self._own(connection, principal, document_id)
            if await store.claim(connection, document_id) not in ("queued", "processing"):
                raise Conflict("The work on this document is over.", code="over")
            return await self._change(connection, principal, document_id, status="cancelled")

    async def retry(self, principal: Principal, document_id: UUID) -> schemas.Document:
        """Have a document read once more that failed or was cancelled. Raises `Conflict`."""
        async with self._database.begin() as connection:
            await self._own(connection, principal, document_id)
            if await store.claim(connection, document_id) not in ("failed", "cancelled"):
                raise Conflict("This document has not failed.", code="not_failed")
            await defer(connection, INGEST, queue=QUEUE, document_id=str(document_id))
            return await self._change(
                connection, principal, document_id, status="queued", progress=0.0, error=None
            )

    async def _change(
        self, connection: AsyncConnection, principal: Principal, document_id: UUID, **values: Any
    ) -> schemas.Document:
        changes = {"stage": "", "updated_at": self._clock(), **values}
        row = await store.update_document(connection, document_id, **changes)
        assert row is not None
        await news.tell_of(connection, row)
        shown = await store.get_document(connection, principal.user_id, document_id)
        return document_of(shown, principal)

    async def delete(self, principal: Principal, document_id: UUID) -> None:
        """Delete a document of the caller's: from the same moment nothing of it is found."""
        async with self._database.begin() as connection:
            row = await self._own(connection, principal, document_id)
            await collection_store.lock(connection, row.collection_id)
            await remove(connection, document_id, row.collection_id)

    async def _own(
        self, connection: AsyncConnection, principal: Principal, document_id: UUID
    ) -> Record:
        row = await store.get_document(connection, principal.user_id, document_id)
        if row.owner_id != principal.user_id:
            raise Forbidden("Only whoever made this document's collection changes it.")
        return row


async def remove(connection: AsyncConnection, document_id: UUID, collection_id: UUID) -> None:
    """Delete a document of a collection that is locked, and tell of it."""
    await chunk_store.discount(connection, document_id, collection_id)
    await store.delete_document(connection, document_id)
    await news.tell(connection, document_id, collection_id, status="deleted")


def document_of(row: Record, principal: Principal) -> schemas.Document:
    """A document row as a user sees it."""
    names = (
        "id",
        "filename",
        "url",
        "title",
        "media_type",
        "size",
        "status",
        "stage",
        "progress",
        "pages_read",
        "pages",
        "chunks",
        "notes",
        "error",
        "created_at",
        "updated_at",
    )
    return schemas.Document(
        **{name: getattr(row, name) for name in names},
        collection_id=None if row.personal else row.collection_id,
        mine=row.owner_id == principal.user_id,
    )


async def _number_of(
    connection: AsyncConnection, document_id: UUID, wanted: schemas.ReadDocument
) -> int | None:
    """The number of the passage that is asked for, if one is and it is there."""
    if wanted.passage is not None:
        return await chunk_store.number_of(connection, document_id, wanted.passage)
    if wanted.page is not None:
        return await chunk_store.first_on(connection, document_id, wanted.page)
    return wanted.around


def _read_passage(row: Record) -> schemas.ReadPassage:
    # Of what was read before layouts were kept nobody knows more than its words.
    whole = [Shown("plain", row.content)]
    blocks = whole if row.layout is None else shown(row.content, row.layout)
    return schemas.ReadPassage(
        **{name: getattr(row, name) for name in ("id", "number", "page", "headings")},
        blocks=[schemas.Block(**asdict(block)) for block in blocks],
    )


def _place_of(cursor: str) -> tuple[datetime, UUID]:
    created_at, document_id = place_of(cursor, moment, UUID)
    return created_at, document_id


def _clean(path: str) -> str:
    """A name, with the folders that it is in, as it is safe on any system."""
    steps = [plain_name(step).strip(" .") for step in path.replace("\\", "/").split("/")]
    return "/".join(step[-LONGEST_NAME:] for step in steps if step)[-4 * LONGEST_NAME :]
