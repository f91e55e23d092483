"""The tool `run_code`: the model runs code in the conversation's kernel, as its user may."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Annotated

from pydantic import BaseModel, Field

from dost_ext.core.errors import Conflict
from dost_ext.core.scopes import Principal
from dost_ext.core.wire import Request
from dost_ext.execution.kernels.service import KernelService
from dost_ext.execution.live import LiveExecution
from dost_ext.execution.schemas import MOST_CODE, Execute, Kernelspec
from dost_ext.execution.service import ExecutionService
from dost_ext.tools.schemas import ToolResult
from dost_ext.tools.telling import told
from dost_ext.tools.toolbox import Asked, Place

NAME = "run_code"
SUMMARY = "The model runs code in the chat's kernel and goes on with what it shows."
DESCRIPTION = (
    "Run {language} code in the conversation's own Jupyter kernel ({kernel}) and read what it "
    "shows. The user sees the code and its outputs: text, tables, plots and widgets. Variables, "
    "imports and files stay between calls, and the user's own code runs in the same kernel. Files "
    "and documents that the user attached are in the working directory; what the code writes "
    "there, the user can download. {network}Use it to compute, to look at data, to plot and to try "
    "code out; when it fails, read the error, mend the code and run it again."
)
NO_NETWORK = "The code cannot reach the internet. "
# The user may be away, and a loop that never ends would hold a processor for ever.
LONGEST_SECONDS = 600.0
MINUTES = round(LONGEST_SECONDS / 60)
TOO_LONG = f"The code ran for {MINUTES} minutes, so it was interrupted. Do it in smaller steps."
BUSY = f"Other code has kept the kernel busy for {MINUTES} minutes, so this was not run."
UNENDING = "The code still runs, though it was interrupted. The user can restart the kernel."
# How long interrupted code is waited for. An interrupt that comes while Python does something of
# its own can be lost, so it is sent once more.
END_SECONDS = 2.0
INTERRUPTS = 2


class Arguments(Request):
    """What the tool takes."""

    code: Annotated[str, Field(min_length=1, max_length=MOST_CODE, description="The code")]


class RunCode:
    """The tool."""

    name = NAME
    summary = SUMMARY
    scope = "code:run"

    def __init__(self, kernels: KernelService, executions: ExecutionService) -> None:
        self._kernels = kernels
        self._executions = executions

    async def demand(self, principal: Principal) -> None:
        """Raises `Forbidden` for who may not run code here, `NotFound` where there is no kernel."""
        await self._kernels.may_run(principal)
        await self._kernels.would_run(principal, None)

    async def offered(self, principal: Principal, asked: Asked) -> OfferedRunCode:
        """The tool for one turn. Raises as `demand` does."""
        await self._kernels.may_run(principal)
        try:
            spec = await self._kernels.would_run(principal, asked.conversation_id)
        except Conflict:  # another process has its kernel; a call will say so
            spec = await self._kernels.would_run(principal, None)
        return OfferedRunCode(self._executions, spec, network=await self._kernels.has_network())


class OfferedRunCode:
    """The tool as a model is told of it."""

    name = NAME
    arguments: type[BaseModel] = Arguments

    def __init__(self, executions: ExecutionService, spec: Kernelspec, *, network: bool) -> None:
        self._executions = executions
        self._starting: set[asyncio.Task[LiveExecution]] = set()
        self.description = DESCRIPTION.format(
            language=spec.language.capitalize(),
            kernel=spec.display_name,
            network="" if network else NO_NETWORK,
        )

    def foresees(self, arguments: BaseModel) -> bool:
        """Whoever lets it run code by itself means any code."""
        return True

    async def call(self, place: Place, arguments: Arguments) -> ToolResult:
        """Run the code to its end; a run that is stopped stops it as well."""
        live = await self._started(place, arguments.code)
        place.listener.ran(live.snapshot())
        late = None
        try:
            if not await _within(LONGEST_SECONDS, live.begun()):
                late = BUSY
            elif not await _within(LONGEST_SECONDS, live.over()):
                late = TOO_LONG
            if late is not None:
                await self._end(live)
        except asyncio.CancelledError:
            await self._end(live)
            place.listener.ran(live.snapshot())
            raise
        execution = live.snapshot()
        place.listener.ran(execution)
        if late is not None and execution.status == "running":
            late = UNENDING
        said = [told(execution)] if execution.outputs or late is None else []
        content = "\n\n".join([*said, *([late] if late is not None else [])])
        return ToolResult(content=content, is_error=execution.status != "ok")

    async def _started(self, place: Place, code: str) -> LiveExecution:
        """Have code run. A stop must not leave half a start behind, so that goes on by itself."""
        start = self._executions.start(
            place.principal, place.message_id, Execute(code=code), tool_call_id=place.call_id
        )
        starting = asyncio.ensure_future(start)
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(self._unwanted)
            raise

    def _unwanted(self, starting: asyncio.Task[LiveExecution]) -> None:
        if not starting.cancelled() and starting.exception() is None:
            self._executions.interrupt(starting.result())

    async def _end(self, live: LiveExecution) -> None:
        for _ in range(INTERRUPTS):
            self._executions.interrupt(live)
            if await _within(END_SECONDS, live.over()):
                return


async def _within(seconds: float, what: Awaitable[object]) -> bool:
    """Wait for something, `seconds` at most; whether it has come.

    Not `wait_for`: it would swallow a stop that comes together with that.
    """
    try:
        async with asyncio.timeout(seconds):
            await what
    except TimeoutError:
        return False
    return True
