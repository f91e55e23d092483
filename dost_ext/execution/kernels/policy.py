"""What the server's settings say of kernels: how they are confined, and how many there are."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Protocol

from dost_ext.core.errors import NotReady
from dost_ext.core.scopes import Principal, can
from dost_ext.core.settings import ServerSettings
from dost_ext.core.tasks import TaskGroup
from dost_sandbox.probe import tried
from dost_sandbox.sandbox import Limits, Sandbox

log = logging.getLogger("dost")

MEGABYTE = 2**20
SWITCHED_OFF = "it is switched off in the server's configuration"
JUPYTERS = "the kernels are those of Jupyter"
ELSEWHERE = "kernels run elsewhere, and dost does not know how they are kept apart"
IPYTHON_DIRECTORY = "/tmp/ipython"  # noqa: S108  (the sandbox's own)


class Settings(Protocol):
    """Where the settings of the whole server are."""

    async def get(self) -> ServerSettings:
        """The settings now in force."""


class KernelPolicy:
    """Who may run code, and within which bounds. Without a reason against it, in a sandbox."""

    def __init__(self, settings: Settings, *, against: str | None, hidden: Path) -> None:
        self._settings = settings
        self._against = against
        # The server's own directory.
        self._hidden = hidden
        self._history: Path | None = None
        self._known = ServerSettings()
        self._probe: asyncio.Task[str | None] | None = None
        self._tasks = TaskGroup()

    def keep_no_history(self, ipython_config: Path) -> None:
        """Give kernels in sandboxes this configuration of IPython."""
        self._history = ipython_config

    async def against_sandbox(self) -> str | None:
        """Why code does not run in a sandbox here, as the end of a sentence; None where it does."""
        if self._against is not None:
            return self._against
        if self._probe is None:
            self._probe = self._tasks.start(self._tried(), "probe of the sandbox")
        return await asyncio.shield(self._probe)

    async def _tried(self) -> str | None:
        try:
            return await asyncio.to_thread(tried, await self._wanted())
        except Exception as error:
            log.exception("the sandbox could not be tried")
            return f"it could not be tried: {error!r}"

    async def may_run(self, principal: Principal) -> bool:
        """Whether somebody who may run code in a sandbox may run it here."""
        return can(principal, "code:run_unsandboxed") or await self.against_sandbox() is None

    async def sandbox(self) -> Sandbox | None:
        """The sandbox of a kernel that starts now; None where there is none."""
        if await self.against_sandbox() is not None:
            return None
        return await self._wanted()

    async def _wanted(self) -> Sandbox:
        settings = await self._now()
        return sandbox_by(settings, hidden=self._hidden, ipython_config=self._history)

    async def _now(self) -> ServerSettings:
        """The settings; those known last while the database is away."""
        try:
            self._known = await self._settings.get()
        except NotReady as error:
            log.debug("the settings cannot be read now: %s", error.detail)
        return self._known

    async def idle_seconds(self) -> float:
        """After how long a kernel that nobody uses is ended."""
        return (await self._now()).code_idle_minutes * 60.0

    async def most_kernels(self) -> int:
        """How many kernels one account may have at once."""
        return (await self._now()).code_kernels


def sandbox_by(
    settings: ServerSettings, *, hidden: Path, ipython_config: Path | None = None
) -> Sandbox:
    """The sandbox that settings ask for, without a directory of the server's own."""
    inside = f"{IPYTHON_DIRECTORY}/profile_default/ipython_kernel_config.py"
    return Sandbox(
        Limits(
            memory=settings.code_memory_mb * MEGABYTE,
            processes=settings.code_processes,
            disk=settings.code_disk_mb * MEGABYTE,
            cores=settings.code_cores,
            network=settings.code_network,
        ),
        environment={"IPYTHONDIR": IPYTHON_DIRECTORY},
        files={inside: ipython_config} if ipython_config is not None else {},
        hidden=(hidden,),
    )
