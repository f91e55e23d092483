"""A conversation's kernel as this process holds it, and who knows whose conversation it is."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from dost_ext.core.scopes import Principal
from dost_ext.execution import schemas
from dost_ext.execution.session import KernelSession


class Owners(Protocol):
    """Who knows whose conversation it is."""

    async def demand(self, principal: Principal, conversation_id: UUID) -> bool:
        """Whether it is saved, not temporary. Raises `NotFound` where it is absent or another's."""


@dataclass(slots=True)
class ConversationKernel:
    """A kernel in this process's hands."""

    about: schemas.Kernel
    owner_id: UUID
    saved: bool
    session: KernelSession | None = None
    used_at: float = field(default_factory=time.monotonic)
    # Set while it starts or starts anew.
    starting: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """Whether there is a process behind it, or soon will be."""
        return self.about.state != "dead"
