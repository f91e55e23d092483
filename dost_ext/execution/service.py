"""Running the code of messages, and keeping what it shows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from dost_ext.core.clock import Clock
from dost_ext.core.errors import Conflict, DostError, InvalidRequest, NotFound, NotReady
from dost_ext.core.ids import new_id
from dost_ext.core.scopes import Principal
from dost_ext.core.storable import storable
from dost_ext.core.tasks import TaskGroup
from dost_ext.execution import schemas
from dost_ext.execution.blocks import Block, blocks_of, lines_ended_alike
from dost_ext.execution.kernels.conversation_kernel import ConversationKernel
from dost_ext.execution.kernels.languages import speaks
from dost_ext.execution.kernels.service import KernelService
from dost_ext.execution.kernels.session import KernelDied
from dost_ext.execution.live import LiveExecution
from dost_ext.execution.widgets.states import Shown, WidgetStates
from dost_ext.execution.workspace.files import WorkspaceFiles

log = logging.getLogger("dost")

# What is shown between two of these is lost where the server is killed.
SAVE_SECONDS = 2.0
# Seconds between attempts to save an end while the database is away.
PAUSES = (0.5, 1, 2, 4, 8, 15)
# What is shown after the end is saved and told of this long after it began to come.
LATE_SECONDS = 1.0
# For so long after its end, or after what came late, it can be followed.
FOLLOWED_SECONDS = 5.0
# Of one account, running or waiting for their turn.
MOST_A_USER = 50

RUNNING = "This code block is running. Interrupt it first."
TOO_MUCH = "Much of your code is running or waits for its turn. Wait until some of it has ended."
NO_BLOCK = "The message has no code block {}."
OTHER_LANGUAGE = (
    "This code is called {named}, and the chat's kernel is {kernel}. "
    "Choose {other} in the kernel's menu to run it."
)
NO_WIDGETS: dict[str, Any] = {"version_major": 2, "version_minor": 0, "state": {}}
NOT_ASKING = "The code does not wait for input."


@dataclass(frozen=True, slots=True)
class Source:
    """A message whose code is run."""

    message_id: UUID
    conversation_id: UUID
    content: str


class Holder(Protocol):
    """Who has a message: the database, or this process's memory."""

    async def source(self, principal: Principal, message_id: UUID) -> Source:
        """The message. Raises `NotFound` where it is absent or another's."""

    async def begin(self, owner_id: UUID, source: Source, execution: schemas.Execution) -> None:
        """Put an execution to the message, in the place of what its block showed before."""

    async def save(self, source: Source, execution: schemas.Execution) -> None:
        """Write down how an execution stands."""

    async def end(self, owner_id: UUID, source: Source, execution: schemas.Execution) -> None:
        """Write down how an execution ended, and tell the owner's open tabs."""

    async def change(self, owner_id: UUID, source: Source, execution: schemas.Execution) -> None:
        """Write down what an execution shows since its end, unless its block was run anew."""


class Holders(Protocol):
    """Who knows where a message is."""

    def of(self, principal: Principal, message_id: UUID) -> Holder:
        """Who has a message."""

    async def widgets(self, principal: Principal, execution_id: UUID) -> dict[str, Any] | None:
        """What was kept of the widgets of an execution. Raises `NotFound`."""


@dataclass(frozen=True, slots=True)
class _Running:
    live: LiveExecution
    owner_id: UUID
    source: Source
    holder: Holder
    kernel: ConversationKernel


class ExecutionService:
    """Runs code in the kernels of conversations. An execution belongs to the server."""

    def __init__(
        self,
        kernels: KernelService,
        holders: Holders,
        states: WidgetStates,
        files: WorkspaceFiles,
        clock: Clock,
    ) -> None:
        self._kernels = kernels
        self._holders = holders
        self._states = states
        self._files = files
        self._clock = clock
        self._running: dict[UUID, _Running] = {}
        self._ended: dict[UUID, _Running] = {}
        self._tasks = TaskGroup()
        self._executing: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to keep what happens to widgets."""
        self._watching = asyncio.create_task(self._states.watch())

    async def close(self) -> None:
        """Wait until what the kernels' end has ended is saved."""
        if self._executing:
            await asyncio.wait(self._executing, timeout=5)
        if self._watching is not None:
            self._watching.cancel()
            await self._states.save()

    async def start(
        self,
        principal: Principal,
        message_id: UUID,
        wanted: schemas.Execute,
        *,
        tool_call_id: str | None = None,
    ) -> LiveExecution:
        """Have code run; it is noted when this returns, and goes on whoever listens.

        Raises `NotFound` for an absent message or block, `Conflict` for a block that is running,
        and what `KernelService.demand` raises.
        """
        await self._kernels.may_run(principal)
        holder = self._holders.of(principal, message_id)
        source = await holder.source(principal, message_id)
        block = _block(source.content, wanted.block)
        code = wanted.code if wanted.code is not None else block.code if block else ""
        code = storable(lines_ended_alike(code))
        if not code.strip():
            raise InvalidRequest("There is no code to run.")
        self._demand_room(principal.user_id, message_id, wanted.block)
        language = block.language if block else ""
        kernel = await self._kernels.demand(principal, source.conversation_id, language=language)
        await self._demand_language(kernel, language)
        # Once more: somebody may have been quicker.
        self._demand_room(principal.user_id, message_id, wanted.block)
        execution = schemas.Execution(
            id=new_id(),
            block=wanted.block,
            tool_call_id=tool_call_id,
            code=code,
            kernel_name=kernel.about.name,
            language=kernel.about.language,
            status="running",
            execution_count=None,
            asked=False,
            outputs=[],
            started_at=self._clock(),
            duration_ms=None,
        )
        live = LiveExecution(execution)
        running = _Running(live, principal.user_id, source, holder, kernel)
        self._running[execution.id] = running
        try:
            await holder.begin(principal.user_id, source, execution)
        except BaseException:
            del self._running[execution.id]
            raise
        self._execute(self._run(running), f"execution {execution.id}")
        return live

    def _execute(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do what is to be done before the server stops."""
        task = self._tasks.start(work, name)
        self._executing.add(task)
        task.add_done_callback(self._executing.discard)

    def interrupt(self, live: LiveExecution) -> None:
        """Have code come to its end soon; what still waits for its turn is not run at all."""
        if (running := self._running.get(live.about.id)) is not None:
            live.unwanted = True
            self._tasks.start(self._interrupt(running), f"interrupt of {live.about.id}")

    async def _interrupt(self, running: _Running) -> None:
        # A kernel that has not taken the code yet does not mind an interrupt.
        await running.live.begun()
        session = running.kernel.session
        if session is not None and session.runs(running.live):
            await self._kernels.interrupt_code(running.kernel)

    def _demand_room(self, owner_id: UUID, message_id: UUID, block: int | None) -> None:
        mine = [one for one in self._running.values() if one.owner_id == owner_id]
        if len(mine) >= MOST_A_USER:
            raise Conflict(TOO_MUCH, code="too_much_code")
        for other in mine:
            same = (other.source.message_id, other.live.about.block) == (message_id, block)
            if same and block is not None:
                raise Conflict(RUNNING, code="already_running")

    async def _demand_language(self, kernel: ConversationKernel, language: str) -> None:
        """Refuse code that another kernel here speaks, and this one does not."""
        about = kernel.about
        if not language or speaks(about.language, language):
            return
        if (other := await self._kernels.speaking(language)) is not None:
            words = {"named": language, "kernel": about.display_name, "other": other}
            raise Conflict(OTHER_LANGUAGE.format(**words), code="other_language")

    async def _run(self, running: _Running) -> None:
        live = running.live
        saving = asyncio.create_task(self._save_now_and_then(running))
        try:
            status, count = await self._executed(running)
        finally:
            saving.cancel()
        live.end(status, count)
        live.unsaved = False
        try:
            await self._save(running, running.holder.end)
        except Exception:
            log.exception("what execution %s showed could not be saved", live.about.id)
        finally:
            self._running.pop(live.about.id, None)
            self._remember(running)
            self._states.end(live.about.id)
            live.finish()
            live.changed_late = partial(self._changed_late, running)
            if live.unsaved:
                self._changed_late(running)

    def _changed_late(self, running: _Running) -> None:
        """A thread of its has shown something, or later code has changed a display of its."""
        self._execute(self._save_late(running), f"late output of {running.live.about.id}")

    async def _save_late(self, running: _Running) -> None:
        await asyncio.sleep(LATE_SECONDS)
        running.live.unsaved = False
        self._remember(running)
        await self._save(running, running.holder.change)

    def _remember(self, running: _Running) -> None:
        """Have it to be followed for a moment: who was told that it began may still be coming."""
        execution_id = running.live.about.id
        self._ended[execution_id] = running
        loop = asyncio.get_running_loop()
        loop.call_later(FOLLOWED_SECONDS, self._ended.pop, execution_id, None)

    async def _save(
        self,
        running: _Running,
        write: Callable[[UUID, Source, schemas.Execution], Awaitable[None]],
    ) -> None:
        """Save what it shows; a database that is away is waited for."""
        for pause in PAUSES:
            try:
                await write(running.owner_id, running.source, running.live.snapshot())
            except NotReady:
                await asyncio.sleep(pause)
            else:
                return
        await write(running.owner_id, running.source, running.live.snapshot())

    async def _executed(self, running: _Running) -> tuple[str, int | None]:
        live, kernel = running.live, running.kernel
        try:
            if kernel.starting is not None:
                await asyncio.shield(kernel.starting)
            if kernel.session is None:
                raise KernelDied(kernel.about.reason or "not_started")
            async with kernel.readying:
                await self._place_files(running.source.conversation_id)
            about = (live.about.id, running.owner_id)
            self._states.begin(Shown(*about, kernel, kernel.session, lambda: live.outputs.items))
            return await kernel.session.execute(live.about.code, live)
        except KernelDied as death:
            live.shows("error", _obituary(str(death)))
            return "dead", None
        except Exception as error:
            log.exception("execution %s failed", live.about.id)
            live.shows("error", {"ename": "dost", "evalue": repr(error), "traceback": []})
            return "dead", None

    async def _place_files(self, conversation_id: UUID) -> None:
        """Have what is attached where the code looks for it; without it the code may well run."""
        try:
            await self._files.place(conversation_id)
        except (DostError, OSError) as error:
            log.warning("files could not be placed for the code of %s: %r", conversation_id, error)

    async def _save_now_and_then(self, running: _Running) -> None:
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            if not running.live.unsaved:
                continue
            running.live.unsaved = False
            try:
                await running.holder.save(running.source, running.live.snapshot())
            except DostError as error:
                log.warning("outputs could not be saved yet: %s", error.detail)

    def follow(self, principal: Principal, execution_id: UUID) -> AsyncGenerator[bytes, None]:
        """What an execution shows, from now on and before, also when it has just ended.

        Raises `NotFound` for one that is another's, or ended a while ago.
        """
        running = self._ended.get(execution_id) or self._mine(principal, execution_id)
        if running.owner_id != principal.user_id:
            raise NotFound
        return running.live.follow()

    def answer(self, principal: Principal, execution_id: UUID, text: str) -> None:
        """Give code the line that it asks for. Raises `Conflict` where it asks for none."""
        running = self._mine(principal, execution_id)
        session = running.kernel.session
        if running.live.asking is None or session is None:
            raise Conflict(NOT_ASKING, code="not_asking")
        try:
            session.answer(text)
        except KernelDied:
            raise Conflict(NOT_ASKING, code="not_asking") from None
        running.live.answered()

    async def widgets(self, principal: Principal, execution_id: UUID) -> schemas.WidgetState:
        """The widgets that an execution shows. Raises `NotFound` where it is another's."""
        shown = self._states.find(principal.user_id, execution_id)
        if shown is not None:
            kernel_id, found = shown.kernel_id, shown.document()
        else:
            kernel_id, found = None, await self._holders.widgets(principal, execution_id)
        return schemas.WidgetState(kernel_id=kernel_id, widgets=found or NO_WIDGETS)

    def _mine(self, principal: Principal, execution_id: UUID) -> _Running:
        running = self._running.get(execution_id)
        if running is None or running.owner_id != principal.user_id:
            raise NotFound
        return running


_OBITUARIES = {
    "died": "The kernel died. What it had in memory is gone.",
    "restarted": "The kernel was restarted. What it had in memory is gone.",
    "stopped": "The kernel was stopped.",
    "replaced": "The conversation was given another kernel.",
    "server_stopped": "The server stopped, and the kernel with it.",
    "memory": "The code took more memory than a kernel may have here. The kernel was ended.",
    "disk": "The code wrote more files than a kernel may have here. The kernel was ended.",
    "disk_full": "The server's disk is nearly full. The kernel with most files was ended.",
    "not_started": "The kernel could not be started. The server's log says why.",
}


def _obituary(reason: str) -> dict[str, object]:
    sentence = _OBITUARIES.get(reason, "The kernel is gone.")
    return {"ename": "KernelDied", "evalue": sentence, "traceback": []}


def _block(content: str, number: int | None) -> Block | None:
    if number is None:
        return None
    for place, block in enumerate(blocks_of(lines_ended_alike(content))):
        if place == number:
            return block
    raise NotFound(NO_BLOCK.format(number), code="no_block")
