"""How a conversation's kernel comes to life, starts anew, and ends."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from uuid import UUID

from dost_ext.core.errors import DostError
from dost_ext.core.tasks import TaskGroup
from dost_ext.execution.kernels.conversation_kernel import ConversationKernel
from dost_ext.execution.kernels.policy import KernelPolicy
from dost_ext.execution.kernels.pool import PAUSE_SECONDS, KernelPool
from dost_ext.execution.kernels.processes import KernelProcesses
from dost_ext.execution.kernels.session import READY_SECONDS, KernelSession
from dost_ext.execution.kernels.specs import Kernelspecs
from dost_ext.execution.kernels.usage import Usage
from dost_ext.execution.workspace.workspaces import Workspaces

log = logging.getLogger("dost")


class KernelNotStarted(DostError):
    """The kernel could not be started. The server's log says why."""

    status = 503
    code = "kernel_not_started"


class Lifecycle:
    """Starts, restarts and ends the kernels of conversations, and notices their deaths."""

    def __init__(
        self,
        processes: KernelProcesses,
        specs: Kernelspecs,
        policy: KernelPolicy,
        pool: KernelPool | None,
        workspaces: Workspaces,
        tell: Callable[[ConversationKernel], Coroutine[Any, Any, None]],
    ) -> None:
        self.specs = specs
        self._processes = processes
        self._policy = policy
        self._pool = pool
        self._usage = Usage(processes, workspaces)
        self._workspaces = workspaces
        self._tell = tell
        # Kernels that are starting or ending: none is left in the middle.
        self._changes = TaskGroup()

    async def close(self) -> None:
        """Let what is being changed come to its end, and the spare kernels go."""
        await self._changes.settle()
        if self._pool is not None:
            await self._pool.close()

    async def warm(self, *used: str, pause: float = 0.0) -> None:
        """Have spare kernels soon: somebody may run code in a moment.

        One of the default kind, and of those that were just used.
        """
        if self._pool is None:
            return
        for name in dict.fromkeys((await self.specs.default(), *used)):
            if name is not None:
                self._pool.warm(name, pause=pause)

    def start(self, kernel: ConversationKernel) -> None:
        """Begin to start a kernel."""
        kernel.starting = self._changes.start(self._start(kernel), "start of a kernel")

    def restart(self, kernel: ConversationKernel) -> None:
        """Begin to start a kernel anew, unless that is under way."""
        if kernel.starting is None:
            kernel.starting = self._changes.start(self._restart(kernel), "restart of a kernel")

    def end_soon(self, kernel: ConversationKernel, reason: str) -> None:
        """Begin to end a kernel."""
        self._changes.start(self.end(kernel, reason), "end of a kernel")

    async def interrupt(self, kernel: ConversationKernel) -> None:
        """Interrupt what runs in a kernel."""
        if kernel.session is not None:
            kernel.session.interrupting()
            await self._processes.interrupt(kernel.about.id)

    async def _start(self, kernel: ConversationKernel) -> None:
        try:
            if not await self._take_spare(kernel):
                await self._tell(kernel)
                directory = await self._directory(kernel)
                kernel.change(id=await self._processes.start(kernel.about.name, directory))
                self._connected(kernel, await self._processes.connect(kernel.about.id))
        except Exception as error:
            log.warning("a kernel %s could not be started: %r", kernel.about.name, error)
            await self.end(kernel, "not_started")
        finally:
            kernel.starting = None
            # The code that waits for the kernel does not wait for this.
            self._tell_soon(kernel)
            # One that did not start is not tried again.
            used = [kernel.about.name] if kernel.alive else []
            await self.warm(*used, pause=PAUSE_SECONDS)

    async def _directory(self, kernel: ConversationKernel) -> Path:
        conversation_id = kernel.about.conversation_id
        if await self._policy.sandbox() is not None:  # else nobody counts
            kernel.files_before = await self._workspaces.size(conversation_id)
        return await self._workspaces.made(conversation_id)

    async def _take_spare(self, kernel: ConversationKernel) -> bool:
        about, pool = kernel.about, self._pool
        taken = await pool.take(about.name, about.conversation_id) if pool is not None else None
        if taken is None:
            return False
        kernel_id, session = taken
        kernel.change(id=kernel_id)
        self._connected(kernel, session)
        return True

    def _connected(self, kernel: ConversationKernel, session: KernelSession) -> None:
        kernel.session = session
        session.changed = lambda: self._session_changed(kernel)
        if not kernel.alive:
            raise KernelNotStarted("It was ended while it started.")
        kernel.change(state="idle")

    def _session_changed(self, kernel: ConversationKernel) -> None:
        kernel.follow_session(lambda: self._tell_soon(kernel))
        lost = kernel.session.lost if kernel.session is not None else None
        if lost is not None and kernel.alive and kernel.starting is None:
            # At once: whoever runs code next is to get a kernel that lives.
            self.end_soon(kernel, lost)
            self._tell_soon(kernel)

    def _tell_soon(self, kernel: ConversationKernel) -> None:
        self._changes.start(self._tell(kernel), "news of a kernel")

    async def _restart(self, kernel: ConversationKernel) -> None:
        try:
            kernel.change(state="restarting")
            await self._tell(kernel)
            if (session := kernel.hang_up()) is not None:
                await session.close("restarted")
            directory = await self._directory(kernel)
            await self._processes.restart(kernel.about.id, directory)
            self._connected(kernel, await self._processes.connect(kernel.about.id))
        except Exception as error:
            log.warning("kernel %s could not be restarted: %r", kernel.about.id, error)
            await self.end(kernel, "not_started")
        finally:
            kernel.starting = None
            await self._tell(kernel)

    async def end(self, kernel: ConversationKernel, reason: str) -> None:
        """End the process, if there is one; the kernel is dead from here on."""
        if kernel.alive:
            kernel.change(state="dead", reason=reason)
        if kernel.starting not in (None, asyncio.current_task()):
            # Jupyter cannot let go of a kernel in the middle; it is ended once it is there.
            await asyncio.wait((kernel.starting,), timeout=READY_SECONDS)
            return
        if (session := kernel.hang_up()) is not None:
            await session.close(reason)
        await self._processes.end(kernel.about.id)

    async def look_after(self, kernels: list[ConversationKernel]) -> None:
        """Notice kernels that have died, and end those that nobody uses."""
        if self._pool is not None:
            await self._pool.look_after()
        longest = await self._policy.idle_seconds()
        settled = [kernel for kernel in kernels if kernel.alive and kernel.starting is None]
        for kernel in settled:
            reason = await self._state(kernel)
            unused = time.monotonic() - kernel.used_at
            if reason is None and unused > longest and kernel.at_rest:
                reason = "idle"
            if reason is not None:
                await self._end_and_tell(kernel, reason)
        for kernel, reason in await self._usage.excess([one for one in settled if one.alive]):
            await self._end_and_tell(kernel, reason)

    async def _state(self, kernel: ConversationKernel) -> str | None:
        """How a kernel went; None for one that lives."""
        lost = kernel.session.lost if kernel.session is not None else None
        return lost or await self._processes.state(kernel.about.id)

    async def _end_and_tell(self, kernel: ConversationKernel, reason: str) -> None:
        if kernel.alive and kernel.starting is None:
            await self.end(kernel, reason)
            await self._tell(kernel)

    def drop(self, kernel: ConversationKernel | None, conversation_id: UUID) -> None:
        """Begin to end the kernel of a conversation that is gone, with its directory."""
        self._changes.start(self._drop(kernel, conversation_id), "end of a conversation's kernel")

    async def _drop(self, kernel: ConversationKernel | None, conversation_id: UUID) -> None:
        if kernel is not None and kernel.alive:
            await self.end(kernel, "stopped")
        await self._workspaces.remove(conversation_id)
