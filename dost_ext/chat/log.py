"""Saves what live runs say: events often, messages now and then, endings at once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import Protocol
from uuid import UUID

from dost_ext.chat.live import LiveRun
from dost_ext.chat.run_store import (
    Batch,
    Ending,
    Progress,
    append_events,
    checkpoint,
    end_runs,
)
from dost_ext.core.clock import Clock
from dost_ext.core.database import Database
from dost_ext.core.errors import NotReady
from dost_ext.core.feed import tell_all
from dost_ext.core.notifications import IDS_A_NOTIFICATION, publish_all
from dost_ext.tools.calls import dumped

log = logging.getLogger("dost")


class Log(Protocol):
    """Where what live runs say is put."""

    def add(self, run: LiveRun) -> None:
        """Begin to keep a run."""

    async def end(self, run: LiveRun, ending: Ending) -> None:
        """Keep a run's end; returns once it is kept."""

    def remove(self, run: LiveRun) -> None:
        """The run has ended, or is gone."""


_Waiting = tuple[LiveRun, Ending, asyncio.Future[None]]

# What a crash can cost of an answer that is being written.
FLUSH_SECONDS = 0.2
CHECKPOINT_SECONDS = 2.0


class RunLog:
    """One writer for all runs of this process: a transaction costs the same for one or two hundred.

    While the database is away, everything stays in memory and is written when it is back.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._live: dict[UUID, LiveRun] = {}
        self._endings: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._busy = asyncio.Event()
        self._checkpointed_at = 0.0

    def add(self, run: LiveRun) -> None:
        """Begin to save a run."""
        self._live[run.id] = run
        self._busy.set()

    async def end(self, run: LiveRun, ending: Ending) -> None:
        """Save a run's end; returns once it is committed, together with others that end now."""
        saved: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._endings.append((run, ending, saved))
        self._busy.set()
        self._wake.set()
        await saved

    def remove(self, run: LiveRun) -> None:
        """Stop saving a run."""
        self._live.pop(run.id, None)

    async def write(self) -> None:
        """Write until cancelled: what is said within 200 ms of the first word at once.

        A clock that ran on while nothing is said would strike in the middle of the first words.
        """
        while True:
            await self._busy.wait()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), FLUSH_SECONDS)
            self._wake.clear()
            try:
                await self.flush()
                if not self._live and not self._endings:
                    self._busy.clear()
            except NotReady:
                log.warning("the database is away; %d answers wait to be saved", len(self._live))
                await asyncio.sleep(FLUSH_SECONDS)
                self._wake.set()
            except Exception:
                log.exception("could not save the run log; trying again")
                await asyncio.sleep(FLUSH_SECONDS)
                self._wake.set()

    async def flush(self) -> None:
        """Write everything that has come since the last time."""
        endings, self._endings = self._endings, []
        # The last event is not kept: it is made from the message whenever it is asked for.
        runs = [r for r in self._live.values() if r.saved < r.seq and not r.ended]
        if not runs and not endings:
            return
        due = time.monotonic() - self._checkpointed_at >= CHECKPOINT_SECONDS
        try:
            try:
                await self._save(runs, endings, due)
            except (NotReady, asyncio.CancelledError):
                raise
            except Exception:
                # Also a run that is deleted at this very moment; by itself the next try is clean.
                log.warning("the run log could not be saved at once; saving run by run")
                await self._save_each(runs, endings, due)
        except BaseException:
            waiting = [e for e in endings if not e[2].done()]
            self._endings = waiting + self._endings
            raise
        if due:
            self._checkpointed_at = time.monotonic()

    async def _save_each(self, runs: list[LiveRun], endings: list[_Waiting], due: bool) -> None:
        """What the database refuses of one run must not hold up the others."""
        for run in runs:
            ending = [e for e in endings if e[0] is run]
            try:
                await self._save([run], ending, due)
            except NotReady:
                raise
            except Exception as error:
                run.saved = run.seq
                self._refuse(run, ending, error)
        for one in endings:
            if not one[2].done():
                try:
                    await self._save([], [one], due)
                except NotReady:
                    raise
                except Exception as error:
                    self._refuse(one[0], [one], error)

    def _refuse(self, run: LiveRun, endings: list[_Waiting], error: Exception) -> None:
        log.error("run %s could not be saved: %s", run.id, type(error).__name__)
        for _, _, saved in endings:
            if not saved.done():
                saved.set_exception(error)

    async def _save(self, runs: list[LiveRun], endings: list[_Waiting], due: bool) -> None:
        places = {run.id: run.seq for run in runs}
        batches = [Batch(r.id, r.seq, b"".join(r.frames[r.saved :])) for r in runs]
        progress = [progress_of(r) for r in runs if due]
        async with self._database.begin() as connection:
            await end_runs(connection, [e for _, e, _ in endings], self._clock())
            await checkpoint(connection, progress)
            await append_events(connection, batches)
            ids = [str(r.id) for r in runs]
            starts = range(0, len(ids), IDS_A_NOTIFICATION)
            await publish_all(connection, "run", [ids[s : s + IDS_A_NOTIFICATION] for s in starts])
            news = [(run.owner_id, "run", _news(run, e.status)) for run, e, _ in endings]
            await tell_all(connection, news)
        for run in runs:
            run.saved = places[run.id]
        for _, _, saved in endings:
            if not saved.done():
                saved.set_result(None)


def progress_of(run: LiveRun) -> Progress:
    """A run's message as far as it has been written."""
    cited = run.citations
    return Progress(
        message_id=run.message.id,
        content=run.content(),
        reasoning=run.reasoning(),
        tool_calls=dumped(run.calls.items),
        citations=None if cited is None else [one.model_dump(mode="json") for one in cited],
        seq=run.seq,
    )


def _news(run: LiveRun, status: str) -> dict[str, str]:
    return {
        "run_id": str(run.id),
        "conversation_id": str(run.run.conversation_id),
        "status": status,
    }
