"""Owned background tasks: kept, logged when they fail, cancelled with a deadline."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger("dost")


class TaskGroup:
    """The tasks of one owner."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, coroutine: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run `coroutine` until it ends or the group is cancelled."""
        task = asyncio.create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s ended with an error", task.get_name(), exc_info=error)

    async def settle(self, deadline: float = 5.0) -> None:
        """Let every task end by itself; what has not after `deadline` seconds is cancelled."""
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=deadline)
        await self.cancel()

    async def cancel(self, deadline: float = 5.0) -> None:
        """Cancel every task and wait for them, `deadline` seconds at most."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=deadline)
