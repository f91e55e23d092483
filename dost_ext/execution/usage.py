"""Which kernels use more of the machine than they may, all their processes and files together."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dost_ext.execution.conversation_kernel import ConversationKernel
from dost_ext.execution.processes import KernelProcesses
from dost_ext.execution.workspaces import Workspaces
from dost_sandbox.usage import disk_of, memory_of

# Bytes that stay free on the disk: the database needs them, kernels do not get them.
RESERVE = 512 * 2**20
# A workspace that was full at the start may be used, and emptied; it may not grow by more.
GROWTH = 2**20
# Seconds between two looks at a workspace, busy and idle. A look may take a twentieth of them.
BUSY_SECONDS = 2.0
IDLE_SECONDS = 30.0
SHARE = 20


@dataclass(slots=True)
class _Look:
    """The last look at a workspace."""

    size: int
    next_at: float


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
        watched = [one for one in kernels if self._processes.limits_of(one.about.id) is not None]
        self._looks = {one: look for one, look in self._looks.items() if one in watched}
        if not watched:
            return []
        return await asyncio.to_thread(self._excess, watched)

    def _excess(self, watched: list[ConversationKernel]) -> list[tuple[ConversationKernel, str]]:
        found = self._hungry(watched)
        for kernel in watched:
            limits = self._processes.limits_of(kernel.about.id)
            if limits is not None and self._size(kernel) > max(
                limits.disk, kernel.files_before + GROWTH
            ):
                found.append((kernel, "disk"))
        if not found and self._free(self._workspaces.root) < RESERVE:
            largest = max(watched, key=lambda kernel: self._looks[kernel].size)
            found.append((largest, "disk_full"))
        return found

    def _hungry(self, watched: list[ConversationKernel]) -> list[tuple[ConversationKernel, str]]:
        known = {}
        for kernel in watched:
            limits = self._processes.limits_of(kernel.about.id)
            pid = self._processes.pid_of(kernel.about.id)
            if limits is not None and pid is not None:
                known[pid] = (kernel, limits.memory)
        if not known:
            return []
        held = memory_of(known, min(most for _, most in known.values()))
        return [(kernel, "memory") for pid, (kernel, most) in known.items() if held[pid] > most]

    def _size(self, kernel: ConversationKernel) -> int:
        """Bytes in a kernel's workspace, as of a moment ago."""
        look, now = self._looks.get(kernel), time.monotonic()
        if look is not None and now < look.next_at:
            return look.size
        size = disk_of(self._workspaces.of(kernel.about.conversation_id))
        took = time.monotonic() - now
        pause = BUSY_SECONDS if kernel.about.state == "busy" else IDLE_SECONDS
        self._looks[kernel] = _Look(size, now + max(pause, took * SHARE))
        return size
