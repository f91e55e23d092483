"""A conversation's kernel as this process holds it, and who knows whose conversation it is."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from dost_ext.core.scopes import Principal
from dost_ext.execution import schemas
from dost_ext.execution.kernels.session import KernelSession


class Owners(Protocol):
    """Who knows whose conversation it is."""

    async def demand(self, principal: Principal, conversation_id: UUID) -> bool:
        """Whether it is saved, not temporary. Raises `NotFound` where it is absent or another's."""


@dataclass(slots=True, eq=False)
class ConversationKernel:
    """A kernel in this process's hands."""

    about: schemas.Kernel
    owner_id: UUID
    saved: bool
    session: KernelSession | None = None
    used_at: float = field(default_factory=time.monotonic)
    # Bytes that were in its directory when it started.
    files_before: int = 0
    # Set while it starts or starts anew.
    starting: asyncio.Task[None] | None = None
    # Held while code is made ready to run: what was asked for first runs first.
    readying: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def alive(self) -> bool:
        """Whether there is a process behind it, or soon will be."""
        return self.about.state != "dead"

    def change(self, **values: Any) -> None:
        """Have the API show it as it is now."""
        self.about = self.about.model_copy(update=values)

    def follow_session(self) -> None:
        """It has begun to run something, or come to its end."""
        self.used_at = time.monotonic()
        if self.session is not None and self.about.state in ("idle", "busy"):
            self.change(state="busy" if self.session.busy else "idle")
