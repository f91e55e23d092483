"""Follows runs through the database: those of other processes, and those that have ended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from uuid import UUID

from dost_ext.chat import run_store
from dost_ext.chat.live import last_event
from dost_ext.chat.shown import message_of
from dost_ext.core.database import Database
from dost_ext.core.notifications import Notifications
from dost_ext.core.sse import frame

# Should a notification be missed, the log is looked at this often all the same.
LOOK_SECONDS = 1.0


class SavedRuns:
    """The logs in the database."""

    def __init__(self, database: Database, notifications: Notifications) -> None:
        self._database = database
        self._waiting: dict[str, set[asyncio.Event]] = {}
        notifications.on("run", self._grown)

    def _grown(self, ids: list[str]) -> None:
        for run_id in ids:
            for event in self._waiting.get(run_id, ()):
                event.set()

    async def follow(self, run_id: UUID, after: int) -> AsyncGenerator[bytes, None]:
        """The run's events after `after`, until its end, which is made from the message."""
        grown = asyncio.Event()
        waiting = self._waiting.setdefault(str(run_id), set())
        waiting.add(grown)
        try:
            place = after
            while True:
                grown.clear()
                async with self._database.begin() as connection:
                    # The status first: what is appended in between is read all the same.
                    status = await run_store.run_status(connection, run_id)
                    rows = await run_store.read_events(connection, run_id, place)
                for row in rows:
                    yield _after(row.frames, row.seq, place)
                    place = row.seq
                if status != "streaming":
                    if status is not None and (last := await self._end(run_id, place)):
                        yield last
                    return
                await _wait(grown)
        finally:
            waiting.discard(grown)
            if not waiting:
                self._waiting.pop(str(run_id), None)

    async def _end(self, run_id: UUID, place: int) -> bytes | None:
        """The last event, which no log holds; None when the reader has it already."""
        async with self._database.begin() as connection:
            row = await run_store.message_of_run(connection, run_id)
            seq = await run_store.last_seq(connection, run_id) + 1
        if row is None or seq <= place:
            return None
        return frame(*last_event(run_id, message_of(row)), seq)

    async def until_ended(self, run_id: UUID, seconds: float = 10.0) -> None:
        """Wait until a run of another process has ended, `seconds` at most."""
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            async with self._database.begin() as connection:
                if await run_store.run_status(connection, run_id) != "streaming":
                    return
            await asyncio.sleep(0.05)


async def _wait(grown: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(grown.wait(), LOOK_SECONDS)


def _after(frames: bytes, last: int, place: int) -> bytes:
    """The events of a batch that come after `place`; the batch ends with number `last`."""
    wanted = last - place
    events = frames.split(b"\n\n")[:-1]
    kept = events[-wanted:] if wanted < len(events) else events
    return b"\n\n".join(kept) + b"\n\n"
