"""The directories that kernels work in, one for each conversation."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from uuid import UUID, uuid4


class Workspaces:
    """Directories below one that is the server's own."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def of(self, conversation_id: UUID) -> Path:
        """Where a conversation's files are, made or not."""
        return self._root / str(conversation_id)

    def beside(self, name: str) -> Path:
        """A directory next to all of them."""
        return self._root.parent / name

    async def made(self, conversation_id: UUID) -> Path:
        """The conversation's directory, made where it is not there yet."""
        path = self.of(conversation_id)
        await asyncio.to_thread(path.mkdir, mode=0o700, parents=True, exist_ok=True)
        return path

    async def spare(self) -> Path:
        """A new directory that is no conversation's yet."""
        path = self._root / f"spare-{uuid4()}"
        await asyncio.to_thread(path.mkdir, mode=0o700, parents=True)
        return path

    async def adopt(self, spare: Path, conversation_id: UUID) -> bool:
        """Make a spare directory the conversation's; not where that has files already.

        Whoever works in it works on in it: only its name changes.
        """
        try:
            await asyncio.to_thread(spare.rename, self.of(conversation_id))
        except OSError:
            return False
        return True

    async def remove_spare(self, spare: Path) -> None:
        """Delete a spare directory."""
        await asyncio.to_thread(shutil.rmtree, spare, ignore_errors=True)

    async def remove(self, conversation_id: UUID) -> None:
        """Delete what a conversation had."""
        await asyncio.to_thread(shutil.rmtree, self.of(conversation_id), ignore_errors=True)
