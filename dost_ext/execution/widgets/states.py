"""The widgets that executions show: as they are in their kernel, and kept for when it is gone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dost_ext.core.database import Database
from dost_ext.core.errors import NotReady
from dost_ext.execution import store
from dost_ext.execution.kernels.conversation_kernel import ConversationKernel
from dost_ext.execution.kernels.session import KernelSession
from dost_ext.execution.outputs import Output
from dost_ext.execution.widgets.widgets import Widgets, views_in

log = logging.getLogger("dost")

SAVE_SECONDS = 2.0
# Of one execution; larger ones live as long as their kernel.
MOST_BYTES = 10 * 1024 * 1024


@dataclass(slots=True)
class Shown:
    """An execution whose outputs may show widgets of a kernel."""

    execution_id: UUID
    owner_id: UUID
    kernel: ConversationKernel
    session: KernelSession
    outputs: Callable[[], list[Output]]
    ended: bool = False
    saved: bool = False

    @property
    def kernel_id(self) -> UUID | None:
        """The kernel in which its widgets live; None once it is gone, or another than it was."""
        lives = self.kernel.alive and self.kernel.session is self.session
        return self.kernel.about.id if lives else None

    @property
    def views(self) -> list[str]:
        """The widgets that are shown."""
        return views_in(self.outputs())

    def document(self) -> dict[str, Any] | None:
        """The widgets' state, as a notebook keeps it."""
        return self.session.widgets.saved(self.views)


class WidgetStates:
    """Keeps the state of widgets with the executions that show them, as it changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shown: dict[UUID, Shown] = {}

    def begin(self, shown: Shown) -> None:
        """An execution begins to show something."""
        self._shown[shown.execution_id] = shown

    def end(self, execution_id: UUID) -> None:
        """An execution has ended: what it shows stays."""
        shown = self._shown.get(execution_id)
        if shown is None:
            return
        if shown.views:
            shown.ended = True
            outputs = shown.outputs()
            shown.outputs = lambda: outputs
        else:
            del self._shown[execution_id]

    def find(self, owner_id: UUID, execution_id: UUID) -> Shown | None:
        """An execution of somebody's whose kernel this process has, or had just now."""
        shown = self._shown.get(execution_id)
        return shown if shown is not None and shown.owner_id == owner_id else None

    async def watch(self) -> None:
        """Save what changes until cancelled."""
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            await self.save()

    async def save(self) -> None:
        """Save what has changed; what cannot be saved now is tried the next time."""
        try:
            await self._save_all()
        except NotReady as error:
            log.warning("widgets could not be saved yet: %s", error.detail)
        except Exception:
            log.exception("widgets could not be saved")

    async def _save_all(self) -> None:
        by_widgets: dict[Widgets, list[Shown]] = {}
        for shown in self._shown.values():
            if shown.ended:
                by_widgets.setdefault(shown.session.widgets, []).append(shown)
        for widgets, all_shown in by_widgets.items():
            news, widgets.news = widgets.news, set()
            try:
                for shown in all_shown:
                    await self._save(shown, news)
            except BaseException:
                widgets.news |= news
                raise

    async def _save(self, shown: Shown, news: set[str]) -> None:
        needed = shown.session.widgets.needed(shown.views)
        is_replaced = False
        fits = shown.session.widgets.size(needed) < MOST_BYTES
        if fits and (not shown.saved or needed & news):
            async with self._database.begin() as connection:
                shown.saved = await store.put_widgets(
                    connection, shown.execution_id, shown.document()
                )
            # A temporary chat may be kept one day; what was run anew or deleted is gone for good.
            is_replaced = not shown.saved and shown.kernel.saved
        if shown.kernel_id is None or is_replaced:
            self._shown.pop(shown.execution_id, None)
