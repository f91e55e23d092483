"""A kernel that waits for whoever runs code next, so that it need not be started first."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from dost_ext.core.tasks import TaskGroup
from dost_ext.execution.kernels.processes import KernelProcesses
from dost_ext.execution.kernels.session import KernelSession
from dost_ext.execution.workspace.workspaces import Workspaces

log = logging.getLogger("dost")

# A start takes a second of a core's time, which belongs to the code that has just begun to run.
PAUSE_SECONDS = 1.0
# Nobody has run anything for that long: it is not worth its 50 MB.
UNUSED_SECONDS = 3600.0


@dataclass(slots=True)
class Spare:
    """A kernel that is no conversation's yet, connected, in a directory of its own."""

    name: str
    kernel_id: UUID
    session: KernelSession
    directory: Path
    ready_at: float = field(default_factory=time.monotonic)


class KernelPool:
    """Keeps one spare kernel once somebody may need it."""

    def __init__(self, processes: KernelProcesses, workspaces: Workspaces) -> None:
        self._processes = processes
        self._workspaces = workspaces
        self._spare: Spare | None = None
        self._tasks = TaskGroup()
        self._warming = False

    def warm(self, name: str, *, pause: float = 0.0) -> None:
        """Have a spare kernel of a kernelspec soon, unless there is one."""
        if self._spare is None and not self._warming:
            self._warming = True
            self._tasks.start(self._warm(name, pause), "spare kernel")

    async def _warm(self, name: str, pause: float) -> None:
        try:
            await asyncio.sleep(pause)
            directory = await self._workspaces.spare()
            kernel_id = await self._processes.start(name, directory)
            session = await self._processes.connect(kernel_id)
            self._spare = Spare(name, kernel_id, session, directory)
        except Exception as error:
            log.warning("a spare kernel could not be started: %r", error)
        finally:
            self._warming = False

    async def take(self, name: str, conversation_id: UUID) -> tuple[UUID, KernelSession] | None:
        """The spare kernel for a conversation, in whose directory it is from now on.

        None where there is no such kernel, or where the conversation has files already.
        """
        spare = self._spare
        if spare is None or spare.name != name:
            return None
        self._spare = None
        as_new = await self._processes.as_it_would_start(spare.kernel_id)
        if not as_new or await self._processes.state(spare.kernel_id) is not None:
            await self._end(spare)
            return None
        if not await self._workspaces.adopt(spare.directory, conversation_id):
            self._spare = spare
            return None
        return spare.kernel_id, spare.session

    async def look_after(self) -> None:
        """Let a spare go that has died, or that nobody has needed for long."""
        spare = self._spare
        if spare is None:
            return
        unused = time.monotonic() - spare.ready_at > UNUSED_SECONDS
        if unused or await self._processes.state(spare.kernel_id) is not None:
            self._spare = None
            await self._end(spare)

    async def close(self) -> None:
        """End the spare."""
        await self._tasks.settle()
        spare, self._spare = self._spare, None
        if spare is not None:
            await self._end(spare)

    async def _end(self, spare: Spare) -> None:
        await spare.session.close("stopped")
        await self._processes.end(spare.kernel_id)
        await self._workspaces.remove_spare(spare.directory)
