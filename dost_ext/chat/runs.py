"""Runs: a model answers, whoever is listening, and every word is kept."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Awaitable, Coroutine, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from dost_ext.chat import run_store, schemas
from dost_ext.chat.draft import Turn
from dost_ext.chat.generation import Outcome, generate
from dost_ext.chat.grounding import Grounder
from dost_ext.chat.live import LiveRun, last_event
from dost_ext.chat.live_calls import digest
from dost_ext.chat.log import Log, RunLog, progress_of
from dost_ext.chat.run_store import Ending
from dost_ext.chat.saved import SavedRuns
from dost_ext.chat.shelf import SavedShelf, Shelf
from dost_ext.chat.temporary import TemporaryChats
from dost_ext.chat.turns import TurnPlanner
from dost_ext.core.clock import Clock
from dost_ext.core.database import Database
from dost_ext.core.errors import Conflict, DostError, NotFound
from dost_ext.core.notifications import Notifications, publish
from dost_ext.core.scopes import Principal
from dost_ext.core.tasks import TaskGroup
from dost_ext.tools.schemas import Approve

logger = logging.getLogger("dost")

NO_CALL = "The answer has no such call of a tool."
NOT_ASKING = "The call does not wait to be allowed."
NOT_SAVED = "The database refused to keep all of this answer."


class RunService:
    """Starts, follows and stops runs. A run belongs to the server, not to a connection."""

    def __init__(
        self,
        database: Database,
        notifications: Notifications,
        planner: TurnPlanner,
        grounder: Grounder,
        temporary: TemporaryChats,
        clock: Clock,
    ) -> None:
        self._database = database
        self._planner = planner
        self._grounder = grounder
        self._temporary = temporary
        self._shelf = SavedShelf(database)
        self._clock = clock
        self._tasks = TaskGroup()
        self._live: dict[UUID, LiveRun] = {}
        self._by_message: dict[UUID, LiveRun] = {}
        self._generating: dict[UUID, asyncio.Task[Any]] = {}
        self._log = RunLog(database, clock)
        self._saved = SavedRuns(database, notifications)
        self._server_key = notifications.lock_key
        self._stopping = False
        notifications.on("stop", self._stop)
        notifications.on("approve", self._decided_elsewhere)
        notifications.on("account_deleted", self._stop_all_of)

    def open(self) -> None:
        """Begin to save what runs say."""
        self._tasks.start(self._log.write(), "run log")

    async def close(self) -> None:
        """End every run as interrupted, with its text saved, and stop."""
        self._stopping = True
        generating = list(self._generating.values())
        for task in generating:
            task.cancel()
        if generating:
            await asyncio.wait(generating, timeout=5)
        await self._tasks.cancel()

    async def start(self, principal: Principal, sent: schemas.SendMessage) -> list[LiveRun]:
        """Begin a turn: one run for each model that answers.

        The turn is saved when this returns, unless its conversation is a temporary one. Raises
        what the planner raises.
        """
        shelf: Shelf = self._shelf
        log: Log = self._log
        if sent.temporary or self._temporary.has(principal, sent.conversation_id):
            shelf = log = self._temporary
        turn = await self._planner.plan(principal, sent, self._server_key, shelf)
        return [self._begin(principal, turn, index, log) for index in range(len(turn.answers))]

    def _begin(self, principal: Principal, turn: Turn, index: int, log: Log) -> LiveRun:
        answer = turn.answers[index]
        live = LiveRun(answer.message, answer.run, principal.user_id)
        if len(turn.answers) > 1:
            live.tag = b'"run_id":"%b",' % str(live.id).encode()
        opening = {
            "run_id": str(live.id),
            "conversation_id": str(turn.conversation_id),
            "user_message_id": turn.user_message_id and str(turn.user_message_id),
            "message_id": str(live.message.id),
            "model": live.run.model,
        }
        if answer.message.choice_id is not None:
            opening["choice_id"] = str(answer.message.choice_id)
        live.emit("run", opening)
        if turn.new_title is not None and index == 0:
            live.emit("title", {"title": turn.new_title})
        self._live[live.id] = live
        self._by_message[live.message.id] = live
        log.add(live)
        prepare = None
        if answer.grounds is not None:
            ground = self._grounder.ground
            prepare = partial(ground, live, answer.client, answer.grounds)
        outcome = generate(live, answer.client, answer.request, answer.toolbox, prepare)
        task = self._tasks.start(self._finish(live, outcome, log), f"run {live.id}")
        task.add_done_callback(lambda _: self._forget(live, log))
        live.stop = task.cancel
        self._generating[live.id] = task
        return live

    def _forget(self, live: LiveRun, log: Log) -> None:
        log.remove(live)
        self._live.pop(live.id, None)
        self._by_message.pop(live.message.id, None)
        self._generating.pop(live.id, None)
        if not live.ended:
            live.abandon()

    async def _finish(self, live: LiveRun, generation: Awaitable[Outcome], log: Log) -> None:
        """Generate, save the end, and only then say that it is done."""
        try:
            outcome = await generation
        except asyncio.CancelledError:
            outcome = Outcome("interrupted" if self._stopping else "cancelled")
        live.flush()
        await self._save_end(live, outcome, log)

    async def _save_end(self, live: LiveRun, outcome: Outcome, log: Log) -> None:
        if outcome.status == "complete" and outcome.tokens.get("finish_reason") != "length":
            live.forget_uncited()
        usage = schemas.Usage(**live.timing(), **outcome.tokens)
        problem = outcome.error.problem() if outcome.error is not None else None
        final = live.onto(live.message).model_copy(
            update={
                "executions": live.calls.executions(live.message.executions),
                "status": outcome.status,
                "usage": usage,
                "error": problem,
                "run_id": None,
                "seq": None,
            }
        )
        ending = Ending(
            run_id=live.id,
            progress=progress_of(live),
            status=outcome.status,
            usage=usage.model_dump(exclude_none=True),
            error=problem,
        )
        try:
            await self._uncancelled(log.end(live, ending))
        except Exception as error:
            if outcome.status == "error" and not outcome.tokens:
                raise
            logger.error("the end of run %s could not be saved", live.id, exc_info=error)
            await self._save_end(live, Outcome("error", DostError(NOT_SAVED)), log)
            return
        live.message = final
        live.run = live.run.model_copy(update={"status": final.status, "ended_at": self._clock()})
        live.end(*last_event(live.id, final))

    async def _uncancelled(self, work: Coroutine[Any, Any, None]) -> None:
        """Stopping again while an end is saved must not leave it half saved."""
        saving = asyncio.ensure_future(work)
        while not saving.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(saving)
        saving.result()

    async def follow(
        self, principal: Principal, run_id: UUID, after: int
    ) -> AsyncGenerator[bytes, None]:
        """A run's events after `after`: those that were, then those that come.

        Raises `NotFound` before the first event for a run that is absent or another's.
        """
        live = self._live.get(run_id) or self._temporary.run(principal, run_id)
        if live is not None:
            if live.owner_id != principal.user_id:
                raise NotFound
            return live.follow(after)
        run = await self.get(principal, run_id)
        return self._saved.follow(run.id, after)

    async def get(self, principal: Principal, run_id: UUID) -> schemas.Run:
        """A run."""
        if (live := self._temporary.run(principal, run_id)) is not None:
            return live.run
        async with self._database.begin() as connection:
            row = await run_store.get_run(connection, principal.user_id, run_id)
        return schemas.Run.model_validate(run_fields(row))

    async def list(self, principal: Principal, query: schemas.ListRuns) -> schemas.Runs:
        """The caller's runs, newest first."""
        async with self._database.begin() as connection:
            rows = await run_store.list_runs(
                connection, principal.user_id, active=query.active, limit=query.limit
            )
        return schemas.Runs(items=[schemas.Run.model_validate(run_fields(r)) for r in rows])

    async def cancel(self, principal: Principal, run_id: UUID) -> schemas.Run:
        """Stop a run, wherever it is generated, and keep its text. An ended one stays."""
        generating = self._generating.get(run_id)
        run = await self.get(principal, run_id)
        if generating is not None:
            generating.cancel()
            await asyncio.wait((generating,), timeout=10)
        elif run.status == "streaming":
            async with self._database.begin() as connection:
                await publish(connection, "stop", [str(run_id)])
            await self._saved.until_ended(run_id)
        return await self.get(principal, run_id)

    async def approve(self, principal: Principal, run_id: UUID, decision: Approve) -> schemas.Run:
        """Say whether a call of a tool may be made.

        Raises `NotFound` for a call that the run does not have, `Conflict` for one that does not
        wait for it. Where another process generates the run, that decides.
        """
        run = await self.get(principal, run_id)
        live = self._live.get(run_id) or self._temporary.run(principal, run_id)
        call_id, allowed = decision.tool_call_id, decision.approve
        if live is None and run.status == "streaming":
            async with self._database.begin() as connection:
                await publish(connection, "approve", [str(run_id), digest(call_id), allowed])
            return run
        if live is None or not live.calls.has(call_id):
            raise NotFound(NO_CALL)
        if not live.calls.decide(call_id, allowed=allowed):
            raise Conflict(NOT_ASKING, code="not_asking")
        return run

    def _decided_elsewhere(self, decision: tuple[str, str, bool]) -> None:
        run_id, digested, allowed = decision
        if (live := self._live.get(UUID(run_id))) is not None:
            for call in live.calls.items:
                if digest(call.id) == digested:
                    live.calls.decide(call.id, allowed=allowed)

    def _stop(self, run_ids: Sequence[str]) -> None:
        for run_id in run_ids:
            if (task := self._generating.get(UUID(run_id))) is not None:
                task.cancel()

    def _stop_all_of(self, user_id: str) -> None:
        for live in list(self._live.values()):
            if str(live.owner_id) == user_id:
                self._stop([str(live.id)])

    async def finished(self, live: LiveRun) -> schemas.Answer:
        """Wait for a run's end; the answer as it was kept. Raises `NotFound` if it had none."""
        async for _ in live.follow(live.seq):
            pass
        if live.message.status == "streaming":
            raise NotFound
        return schemas.Answer(conversation_id=live.run.conversation_id, message=live.message)

    def is_writing(self, run_id: UUID) -> bool:
        """Whether this process generates the run, or saves its end."""
        return run_id in self._live

    def overlay(self, message: schemas.Message) -> schemas.Message:
        """The message with all that has been said so far, where this process is writing it."""
        live = self._by_message.get(message.id)
        return message if live is None or message.status != "streaming" else live.onto(message)


def run_fields(row: Any) -> dict[str, Any]:
    """A run row as the API shows it."""
    return {name: getattr(row, name) for name in schemas.Run.model_fields}
