"""The files that a conversation's code works with: what it wrote, what was put beside it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol
from uuid import UUID

from dost_ext.core.downloads import Download
from dost_ext.core.errors import DostError, NotFound, TooLarge
from dost_ext.core.scopes import Principal
from dost_ext.core.settings import ServerSettingsService
from dost_ext.core.uploads import Upload
from dost_ext.execution import schemas
from dost_ext.execution.kernels.conversation_kernel import Owners
from dost_ext.execution.workspace.folder import Entry, Folder
from dost_ext.execution.workspace.workspaces import Workspaces

log = logging.getLogger("dost")

MEGABYTE = 2**20
PIECE = MEGABYTE
# Browsers show and run nothing of this type.
OPAQUE = "application/octet-stream"
ELSEWHERE = "Kernels run at a gateway here, and their files are there."
NO_ROOM = "The chat's files may take {} MB together. Delete some of them first."


@dataclass(frozen=True, slots=True)
class Attached:
    """A file or a document that goes with a message."""

    id: UUID
    name: str
    content: bytes
    created_at: datetime


class Attachments(Protocol):
    """Who knows what is attached to a conversation's messages."""

    async def attached(self, conversation_id: UUID, known: set[UUID]) -> Sequence[Attached]:
        """The next of them but for those that are known, oldest first; empty at the end."""


class WorkspaceFiles:
    """Lists, sends, takes and deletes the files of conversations' working directories."""

    def __init__(
        self,
        workspaces: Workspaces,
        owners: Owners,
        attachments: Attachments,
        settings: ServerSettingsService,
    ) -> None:
        self._workspaces = workspaces
        self._owners = owners
        self._attachments = attachments
        self._settings = settings

    async def list(self, principal: Principal, conversation_id: UUID) -> schemas.WorkspaceFiles:
        """What there is. Raises `NotFound` for another's conversation."""
        folder = await self._folder(principal, conversation_id)
        entries, more = await asyncio.to_thread(folder.entries)
        return schemas.WorkspaceFiles(
            items=[_about(entry) for entry in entries],
            more=more,
            used=await self._workspaces.size(conversation_id),
            limit=await self._limit(),
        )

    async def get(self, principal: Principal, conversation_id: UUID, path: str) -> Download:
        """A file, to be saved. Raises `NotFound`."""
        folder = await self._folder(principal, conversation_id)
        file = await asyncio.to_thread(folder.open, path)
        return Download(PurePosixPath(path).name, OPAQUE, _pieces(file))

    async def put(
        self,
        principal: Principal,
        conversation_id: UUID,
        path: str | None,
        uploaded: Callable[[], Awaitable[Upload]],
    ) -> schemas.WorkspaceFile:
        """Put a file there, under its own name where `path` is None.

        One that has the name already is replaced. Raises `TooLarge` where there is no room for it,
        and as `Folder.write` does.
        """
        folder = await self._folder(principal, conversation_id)
        upload = await uploaded()
        used, limit = await self._workspaces.size(conversation_id), await self._limit()
        if used + len(upload.content) > limit:
            raise TooLarge(NO_ROOM.format(limit // MEGABYTE), code="no_room")
        await self._workspaces.made(conversation_id)
        name = path if path is not None else upload.filename
        return _about(await asyncio.to_thread(folder.write, name, upload.content))

    async def delete(self, principal: Principal, conversation_id: UUID, path: str) -> None:
        """Delete a file, or a directory with all that is in it. Raises `NotFound`."""
        folder = await self._folder(principal, conversation_id)
        rubbish = self._workspaces.rubbish()
        await asyncio.to_thread(folder.move_out, path, rubbish)
        await self._workspaces.remove_spare(rubbish)

    async def place(self, conversation_id: UUID) -> None:
        """Put what is attached to the conversation's messages where its code finds it.

        What code has changed since stays as it is: an attached file is as old as its attaching.
        """
        if self._workspaces.elsewhere:
            return
        placed = self._workspaces.placed.setdefault(conversation_id, {})
        folder = Folder(self._workspaces.of(conversation_id))
        while attached := await self._attachments.attached(conversation_id, set(placed)):
            ages = {one.id: round(one.created_at.timestamp(), 3) for one in attached}
            room = await self._limit() - await self._workspaces.size(conversation_id)
            known = {*placed.values(), *ages.values()}
            await asyncio.to_thread(_place, folder, attached, known, room)
            placed |= ages

    async def _folder(self, principal: Principal, conversation_id: UUID) -> Folder:
        await self._owners.demand(principal, conversation_id)
        if self._workspaces.elsewhere:
            raise NotFound(ELSEWHERE, code="files_elsewhere")
        return Folder(self._workspaces.of(conversation_id))

    async def _limit(self) -> int:
        return (await self._settings.get()).code_disk_mb * MEGABYTE


def _place(folder: Folder, attached: Sequence[Attached], ages: set[float], room: int) -> None:
    for one in attached:
        age = round(one.created_at.timestamp(), 3)
        there = folder.changed_at(one.name)
        if there is not None and (round(there, 3) not in ages or round(there, 3) == age):
            continue
        # More than there is room for would end the code.
        if len(one.content) > room:
            log.info("there is no room for the attached file %s", one.name)
            continue
        room -= len(one.content)
        try:
            folder.write(one.name, one.content, changed_at=age)
        except DostError as error:  # a name that is hidden, a directory in the way
            log.info("the attached file %s is not placed: %s", one.name, error.detail)


def _about(entry: Entry) -> schemas.WorkspaceFile:
    return schemas.WorkspaceFile(
        path=entry.path,
        kind="directory" if entry.is_directory else "file",
        size=entry.size,
        changed_at=datetime.fromtimestamp(entry.changed_at, UTC),
    )


async def _pieces(file: BinaryIO) -> AsyncGenerator[bytes, None]:
    try:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
    finally:
        file.close()
