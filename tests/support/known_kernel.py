"""What is known of a kernel, for tests that need no process."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from dost_ext.execution.kernels.session import KernelSession
from dost_ext.execution.schemas import Kernel


def known_kernel(state: Any) -> Kernel:
    """A kernel of a conversation of its own."""
    return Kernel(
        id=uuid4(),
        conversation_id=uuid4(),
        name="python3",
        display_name="Python",
        language="python",
        state=state,
        started_at=datetime.now(UTC),
    )


def known_session(*, busy: bool) -> KernelSession:
    """A line to a kernel that was never opened."""
    client: Any = SimpleNamespace(stop_channels=lambda: None)
    session = KernelSession(client)
    session.busy = busy
    return session
