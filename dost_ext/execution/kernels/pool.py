"""Kernels that wait for whoever runs code next, so that none need be started first."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from dost_ext.core.tasks import TaskGroup
from dost_ext.execution.kernels.processes import KernelProcesses
from dost_ext.execution.kernels.session import KernelSession
from dost_ext.execution.workspace.workspaces import Workspaces

log = logging.getLogger("dost")

# A start takes a second of a core's time, which belongs to the code that has just begun to run.
PAUSE_SECONDS = 1.0
# Nobody has needed one of its kind for that long: it is not worth its 50 MB.
UNUSED_SECONDS = 3600.0
# So many wait, each of another kind.
MOST = 3


@dataclass(slots=True)
class Spare:
    """A kernel that is no conversation's yet, connected, in a directory of its own."""

    name: str
    kernel_id: UUID
    session: KernelSession
    directory: Path


class KernelPool:
    """Keeps a spare kernel of each kind that somebody may need, the last three."""

    def __init__(self, processes: KernelProcesses, workspaces: Workspaces) -> None:
        self._processes = processes
        self._workspaces = workspaces
        self._spares: dict[str, Spare] = {}
        self._tasks = TaskGroup()
        # The kernelspecs of which one is starting.
        self._warming: set[str] = set()
        # When one was needed, or might have been, by the kernelspec.
        self._needed: dict[str, float] = {}

    def warm(self, name: str, *, pause: float = 0.0) -> None:
        """Have a spare kernel of a kernelspec soon, unless there is one: it may be needed."""
        self._needed[name] = time.monotonic()
        if name not in self._spares and name not in self._warming:
            self._warming.add(name)
            self._tasks.start(self._warm(name, pause), "spare kernel")

    async def _warm(self, name: str, pause: float) -> None:
        try:
            await asyncio.sleep(pause)
            if await self._workspaces.stay_as_named():
                return
            directory = await self._workspaces.spare()
            kernel_id = await self._processes.start(name, directory)
            session = await self._processes.connect(kernel_id)
            await self._keep(Spare(name, kernel_id, session, directory))
        except Exception as error:
            log.warning("a spare kernel could not be started: %r", error)
        finally:
            self._warming.discard(name)

    async def _keep(self, spare: Spare) -> None:
        """Have a spare wait, unless another of its kind does."""
        if self._spares.setdefault(spare.name, spare) is not spare:
            await self._end(spare)

    async def take(self, name: str, conversation_id: UUID) -> tuple[UUID, KernelSession] | None:
        """The spare kernel for a conversation, in whose directory it is from now on.

        None where there is no such kernel, or where the conversation has files already.
        """
        spare = self._spares.pop(name, None)
        if spare is None:
            return None
        as_new = await self._processes.as_it_would_start(spare.kernel_id)
        if not as_new or await self._processes.state(spare.kernel_id) is not None:
            await self._end(spare)
            return None
        if not await self._workspaces.adopt(spare.directory, conversation_id):
            await self._keep(spare)
            return None
        return spare.kernel_id, spare.session

    async def look_after(self) -> None:
        """Let spares go that have died, or that nobody has needed for long."""
        for spare in list(self._spares.values()):
            is_needed = spare.name in self._worth_it()
            if not is_needed or await self._processes.state(spare.kernel_id) is not None:
                await self._let_go(spare)

    def _worth_it(self) -> list[str]:
        """The kernelspecs of which one is to wait: those that were needed last."""
        last = sorted(self._needed, key=lambda name: self._needed[name])[-MOST:]
        longest = time.monotonic() - UNUSED_SECONDS
        return [name for name in last if self._needed[name] >= longest]

    async def _let_go(self, spare: Spare) -> None:
        if self._spares.get(spare.name) is spare:  # else a conversation has just taken it
            del self._spares[spare.name]
            await self._end(spare)

    async def close(self) -> None:
        """End the spares."""
        await self._tasks.settle()
        await asyncio.gather(*(self._let_go(spare) for spare in list(self._spares.values())))

    async def _end(self, spare: Spare) -> None:
        await spare.session.close("stopped")
        await self._processes.end(spare.kernel_id)
        await self._workspaces.remove_spare(spare.directory)
