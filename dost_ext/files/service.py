"""The rules of files that people send."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import exc

from dost_ext.core.clock import Clock
from dost_ext.core.database import Database
from dost_ext.core.downloads import Download, once
from dost_ext.core.errors import Conflict, Unauthenticated
from dost_ext.core.ids import new_id
from dost_ext.core.scopes import Principal
from dost_ext.core.uploads import Upload
from dost_ext.files import store
from dost_ext.files.contents import FileContent, known
from dost_ext.files.schemas import Attachment


class FileService:
    """Keeps files, gives them back to their owners alone, and deletes them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(
        self, principal: Principal, sent: Upload, read: Callable[[str, bytes], FileContent] = known
    ) -> Attachment:
        """Keep a file, as what `read` finds it to be. Raises what that raises."""
        file = await asyncio.to_thread(read, sent.filename, sent.content)
        try:
            async with self._database.begin() as connection:
                row = await store.add(connection, principal.user_id, new_id(), file, self._clock())
        except exc.IntegrityError as error:
            raise Unauthenticated("The account was deleted meanwhile.") from error
        return Attachment.model_validate(row)

    async def get(self, principal: Principal, file_id: UUID) -> Download:
        """A file: a picture to be shown, anything else to be saved."""
        async with self._database.begin() as connection:
            row = await store.get(connection, principal.user_id, file_id)
        kind = row.media_type if row.kind != "text" else f"{row.media_type}; charset=utf-8"
        inline = row.kind == "image"
        return Download(row.name, kind, once(row.content), inline=inline, lasting=True)

    async def remove(self, principal: Principal, file_id: UUID) -> None:
        """Delete a file that no message has. Raises `Conflict` for one that is attached."""
        async with self._database.begin() as connection:
            dropped = await store.drop(connection, [file_id], owner_id=principal.user_id)
            if not dropped:
                await store.get(connection, principal.user_id, file_id)
                raise Conflict("This file belongs to a message and is deleted with it.")
