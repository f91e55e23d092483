"""A conversation's kernel as this process holds it, and who knows whose conversation it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from dost_ext.core.scopes import Principal
from dost_ext.execution import schemas
from dost_ext.execution.kernels.session import KernelSession

# What is over sooner is not said to be busy: a widget that is moved makes it so for a moment,
# many times a second.
BUSY_SECONDS = 0.3


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
    # Held while its owner's tabs are told how it is: what is told last is how it is.
    telling: asyncio.Lock = field(default_factory=asyncio.Lock)
    # Whether the database has it.
    noted: bool = False
    # Until it is said to be busy.
    _until_busy: asyncio.TimerHandle | None = None

    @property
    def alive(self) -> bool:
        """Whether there is a process behind it, or soon will be."""
        return self.about.state != "dead"

    @property
    def running(self) -> bool:
        """Whether it runs something, however short."""
        return self.session is not None and self.session.busy

    @property
    def at_rest(self) -> bool:
        """Whether it is there and runs nothing."""
        return self.about.state == "idle" and not self.running

    def change(self, **values: Any) -> None:
        """Have the API show it as it is now."""
        self.about = self.about.model_copy(update=values)

    def follow_session(self, changed: Callable[[], object]) -> None:
        """It has begun to run something, or come to its end; calls `changed` if that shows."""
        self.used_at = time.monotonic()
        self._forget_timer()
        if self.running:
            loop = asyncio.get_running_loop()
            self._until_busy = loop.call_later(BUSY_SECONDS, self._is_busy, changed)
        elif self.about.state == "busy":
            self.change(state="idle")
            changed()

    def _is_busy(self, changed: Callable[[], object]) -> None:
        if self.about.state == "idle":
            self.change(state="busy")
            changed()

    def hang_up(self) -> KernelSession | None:
        """Let go of the line to it, which is the caller's to close."""
        self._forget_timer()
        session, self.session = self.session, None
        return session

    def _forget_timer(self) -> None:
        if self._until_busy is not None:
            self._until_busy.cancel()
            self._until_busy = None
