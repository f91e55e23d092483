"""The files of conversations whose kernels run on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import BinaryIO
from uuid import UUID

from dost_ext.execution.workspace.folder import Entry, Folder
from dost_ext.execution.workspace.workspaces import Workspaces

PIECE = 2**20


class LocalFiles:
    """A conversation's directory, looked at without keeping others waiting."""

    def __init__(self, workspaces: Workspaces, conversation_id: UUID) -> None:
        self._workspaces = workspaces
        self._conversation_id = conversation_id
        self._folder = Folder(workspaces.of(conversation_id))

    async def entries(self) -> tuple[list[Entry], bool]:
        """As `Folder.entries`."""
        return await asyncio.to_thread(self._folder.entries)

    async def size(self) -> int:
        """Bytes of all that there is, 0 where nobody can count them."""
        return await self._workspaces.size(self._conversation_id)

    async def open(self, path: str) -> AsyncGenerator[bytes, None]:
        """A file's content. Raises `NotFound`."""
        return _pieces(await asyncio.to_thread(self._folder.open, path))

    async def changed_at(self, path: str) -> float | None:
        """As `Folder.changed_at`."""
        return await asyncio.to_thread(self._folder.changed_at, path)

    async def write(self, path: str, content: bytes, changed_at: float | None = None) -> Entry:
        """As `Folder.write`."""
        return await asyncio.to_thread(self._folder.write, path, content, changed_at)

    async def delete(self, path: str) -> None:
        """Delete a file, or a directory with all that is in it. Raises `NotFound`."""
        rubbish = self._workspaces.rubbish()
        await asyncio.to_thread(self._folder.move_out, path, rubbish)
        await self._workspaces.remove_spare(rubbish)


async def _pieces(file: BinaryIO) -> AsyncGenerator[bytes, None]:
    try:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
    finally:
        file.close()
