"""The processes of kernels, as Jupyter Server's kernel manager has them: here or at a gateway."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from subprocess import DEVNULL
from typing import Any, Protocol
from uuid import UUID

from jupyter_core.utils import ensure_async

from dost_ext.execution.kernels.environment import of_kernels
from dost_ext.execution.kernels.gateway import Channels, GatewayKernel
from dost_ext.execution.kernels.policy import KernelPolicy
from dost_ext.execution.kernels.session import Client, KernelSession
from dost_sandbox.sandbox import Limits, Sandbox

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

    def __init__(
        self,
        manager: KernelManager,
        policy: KernelPolicy,
        environment: Mapping[str, str],
        at_gateway: Callable[[str], Awaitable[Channels]] | None,
        start_there: Callable[[str, str], Awaitable[str | None]] | None = None,
    ) -> None:
        self._manager = manager
        # How to reach a kernel that is at a gateway.
        self._at_gateway = at_gateway
        # How to start one of a kernelspec in a directory there; it may say that there is none.
        self._start_there = start_there
        self._policy = policy
        # What kernels find in their environment besides the server's own.
        self._environment = environment

    async def start(self, name: str, directory: Path) -> UUID:
        """Start a kernel of a kernelspec in a directory. Raises whatever keeps it from starting."""
        confined = await self._confined()
        there = await self._options_for(name, directory)
        kernel_id = await ensure_async(
            self._manager.start_kernel(
                kernel_name=name,
                **there,
                env={**of_kernels(), **self._environment},
                # What code says belongs to its message, not to the server's log.
                stdout=DEVNULL,
                stderr=DEVNULL,
                **confined,
            )
        )
        if confined and self._sandbox_of(UUID(kernel_id)) is None:
            await self.end(UUID(kernel_id))
            raise RuntimeError(f"kernelspec {name} has a provisioner of its own: no sandbox")
        return UUID(kernel_id)

    async def _options_for(self, name: str, directory: Path) -> dict[str, str]:
        """What has Jupyter's manager start a kernel in a directory.

        It tells no gateway of directories, but takes over a kernel that has been started there.
        """
        if self._at_gateway is None:
            return {"cwd": str(directory)}
        started = await self._start_there(name, directory.name) if self._start_there else None
        return {"kernel_id": started} if started is not None else {}

    async def _confined(self) -> dict[str, Sandbox]:
        sandbox = await self._policy.sandbox()
        return {"sandbox": sandbox} if sandbox is not None else {}

    def _sandbox_of(self, kernel_id: UUID) -> Sandbox | None:
        provisioner = self._provisioner_of(kernel_id)
        sandbox: Sandbox | None = getattr(provisioner, "sandbox", None)
        return sandbox

    def _provisioner_of(self, kernel_id: UUID) -> Any:
        if str(kernel_id) not in self._manager:
            return None
        return getattr(self._manager.get_kernel(str(kernel_id)), "provisioner", None)

    async def as_it_would_start(self, kernel_id: UUID) -> bool:
        """Whether a kernel is confined as one that starts now would be."""
        return self._sandbox_of(kernel_id) == await self._policy.sandbox()

    def limits_of(self, kernel_id: UUID) -> Limits | None:
        """What a kernel may use; None for one that is in no sandbox."""
        sandbox = self._sandbox_of(kernel_id)
        return sandbox.limits if sandbox is not None else None

    def pid_of(self, kernel_id: UUID) -> int | None:
        """The first process of a kernel; None for one that is gone, or elsewhere."""
        process = getattr(self._provisioner_of(kernel_id), "process", None)
        return process.pid if process is not None else None

    def sockets_of(self, kernel_id: UUID) -> Path | None:
        """Where a kernel in a sandbox makes its sockets; None for any other."""
        place = getattr(self._provisioner_of(kernel_id), "place", None)
        return place.sockets if place is not None else None

    async def connect(self, kernel_id: UUID) -> KernelSession:
        """A line to a kernel. Raises `RuntimeError` when it does not answer."""
        kernel = self._manager.get_kernel(str(kernel_id))
        if hasattr(kernel, "stop_restarter"):
            # One that Jupyter starts anew on its own would look as if nothing had happened.
            kernel.stop_restarter()
        session = KernelSession(self._client(kernel))
        await session.open()
        return session

    def _client(self, kernel: Any) -> Client:
        if self._at_gateway is None:
            local: Client = kernel.client()
            return local
        return GatewayKernel(partial(self._at_gateway, kernel.kernel_id))

    async def interrupt(self, kernel_id: UUID) -> None:
        """Interrupt what runs in a kernel."""
        await ensure_async(self._manager.interrupt_kernel(str(kernel_id)))

    async def restart(self, kernel_id: UUID, directory: Path) -> None:
        """Start a kernel anew, under the same id."""
        kernel = self._manager.get_kernel(str(kernel_id))
        # Its directory may have another name than when it was started first.
        confined = await self._confined()
        await ensure_async(kernel.restart_kernel(now=True, cwd=str(directory), **confined))

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
        try:
            alive = await ensure_async(self._manager.get_kernel(str(kernel_id)).is_alive())
        except Exception as error:  # a gateway that cannot be reached tells nothing of its kernels
            if self._at_gateway is None:
                raise
            log.debug("the gateway does not say whether %s lives: %r", kernel_id, error)
            return None
        return None if alive else "died"
