"""Ends the runs and executions that nobody writes any more, with all that reached the database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.chat import run_store
from dost_ext.chat.live_calls import fold
from dost_ext.chat.run_store import Ending, Progress
from dost_ext.core.clock import Clock
from dost_ext.core.database import Database, Record
from dost_ext.core.errors import NotReady
from dost_ext.core.feed import tell
from dost_ext.core.notifications import is_gone, publish
from dost_ext.execution import store as execution_store
from dost_ext.tools.calls import calls_of, dumped

log = logging.getLogger("dost")

LOOK_SECONDS = 2.0


class Reaper:
    """Finds dead processes by the advisory lock each living one holds.

    In its own process it finds runs that were saved and never begun: the database may have gone
    between their commit and the news of it.
    """

    def __init__(
        self, database: Database, own_key: int, clock: Clock, is_writing: Callable[[UUID], bool]
    ) -> None:
        self._database = database
        self._own_key = own_key
        self._clock = clock
        self._is_writing = is_writing
        self._lost: set[UUID] = set()

    async def watch(self) -> None:
        """Look until cancelled. A process must look dead twice: it may just be reconnecting."""
        suspects: set[int] = set()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                suspects = await self.reap(only=suspects)
                await self._reap_own()
            except NotReady:
                suspects = set()
            except Exception:
                log.exception("could not look for interrupted runs")

    async def reap(self, only: set[int] | None = None) -> set[int]:
        """End the runs of dead processes (of those in `only`, where given).

        Returns the keys of processes that look dead and were not reaped.
        """
        suspects: set[int] = set()
        async with self._database.begin() as connection:
            for key in await self._orphaned_keys(connection):
                if not await is_gone(connection, key):
                    continue
                if only is not None and key not in only:
                    suspects.add(key)
                    continue
                for row in await run_store.runs_of_process(connection, key):
                    await self._interrupt(connection, row)
                await execution_store.end_of_process(connection, key)
        return suspects

    async def _orphaned_keys(self, connection: AsyncConnection) -> set[int]:
        return {
            *await run_store.orphaned_keys(connection, self._own_key),
            *await execution_store.orphaned_keys(connection, self._own_key),
        }

    async def _reap_own(self) -> None:
        """A run must look lost twice: it may just be about to begin."""
        async with self._database.begin() as connection:
            streaming = await run_store.streaming_of(connection, self._own_key)
            lost = {run_id for run_id in streaming if not self._is_writing(run_id)}
            certain, self._lost = lost & self._lost, lost
            if certain:
                for row in await run_store.runs_of_process(connection, self._own_key, certain):
                    await self._interrupt(connection, row)

    async def _interrupt(self, connection: AsyncConnection, row: Record) -> None:
        """End one run: the text is what the message holds and what the log holds beyond it."""
        batches = await run_store.read_events(connection, row.id, row.run_seq)
        try:
            progress = rebuilt(row, batches)
        except Exception:
            # One log that cannot be read must not keep the others, or the server, from going on.
            log.exception("the log of run %s cannot be read; what was saved of it is kept", row.id)
            progress = rebuilt(row, [])
        ending = Ending(row.id, progress, "interrupted", {}, None)
        await run_store.end_runs(connection, [ending], self._clock())
        await publish(connection, "run", [str(row.id)])
        news = {
            "run_id": str(row.id),
            "conversation_id": str(row.conversation_id),
            "status": "interrupted",
        }
        await tell(connection, row.owner_id, "run", news)
        log.info("run %s was interrupted; %d characters kept", row.id, len(progress.content))


def rebuilt(saved: Record, batches: Iterable[Record]) -> Progress:
    """A message as far as its run's log tells: what was saved of it, and the events since."""
    content, reasoning, seq = saved.content, saved.reasoning or "", saved.run_seq
    calls, citations = calls_of(saved.tool_calls), saved.citations
    for batch in batches:
        for number, event, data in events_of(batch.frames):
            if number <= seq:
                continue
            seq = number
            if event == "delta":
                content += data["text"]
            elif event == "reasoning":
                reasoning += data["text"]
            elif event == "citations":
                citations = data["items"]
            else:
                fold(calls, event, data)
    return Progress(saved.message_id, content, reasoning or None, dumped(calls), citations, seq)


def events_of(frames: bytes) -> list[tuple[int, str, dict[str, Any]]]:
    """The events of a batch: number, name and data."""
    events = []
    for encoded in frames.split(b"\n\n")[:-1]:
        fields = dict(line.split(b": ", 1) for line in encoded.split(b"\n"))
        data = orjson.loads(fields[b"data"])
        events.append((int(fields[b"id"]), fields[b"event"].decode(), data))
    return events
