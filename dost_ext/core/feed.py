"""The one stream a tab keeps open: what changed for its user, wherever it was changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.notifications import Notifications, publish_all
from dost_ext.core.sse import PING, frame

# A reader that is this far behind is cut off; it comes back and reads the lists anew.
BACKLOG = 500


async def tell(connection: AsyncConnection, owner_id: UUID, event: str, data: Any) -> None:
    """Tell every open tab of a user, once this transaction commits."""
    await tell_all(connection, [(owner_id, event, data)])


async def tell_all(connection: AsyncConnection, news: Sequence[tuple[UUID, str, Any]]) -> None:
    """Tell every open tab of each user their news."""
    await publish_all(connection, "feed", news)


class Feed:
    """Who in this process follows which user's news."""

    def __init__(self, notifications: Notifications) -> None:
        self._readers: dict[str, set[asyncio.Queue[bytes]]] = {}
        notifications.on("feed", self._heard)
        notifications.on("user_settings", lambda user: self._heard([user, "settings", {}]))
        notifications.on("reconnected", self._missed)

    async def follow(self, user_id: UUID) -> AsyncGenerator[bytes, None]:
        """The user's news from now on, as frames. Ends when some may have been missed."""
        queue: asyncio.Queue[bytes] = asyncio.Queue(BACKLOG)
        readers = self._readers.setdefault(str(user_id), set())
        readers.add(queue)
        try:
            yield PING  # so that the client sees the stream open
            while batch := await queue.get():
                yield batch
        finally:
            readers.discard(queue)
            if not readers:
                self._readers.pop(str(user_id), None)

    def _heard(self, message: list[Any]) -> None:
        user_id, event, data = message
        for queue in list(self._readers.get(user_id, ())):
            self._put(queue, frame(event, data))

    def _put(self, queue: asyncio.Queue[bytes], batch: bytes) -> None:
        if queue.full():
            while not queue.empty():
                queue.get_nowait()
            batch = b""
        queue.put_nowait(batch)

    def _missed(self, _: Any) -> None:
        for readers in self._readers.values():
            for queue in readers:
                self._put(queue, b"")
