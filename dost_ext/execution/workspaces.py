"""The directories that kernels work in, one for each conversation."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from uuid import UUID


class Workspaces:
    """Directories below one that is the server's own."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def of(self, conversation_id: UUID) -> Path:
        """Where a conversation's files are, made or not."""
        return self._root / str(conversation_id)

    async def made(self, conversation_id: UUID) -> Path:
        """The conversation's directory, made where it is not there yet."""
        path = self.of(conversation_id)
        await asyncio.to_thread(path.mkdir, mode=0o700, parents=True, exist_ok=True)
        return path

    async def remove(self, conversation_id: UUID) -> None:
        """Delete what a conversation had."""
        await asyncio.to_thread(shutil.rmtree, self.of(conversation_id), ignore_errors=True)
