"""Which kernels use more of the machine than they may, all their processes and files together."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dost_ext.execution.kernels.conversation_kernel import ConversationKernel
from dost_ext.execution.kernels.processes import KernelProcesses
from dost_ext.execution.workspace.workspaces import Workspaces
from dost_sandbox.sandbox import Limits
from dost_sandbox.usage import disk_of, memory_of

# Bytes that stay free on the disk: the database needs them, kernels do not get them.
RESERVE = 512 * 2**20
# Bytes that a kernel may always write, and those for which none is ended where the disk is full.
GROWTH = 2**20
HARMLESS = 16 * 2**20
# Seconds between two looks at a workspace, busy and idle. A look may take a twentieth of them.
BUSY_SECONDS = 2.0
IDLE_SECONDS = 30.0
SHARE = 20


@dataclass(frozen=True, slots=True)
class _Look:
    """The last look at a workspace."""

    size: int
    next_at: float


NEVER = _Look(0, 0.0)


@dataclass(frozen=True, slots=True)
class _Watched:
    """A kernel in a sandbox, with its first process."""

    kernel: ConversationKernel
    limits: Limits
    pid: int


class Usage:
    """Watches kernels in sandboxes; the system itself bounds one process, and one file."""

    def __init__(
        self,
        processes: KernelProcesses,
        workspaces: Workspaces,
        free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
    ) -> None:
        self._processes = processes
        self._workspaces = workspaces
        self._free = free
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
        return _Watched(kernel, limits, pid) if limits is not None and pid is not None else None

    def _excess(self, watched: list[_Watched]) -> list[tuple[ConversationKernel, str]]:
        held = memory_of(
            [one.pid for one in watched], enough=min(one.limits.memory for one in watched)
        )
        found = [(one.kernel, "memory") for one in watched if held[one.pid] > one.limits.memory]
        grown = {one.kernel: self._size(one.kernel) - one.kernel.files_before for one in watched}
        for one in watched:
            # What was full at the start may be used, and emptied; it may not grow by more.
            room = max(one.limits.disk - one.kernel.files_before, GROWTH)
            if grown[one.kernel] > room:
                found.append((one.kernel, "disk"))
        if not found and self._free(self._workspaces.root) < RESERVE:
            most = max(grown, key=lambda kernel: grown[kernel])
            if grown[most] > HARMLESS:
                found.append((most, "disk_full"))
        return found

    def _size(self, kernel: ConversationKernel) -> int:
        """Bytes in a kernel's workspace, as of a moment ago."""
        look, now = self._looks[kernel], time.monotonic()
        if now < look.next_at:
            return look.size
        size = disk_of(self._workspaces.of(kernel.about.conversation_id))
        took = time.monotonic() - now
        pause = BUSY_SECONDS if kernel.about.state == "busy" else IDLE_SECONDS
        self._looks[kernel] = _Look(size, now + max(pause, took * SHARE))
        return size
