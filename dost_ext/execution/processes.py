"""The processes of kernels, as Jupyter Server's kernel manager has them: here or at a gateway."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from subprocess import DEVNULL
from typing import Any, Protocol
from uuid import UUID

from jupyter_core.utils import ensure_async

from dost_ext.execution.environment import of_kernels
from dost_ext.execution.session import KernelSession

log = logging.getLogger("dost")


class KernelManager(Protocol):
    """What is used of Jupyter Server's kernel manager."""

    default_kernel_name: str

    def __contains__(self, kernel_id: str) -> bool: ...
    def get_kernel(self, kernel_id: str) -> Any: ...
    def start_kernel(self, **options: Any) -> Any: ...
    def shutdown_kernel(self, kernel_id: str, now: bool = False) -> Any: ...
    def interrupt_kernel(self, kernel_id: str) -> Any: ...


class KernelProcesses:
    """Starts kernels, connects to them and ends them, by the ids that Jupyter gives them."""

    def __init__(self, manager: KernelManager, environment: Mapping[str, str]) -> None:
        self._manager = manager
        # What kernels find in their environment besides the server's own.
        self._environment = environment

    async def start(self, name: str, directory: Path) -> UUID:
        """Start a kernel of a kernelspec in a directory. Raises whatever keeps it from starting."""
        kernel_id = await ensure_async(
            self._manager.start_kernel(
                kernel_name=name,
                cwd=str(directory),
                env={**of_kernels(), **self._environment},
                # What code says belongs to its message, not to the server's log.
                stdout=DEVNULL,
                stderr=DEVNULL,
            )
        )
        return UUID(kernel_id)

    async def connect(self, kernel_id: UUID) -> KernelSession:
        """A line to a kernel. Raises `RuntimeError` when it does not answer."""
        kernel = self._manager.get_kernel(str(kernel_id))
        if hasattr(kernel, "stop_restarter"):
            # One that Jupyter starts anew on its own would look as if nothing had happened.
            kernel.stop_restarter()
        session = KernelSession(kernel.client())
        await session.open()
        return session

    async def interrupt(self, kernel_id: UUID) -> None:
        """Interrupt what runs in a kernel."""
        await ensure_async(self._manager.interrupt_kernel(str(kernel_id)))

    async def restart(self, kernel_id: UUID, directory: Path) -> None:
        """Start a kernel anew, under the same id."""
        kernel = self._manager.get_kernel(str(kernel_id))
        # Its directory may have another name than when it was started first.
        await ensure_async(kernel.restart_kernel(now=True, cwd=str(directory)))

    async def end(self, kernel_id: UUID) -> None:
        """End a kernel at once; one that is gone already is no fault."""
        if str(kernel_id) not in self._manager:
            return
        try:
            await ensure_async(self._manager.shutdown_kernel(str(kernel_id), now=True))
        except Exception as error:
            log.warning("kernel %s could not be ended: %r", kernel_id, error)

    async def state(self, kernel_id: UUID) -> str | None:
        """None for a kernel that lives; else how it went: `stopped` by somebody, or `died`."""
        if str(kernel_id) not in self._manager:
            return "stopped"
        alive = await ensure_async(self._manager.get_kernel(str(kernel_id)).is_alive())
        return None if alive else "died"
