"""The database from its start to its end: embedded or the operator's own, and migrated."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dost_ext.core.database import Database
from dost_ext.core.embedded_postgres import EmbeddedPostgres
from dost_ext.core.errors import NotReady
from dost_ext.migrations import migrate

log = logging.getLogger("dost")

# How soon a database that was killed is started again.
GUARD_SECONDS = 0.5


class Storage:
    """Where everything is kept. `url` is empty for the embedded server in `data_dir`."""

    def __init__(self, data_dir: Path, url: str = "") -> None:
        self.database = Database()
        self.data_dir = data_dir
        self._url = url
        self._embedded: EmbeddedPostgres | None = None

    @property
    def embedded(self) -> bool:
        """Whether the server is dost's own."""
        return not self._url

    async def open(self) -> str:
        """Start the server where it is ours, migrate, and connect; returns its URL.

        Raises `NotReady` with the reason when it cannot be had.
        """
        url = self._url or await self._start_embedded()
        await asyncio.to_thread(migrate, url)
        self.database.connect(url)
        return url

    async def _start_embedded(self) -> str:
        self._embedded = EmbeddedPostgres(self.data_dir)
        return await asyncio.to_thread(self._embedded.start)

    async def guard(self) -> None:
        """Start our own server again whenever it has died, until cancelled."""
        while self._embedded is not None:
            await asyncio.sleep(GUARD_SECONDS)
            try:
                await asyncio.to_thread(self._embedded.ensure)
            except NotReady as error:
                log.error("%s", error.detail)

    async def close(self) -> None:
        """Close the connections, and the server where it is ours and nobody else uses it."""
        await self.database.close()
        if self._embedded is not None:
            await asyncio.to_thread(self._embedded.stop)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Database]:
        """The database for the length of a block, beside a running server or without one."""
        try:
            await self.open()
            yield self.database
        finally:
            await self.close()
