"""The files of conversations whose kernels run at a gateway, over the contents API of Jupyter.

Whatever a link there leads to is the gateway's matter: the API follows links and does not tell of
them. So nothing is deleted here but what the gateway deletes by itself: the content of a directory
may be somebody else's.
"""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from dost_ext.core.errors import Conflict, DostError, NotFound, TooLarge
from dost_ext.core.gateway import Answer, Gateway
from dost_ext.execution.workspace.folder import (
    DEEPEST,
    DISK_FULL,
    IN_THE_WAY,
    MOST_ENTRIES,
    NO_FILE,
    Entry,
    parts_of,
)

log = logging.getLogger("dost")

# Where the directories of conversations are, below the gateway's own.
TOP = "dost"
# So much of a file is asked for at once.
PIECE = 4 * 2**20
NOT_DELETED = "The kernel gateway refuses to delete this."
# What a server answers that has no contents API, or lets nobody write there.
WITHOUT = (400, 403, 404, 405, 500, 501)


class GatewayWorkspaces:
    """Directories below the gateway's own, one for each conversation."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._there: bool | None = None

    async def there(self) -> bool:
        """Whether the gateway keeps files for others, asked once.

        Raises `NotReady` for one that is away.
        """
        if self._there is None:
            made = await self._gateway.ask("PUT", f"api/contents/{TOP}", body={"type": "directory"})
            if made.status >= 300 and made.status not in WITHOUT:
                raise self._gateway.away(f"it answers {made.status}")
            self._there = made.status < 300
            if not self._there:
                log.info("the gateway keeps no files (%d)", made.status)
        return self._there

    def of(self, conversation_id: UUID | str) -> GatewayFiles:
        """The files of a conversation, for a gateway that keeps some."""
        return GatewayFiles(self._gateway, f"{TOP}/{conversation_id}")

    async def start(self, kernelspec: str, directory: str) -> str | None:
        """Start a kernel in a conversation's directory; None where the gateway keeps no files."""
        if not await self.there():
            return None
        files = self.of(directory)
        await files.made()
        wanted = {"name": kernelspec, "path": files.top}
        started = await self._gateway.ask("POST", "api/kernels", body=wanted)
        if started.status >= 300:
            raise RuntimeError(f"the gateway answers {started.status}")
        return str(started.json()["id"])

    async def remove(self, conversation_id: UUID) -> None:
        """Delete what a conversation had, as far as the gateway does."""
        try:
            if await self.there():
                await self.of(conversation_id).remove()
        except NotFound:
            pass
        except DostError as error:
            log.warning("%s/%s stays at the gateway: %s", TOP, conversation_id, error.detail)


class GatewayFiles:
    """What is below a directory at a gateway, but for names that begin with a dot."""

    def __init__(self, gateway: Gateway, top: str) -> None:
        self.top = top
        self._gateway = gateway

    async def entries(self) -> tuple[list[Entry], bool]:
        """What there is, each directory before its content; whether there is more than that."""
        found: list[Entry] = []
        whole = await self._collect("", found)
        return found, not whole

    async def _collect(self, path: str, found: list[Entry]) -> bool:
        whole = True
        inside = await self._inside(path)
        for model in sorted(inside, key=lambda model: str(model["name"])):
            if model["name"].startswith("."):
                continue
            if len(found) >= MOST_ENTRIES:
                return False
            below = f"{path}/{model['name']}".lstrip("/")
            found.append(_entry(below, model))
            if model["type"] == "directory":
                is_near = below.count("/") + 1 < DEEPEST
                whole = is_near and await self._collect(below, found) and whole
        return whole

    async def _inside(self, path: str) -> list[dict[str, Any]]:
        answer = await self._contents("GET", path, {"type": "directory", "content": "1"})
        if answer.status in (400, 403, 404):  # it has gone, or may not be read
            return []
        content = self._model(answer)["content"]
        return list(content)

    async def size(self) -> int:
        """Bytes of the files that are listed."""
        entries, _ = await self.entries()
        return sum(entry.size for entry in entries)

    async def open(self, path: str) -> AsyncGenerator[bytes, None]:
        """A file's content. Raises `NotFound`."""
        parts_of(path, NotFound(NO_FILE))
        # A directory, or a pipe that would be waited for.
        about = await self._about(path)
        if about is None or about["type"] == "directory":
            raise NotFound(NO_FILE)
        return self._pieces(path, await self._piece(path, 0))

    async def _pieces(self, path: str, first: Answer) -> AsyncGenerator[bytes, None]:
        piece, at = first, 0
        while piece.body:
            yield piece.body
            at += len(piece.body)
            if piece.status != 206 or len(piece.body) < PIECE:
                return
            piece = await self._piece(path, at)

    async def _piece(self, path: str, begin: int) -> Answer:
        wanted = {"Range": f"bytes={begin}-{begin + PIECE - 1}"}
        answer = await self._gateway.ask("GET", f"files/{self.top}/{path}", headers=wanted)
        if answer.status == 416:  # after the end
            return Answer(206, b"")
        if answer.status >= 400:
            raise NotFound(NO_FILE)
        return answer

    async def changed_at(self, path: str) -> float | None:
        """When a file was changed; None where there is nothing of that name."""
        try:
            parts_of(path, NotFound(NO_FILE))
        except NotFound:
            return None
        about = await self._about(path)
        return _entry(path, about).changed_at if about is not None else None

    async def write(self, path: str, content: bytes, changed_at: float | None = None) -> Entry:
        """Put a file there, as new as this: the API sets no times.

        Directories on the way are made. Raises as `Folder.write` does.
        """
        *before, _ = parts_of(path)
        await self.made()
        for depth in range(1, len(before) + 1):
            await self._make("/".join(before[:depth]))
        about = await self._about(path)
        if about is not None and about["type"] == "directory":
            raise Conflict(IN_THE_WAY, code="in_the_way")
        encoded = (await asyncio.to_thread(base64.b64encode, content)).decode()
        # Were a notebook one of its type, the server would demand that it be valid.
        body = {"type": "file", "format": "base64", "content": encoded}
        answer = await self._contents("PUT", path, body=body)
        if answer.status in (413, 507):
            raise TooLarge(DISK_FULL, code="no_room")
        if answer.status in (400, 403, 404, 409):
            raise Conflict(IN_THE_WAY, code="in_the_way")
        return _entry(path, {**self._model(answer), "size": len(content)})

    async def made(self) -> None:
        """Make the directory, where it is not there yet."""
        await self._make("")

    async def _make(self, path: str) -> None:
        answer = await self._contents("PUT", path, body={"type": "directory"})
        if answer.status in (400, 403, 404, 409):
            raise Conflict(IN_THE_WAY, code="in_the_way")
        self._model(answer)

    async def delete(self, path: str) -> None:
        """Delete a file, or a directory with all that is in it.

        Raises `NotFound`, and `Conflict` where the gateway refuses: some keep full directories.
        """
        parts_of(path, NotFound(NO_FILE))
        await self._delete(path)

    async def remove(self) -> None:
        """Delete the whole directory. Raises as `delete` does."""
        await self._delete("")

    async def _delete(self, path: str) -> None:
        answer = await self._contents("DELETE", path)
        if answer.status == 404:
            raise NotFound(NO_FILE)
        if answer.status in (400, 403, 409):
            raise Conflict(NOT_DELETED, code="not_deleted")
        if answer.status >= 300:
            raise self._gateway.away(f"it answers {answer.status}")

    async def _about(self, path: str) -> dict[str, Any] | None:
        answer = await self._contents("GET", path, {"content": "0"})
        return self._model(answer) if answer.status not in (400, 403, 404) else None

    async def _contents(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        where = f"api/contents/{self.top}/{path}".rstrip("/")
        return await self._gateway.ask(method, where, query=query, body=body)

    def _model(self, answer: Answer) -> dict[str, Any]:
        if answer.status >= 300:
            raise self._gateway.away(f"it answers {answer.status}")
        return dict(answer.json())


def _entry(path: str, model: Mapping[str, Any]) -> Entry:
    is_directory = model["type"] == "directory"
    size = 0 if is_directory else model.get("size") or 0
    return Entry(
        path, is_directory, size, datetime.fromisoformat(model["last_modified"]).timestamp()
    )
