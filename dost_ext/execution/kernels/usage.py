"""Which kernels use more of the machine than they may, all their processes and files together."""

from __future__ import annotations

import asyncio
import math
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dost_ext.execution.kernels.conversation_kernel import ConversationKernel
from dost_ext.execution.kernels.processes import KernelProcesses
from dost_ext.execution.workspace.workspaces import Workspaces
from dost_sandbox.sandbox import Limits
from dost_sandbox.usage import detached_of, disk_of, used_by

# Bytes that stay free on the disk: the database needs them, kernels do not get them.
RESERVE = 512 * 2**20
# Bytes that a kernel may always write, and those for which none is ended where the disk is full.
GROWTH = 2**20
HARMLESS = 16 * 2**20
# Seconds between two looks at what is slow to count, where code runs or the disk is full, and
# elsewhere. A look may take a twentieth of them.
BUSY_SECONDS = 2.0
IDLE_SECONDS = 30.0
SHARE = 20


@dataclass(frozen=True, slots=True)
class _Look:
    """The last look at what is slow to count."""

    # Bytes in the directories, and of memory that no process holds.
    size: int
    detached: int
    # When it was, and the seconds that it took.
    at: float
    took: float


NEVER = _Look(0, 0, -math.inf, 0.0)


@dataclass(frozen=True, slots=True)
class _Watched:
    """A kernel in a sandbox, with its first process."""

    kernel: ConversationKernel
    limits: Limits
    pid: int
    # Where it may write to the disk: its workspace first.
    directories: tuple[Path, ...]


class Usage:
    """Watches kernels in sandboxes; the system itself bounds one process, and one file."""

    def __init__(
        self,
        processes: KernelProcesses,
        workspaces: Workspaces,
        free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._processes = processes
        self._workspaces = workspaces
        self._free = free
        self._now = now
        self._looks: dict[ConversationKernel, _Look] = {}

    async def excess(
        self, kernels: Sequence[ConversationKernel]
    ) -> list[tuple[ConversationKernel, str]]:
        """Kernels that have to end, each with the reason: `memory`, `disk` or `disk_full`."""
        watched = [one for kernel in kernels if (one := self._watched(kernel)) is not None]
        self._looks = {one.kernel: self._looks.get(one.kernel, NEVER) for one in watched}
        return await asyncio.to_thread(self._excess, watched) if watched else []

    def _watched(self, kernel: ConversationKernel) -> _Watched | None:
        limits = self._processes.limits_of(kernel.about.id)
        pid = self._processes.pid_of(kernel.about.id)
        if limits is None or pid is None:
            return None
        workspace = self._workspaces.of(kernel.about.conversation_id)
        sockets = self._processes.sockets_of(kernel.about.id)
        directories = (workspace, sockets) if sockets is not None else (workspace,)
        return _Watched(kernel, limits, pid, directories)

    def _excess(self, watched: list[_Watched]) -> list[tuple[ConversationKernel, str]]:
        is_full = self._free(self._workspaces.root) < RESERVE
        due = {one.pid for one in watched if self._is_due(one, is_full=is_full)}
        used = used_by(
            {one.pid: one.directories for one in watched},
            enough=min(one.limits.memory for one in watched),
            thorough=due,
        )
        found, grown = [], {}
        for one in watched:
            if one.pid in due:
                self._looks[one.kernel] = self._look(one)
            look, now = self._looks[one.kernel], used[one.pid]
            if now.memory + look.detached > one.limits.memory:
                found.append((one.kernel, "memory"))
            before = one.kernel.files_before
            grown[one.kernel] = look.size + now.nameless - before
            # What was full at the start may be used, and emptied; it may not grow by more.
            if grown[one.kernel] > max(one.limits.disk - before, GROWTH):
                found.append((one.kernel, "disk"))
        if not found and is_full:
            most = max(grown, key=lambda kernel: grown[kernel])
            if grown[most] > HARMLESS:
                found.append((most, "disk_full"))
        return found

    def _is_due(self, one: _Watched, *, is_full: bool) -> bool:
        """Whether it is time to look at what is slow to count."""
        look, is_busy = self._looks[one.kernel], one.kernel.running
        pause = BUSY_SECONDS if is_busy or is_full else IDLE_SECONDS
        return self._now() >= look.at + max(pause, look.took * SHARE)

    def _look(self, one: _Watched) -> _Look:
        began = self._now()
        size, detached = disk_of(*one.directories), detached_of(one.pid)
        return _Look(size, detached, began, self._now() - began)
