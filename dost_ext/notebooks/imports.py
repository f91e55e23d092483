"""What comes into dost: each conversation of a file, in a transaction of its own."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Iterator

from sqlalchemy import exc

from dost_ext.chat.shown import summary_of
from dost_ext.core.clock import Clock
from dost_ext.core.database import Database, Record
from dost_ext.core.errors import Unauthenticated
from dost_ext.core.feed import tell_all
from dost_ext.core.scopes import Principal
from dost_ext.core.uploads import Upload
from dost_ext.notebooks import schemas, store
from dost_ext.notebooks.portable import PortableConversation, Unreadable
from dost_ext.notebooks.reading import Found, Skipped, conversations_in

# A file of 64 MB takes several times as much while it is read.
AT_ONCE = 2
# Open tabs read each conversation they hear of; those further down are read when they scroll there.
TOLD = 40


class ImportService:
    """Makes conversations from files."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def take_in(
        self, principal: Principal, upload: Callable[[], Awaitable[Upload]]
    ) -> schemas.Imported:
        """Import what can be read and say what cannot.

        Raises `Unreadable` where the file holds no conversation at all, or one that cannot be read.
        """
        report = schemas.Imported(imported=[], skipped=[])
        made: list[Record] = []
        async with self._gate:
            # Read here: a file that waits for its turn waits on the disk.
            reading = conversations_in((await upload()).content, self._clock())
            while (found := await asyncio.to_thread(_next, reading)) is not None:
                if isinstance(found, Skipped):
                    report.skipped.append(schemas.SkippedEntry(reason=found.reason))
                elif row := await self._keep(principal, found, report):
                    made.append(row)
        if not made and len(report.skipped) == 1:
            raise Unreadable(report.skipped[0].reason)
        await self._tell(principal, made)
        return report

    async def _keep(
        self, principal: Principal, found: PortableConversation, report: schemas.Imported
    ) -> Record | None:
        try:
            async with self._database.begin() as connection:
                row = await store.add_whole(connection, principal.user_id, found)
        except exc.IntegrityError as error:
            raise Unauthenticated("The account was deleted meanwhile.") from error
        except exc.DataError:
            reason = f"“{found.title or 'Untitled'}”: the database cannot hold it."
            report.skipped.append(schemas.SkippedEntry(reason=reason))
            return None
        kept = schemas.ImportedConversation(id=row.id, title=summary_of(row).title)
        report.imported.append(kept)
        return row

    async def _tell(self, principal: Principal, made: list[Record]) -> None:
        newest = heapq.nlargest(TOLD, made, key=lambda row: row.updated_at)
        news = [summary_of(row).model_dump(mode="json", exclude={"tags"}) for row in newest]
        async with self._database.begin() as connection:
            owner = principal.user_id
            await tell_all(connection, [(owner, "conversation", item) for item in news])


def _next(reading: Iterator[Found]) -> Found | None:
    return next(reading, None)
