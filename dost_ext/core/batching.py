"""Group commit: what many callers want saved in the same moment goes into one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from sqlalchemy.exc import DBAPIError

T = TypeVar("T")


class Batcher(Generic[T]):
    """Saves items, one batch at a time: while one is being written, the next gathers.

    Requests that come together are read in the same turn of the event loop, so the first batch
    has them all. `limit` keeps a batch small enough that the work for its items goes on while the
    next one is written.
    """

    def __init__(self, write: Callable[[list[T]], Awaitable[None]], limit: int = 16) -> None:
        self._write = write
        self._limit = limit
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def save(self, item: T) -> None:
        """Save one item; returns once it is committed, raises what its writing raised."""
        saved: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, saved))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._work(), name="batch writer")
        await saved

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
            try:
                await self._write([item for item, _ in batch])
            except DBAPIError as error:
                if len(batch) == 1:
                    _settle(batch[0][1], error)
                else:
                    await self._one_by_one(batch)
            except Exception as error:
                for _, saved in batch:
                    _settle(saved, error)
            else:
                for _, saved in batch:
                    _settle(saved, None)

    async def _one_by_one(self, batch: list[tuple[T, asyncio.Future[None]]]) -> None:
        """Only the item that the database refuses may fail."""
        for item, saved in batch:
            try:
                await self._write([item])
            except Exception as error:
                _settle(saved, error)
            else:
                _settle(saved, None)


def _settle(saved: asyncio.Future[None], error: Exception | None) -> None:
    if saved.done():
        return  # the caller went away
    if error is None:
        saved.set_result(None)
    else:
        saved.set_exception(error)
