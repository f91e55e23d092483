"""The bytes of one answer as they come, and a watch that notices when none do."""

from __future__ import annotations

import asyncio
from typing import Self

import aiohttp

from dost_ext.models.failures import Failures


class Inflow:
    """Reads a response; ends it when the provider is silent for longer than it may be.

    One timer serves the whole answer: a timeout set for each read would cost a third of what a
    read costs. Only time spent waiting counts, not what the consumer does between two reads.
    """

    def __init__(self, response: aiohttp.ClientResponse, failures: Failures, limit: float) -> None:
        self._response = response
        self._failures = failures
        self._loop = asyncio.get_running_loop()
        self._waiting_since: float | None = None
        self._silent = False
        self._limit = limit
        self._timer = self._loop.call_later(limit, self._look)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._response.close()

    def allow(self, limit: float) -> None:
        """Set how many seconds of silence are allowed from now on."""
        if limit != self._limit:
            self._limit = limit
            self._timer.cancel()
            self._timer = self._loop.call_later(limit, self._look)

    async def read(self) -> bytes:
        """All bytes that have come since the last read, at least one; none at the end.

        Raises:
            UpstreamFailed: the provider was silent for too long, or the connection broke.
        """
        self._waiting_since = self._loop.time()
        try:
            return await self._response.content.readany()
        except (aiohttp.ClientError, OSError) as error:
            if self._silent:
                raise self._failures.silent(self._limit) from error
            raise self._failures.cut() from error
        finally:
            self._waiting_since = None

    def _look(self) -> None:
        now = self._loop.time()
        since = now if self._waiting_since is None else self._waiting_since
        if now >= since + self._limit:
            self._silent = True
            self._response.close()  # wakes the read
        else:
            self._timer = self._loop.call_at(since + self._limit, self._look)
