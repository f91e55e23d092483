"""The files that a conversation's code works with: what it wrote, what was put beside it."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Protocol
from uuid import UUID

from dost_ext.core.downloads import Download
from dost_ext.core.errors import Conflict, InvalidRequest, NotFound, TooLarge
from dost_ext.core.scopes import Principal
from dost_ext.core.settings import ServerSettingsService
from dost_ext.core.uploads import Upload
from dost_ext.execution import schemas
from dost_ext.execution.kernels.conversation_kernel import Owners
from dost_ext.execution.workspace.folder import Entry
from dost_ext.execution.workspace.local import LocalFiles
from dost_ext.execution.workspace.workspaces import Workspaces

log = logging.getLogger("dost")

MEGABYTE = 2**20
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


class Files(Protocol):
    """The files of one conversation, wherever its kernel runs."""

    async def entries(self) -> tuple[Sequence[Entry], bool]: ...
    async def size(self) -> int: ...
    async def open(self, path: str) -> AsyncGenerator[bytes, None]: ...
    async def changed_at(self, path: str) -> float | None: ...
    async def write(self, path: str, content: bytes, changed_at: float | None = None) -> Entry: ...
    async def delete(self, path: str) -> None: ...


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
        files = await self._files_of(principal, conversation_id)
        entries, more = await files.entries()
        return schemas.WorkspaceFiles(
            items=[_about(entry) for entry in entries],
            more=more,
            used=await files.size(),
            limit=await self._limit(),
        )

    async def get(self, principal: Principal, conversation_id: UUID, path: str) -> Download:
        """A file, to be saved. Raises `NotFound`."""
        files = await self._files_of(principal, conversation_id)
        return Download(PurePosixPath(path).name, OPAQUE, await files.open(path))

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
        files = await self._files_of(principal, conversation_id)
        upload = await uploaded()
        used, limit = await files.size(), await self._limit()
        if used + len(upload.content) > limit:
            raise TooLarge(NO_ROOM.format(limit // MEGABYTE), code="no_room")
        await self._workspaces.made(conversation_id)
        name = path if path is not None else upload.filename
        return _about(await files.write(name, upload.content))

    async def delete(self, principal: Principal, conversation_id: UUID, path: str) -> None:
        """Delete a file, or a directory with all that is in it. Raises as `Files.delete` does."""
        files = await self._files_of(principal, conversation_id)
        await files.delete(path)

    async def place(self, conversation_id: UUID) -> None:
        """Put what is attached to the conversation's messages where its code finds it.

        What code has changed since stays as it is: here an attached file is as old as its
        attaching, at a gateway as its placing.
        """
        files = await self._found(conversation_id)
        if files is None:
            return
        placed = self._workspaces.placed.setdefault(conversation_id, {})
        while attached := await self._attachments.attached(conversation_id, set(placed)):
            ages = {one.id: _age(one.created_at.timestamp()) for one in attached}
            room = await self._limit() - await files.size()
            known = {*placed.values(), *ages.values()}
            for one in attached:
                ages[one.id], room = await _place(files, one, known, room)
                known.add(ages[one.id])
            placed |= ages

    async def _files_of(self, principal: Principal, conversation_id: UUID) -> Files:
        await self._owners.demand(principal, conversation_id)
        files = await self._found(conversation_id)
        if files is None:
            raise NotFound(ELSEWHERE, code="files_elsewhere")
        return files

    async def _found(self, conversation_id: UUID) -> Files | None:
        """The files of a conversation; None where they are at a gateway that keeps them."""
        gateway = self._workspaces.gateway
        if gateway is None:
            return LocalFiles(self._workspaces, conversation_id)
        return gateway.of(conversation_id) if await gateway.there() else None

    async def _limit(self) -> int:
        return (await self._settings.get()).code_disk_mb * MEGABYTE


async def _place(files: Files, one: Attached, known: set[float], room: int) -> tuple[float, int]:
    """Place a file unless code's own is there; how old it is now, and how much room is left."""
    age = _age(one.created_at.timestamp())
    there = await files.changed_at(one.name)
    if there is not None and (_age(there) not in known or _age(there) == age):
        return age, room
    # More than there is room for would end the code.
    if len(one.content) > room:
        log.info("there is no room for the attached file %s", one.name)
        return age, room
    try:
        placed = await files.write(one.name, one.content, age)
    except (Conflict, InvalidRequest, TooLarge) as error:  # it is hidden, a directory is in the way
        log.info("the attached file %s is not placed: %s", one.name, error.detail)
        return age, room
    return _age(placed.changed_at), room - len(one.content)


def _age(seconds: float) -> float:
    return round(seconds, 3)


def _about(entry: Entry) -> schemas.WorkspaceFile:
    return schemas.WorkspaceFile(
        path=entry.path,
        kind="directory" if entry.is_directory else "file",
        size=entry.size,
        changed_at=datetime.fromtimestamp(entry.changed_at, UTC),
    )
