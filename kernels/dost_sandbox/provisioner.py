"""Jupyter's way to start a kernel, with a sandbox around it."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from dost_sandbox import place as places
from dost_sandbox.bubblewrap import BARE, GUEST, wrapped
from dost_sandbox.programs import needed_by
from dost_sandbox.sandbox import Sandbox


class SandboxProvisioner(LocalProvisioner):
    """Starts a kernel in the sandbox that `start_kernel(sandbox=…)` names, or in none.

    `cwd` is the directory of the machine that is the sandbox's workspace. `env` is left aside:
    nothing of the server's environment comes in but what `Sandbox.environment` holds.
    """

    place: places.Place | None = None
    sandbox: Sandbox | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Make the sandbox's place and the command that starts the kernel in it."""
        self.sandbox = sandbox = kwargs.pop("sandbox", None)
        await self._leave_place()
        if sandbox is None:
            return await super().pre_launch(**kwargs)
        manager: Any = self.parent
        beside = Path(manager.connection_file).parent
        workspace = Path(kwargs.pop("cwd"))
        self.place = await asyncio.to_thread(places.made, beside, workspace, GUEST)
        manager.transport, manager.ip = "ipc", self.place.address
        prepared = await super().pre_launch(**{**kwargs, "env": dict(sandbox.environment)})
        return {**prepared, **await asyncio.to_thread(self._confined, prepared, sandbox)}

    def _confined(self, prepared: dict[str, Any], sandbox: Sandbox) -> dict[str, Any]:
        """What is different about a launch in a sandbox."""
        assert self.place is not None
        manager: Any = self.parent
        self.place.introduce(manager.get_connection_info(session=False) | _told(manager))
        command = [
            places.CONNECTION_FILE if word == manager.connection_file else word
            for word in prepared["cmd"]
        ]
        resources = Path(manager.kernel_spec.resource_dir)
        readable = needed_by(command, (resources,) if resources.is_dir() else ())
        whole, descriptor = wrapped(command, sandbox, self.place, prepared["env"], readable)
        return {"cmd": whole, "env": dict(BARE), "cwd": "/", "pass_fds": (descriptor,)}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the command that `pre_launch` made."""
        try:
            return await super().launch_kernel(cmd, **kwargs)
        finally:
            for descriptor in kwargs.get("pass_fds", ()):
                os.close(descriptor)

    async def send_signal(self, signum: int) -> None:
        """Signal the kernel. An interrupt is for what runs inside: it would end bubblewrap."""
        if self.place is None or signum != signal.SIGINT:
            return await super().send_signal(signum)
        if self.process is not None:
            for group in groups_inside(self.process.pid):
                os.killpg(group, signum)
        return None

    async def cleanup(self, restart: bool = False) -> None:
        """Delete the sandbox's place; the workspace stays."""
        await super().cleanup(restart=restart)
        await self._leave_place()

    async def _leave_place(self) -> None:
        place, self.place = self.place, None
        if place is not None:
            await asyncio.to_thread(place.remove)


def groups_inside(pid: int) -> set[int]:
    """The process groups of what bubblewrap's first process has started."""
    try:
        firsts = psutil.Process(pid).children()
        started = [one for first in firsts for one in first.children()]
        return {os.getpgid(one.pid) for one in started} - {os.getpgid(pid)}
    except (psutil.Error, ProcessLookupError):
        return set()


def _told(manager: Any) -> dict[str, object]:
    """What a connection file holds besides the addresses."""
    return {
        "key": manager.session.key.decode(),
        "signature_scheme": manager.session.signature_scheme,
        "kernel_name": manager.kernel_name,
    }
