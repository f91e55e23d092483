"""Who hears how the work on a document goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Record
from dost_ext.core.feed import tell_all
from dost_ext.core.notifications import Notifications, publish
from dost_ext.core.sse import frame
from dost_ext.rag import collection_store

TOPIC = "document"
FINAL = ("ready", "failed", "cancelled", "deleted")


async def tell(
    connection: AsyncConnection, document_id: UUID, collection_id: UUID, **news: Any
) -> None:
    """Tell all who read a document of it, once this transaction commits.

    Args:
        news: Its `status`, and what else is to be said.
    """
    told = {"id": str(document_id), **news}
    await publish(connection, TOPIC, told)
    readers = await collection_store.readers_of(connection, collection_id)
    await tell_all(connection, [(reader, TOPIC, told) for reader in readers])


async def tell_of(connection: AsyncConnection, row: Record) -> None:
    """Tell of a document as it is in the database now."""
    names = ("status", "stage", "progress", "pages_read", "pages", "chunks", "error")
    news = {name: getattr(row, name) for name in names}
    await tell(connection, row.id, row.collection_id, **news)


class DocumentNews:
    """Who in this process follows which document."""

    def __init__(self, notifications: Notifications) -> None:
        self._readers: dict[str, set[asyncio.Queue[dict[str, Any]]]] = {}
        notifications.on(TOPIC, self._heard)
        notifications.on("reconnected", self._missed)

    async def follow(
        self, document_id: UUID, now: AsyncGenerator[dict[str, Any], None]
    ) -> AsyncGenerator[bytes, None]:
        """A document's news as frames, from what it is now until the work on it is over.

        Args:
            now: Gives what it is whenever it is asked.
        """
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        readers = self._readers.setdefault(str(document_id), set())
        readers.add(queue)
        try:
            news = await anext(now)
            yield frame(TOPIC, news)
            while news["status"] not in FINAL:
                news = await queue.get() or await anext(now)
                yield frame(TOPIC, news)
        finally:
            await now.aclose()
            readers.discard(queue)
            if not readers:
                self._readers.pop(str(document_id), None)

    def _heard(self, news: dict[str, Any]) -> None:
        for queue in self._readers.get(news["id"], ()):
            queue.put_nowait(news)

    def _missed(self, _: Any) -> None:
        for readers in self._readers.values():
            for queue in readers:
                queue.put_nowait({})
