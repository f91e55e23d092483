"""How long a kernel lives that nobody uses."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from dost_ext.core.settings import ServerSettings
from dost_ext.execution.kernels.conversation_kernel import ConversationKernel
from dost_ext.execution.kernels.lifecycle import Lifecycle
from dost_ext.execution.kernels.policy import KernelPolicy
from dost_ext.execution.kernels.processes import KernelProcesses
from dost_ext.execution.kernels.specs import Kernelspecs
from dost_ext.execution.workspace.workspaces import Workspaces
from tests.support.known_kernel import known_kernel, known_session


class Jupyter:
    """Jupyter's manager of kernels, all of which live until they are shut down."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    def __contains__(self, kernel_id: str) -> bool:
        return kernel_id not in self.ended

    def get_kernel(self, kernel_id: str) -> Jupyter:
        return self

    def is_alive(self) -> bool:
        return True

    def shutdown_kernel(self, kernel_id: str, *, now: bool) -> None:
        self.ended.append(kernel_id)


class TwoMinutes:
    """The settings of a server that ends kernels after two minutes."""

    async def get(self) -> ServerSettings:
        return ServerSettings(code_idle_minutes=2)


def kernel(busy: bool, unused: float) -> ConversationKernel:
    used_at = time.monotonic() - unused
    session = known_session(busy=True) if busy else None
    return ConversationKernel(known_kernel("idle"), uuid4(), True, session, used_at)


@pytest.mark.parametrize(
    ("busy", "unused", "becomes"),
    [
        (False, 121, ("dead", "idle")),
        (False, 110, ("idle", None)),
        (True, 121, ("idle", None)),
    ],
)
def test_a_kernel_that_nobody_has_used_for_long_is_ended(
    tmp_path: Path, busy: bool, unused: float, becomes: tuple[str, str | None]
) -> None:
    one, jupyter, told = kernel(busy, unused), Jupyter(), list[ConversationKernel]()

    async def tell(kernel: ConversationKernel) -> None:
        told.append(kernel)

    async def look() -> None:
        manager: Any = jupyter
        policy = KernelPolicy(TwoMinutes(), against="there is none here", hidden=tmp_path)
        processes = KernelProcesses(manager, policy, {}, None)
        specs = Kernelspecs(manager, manager, at_gateway=False)
        lifecycle = Lifecycle(processes, specs, policy, None, Workspaces(tmp_path), tell)
        await lifecycle.look_after([one])

    asyncio.run(look())
    assert (one.about.state, one.about.reason) == becomes
    gone = becomes[0] == "dead"
    assert jupyter.ended == ([str(one.about.id)] if gone else [])
    assert told == ([one] if gone else [])
