"""The picture that somebody has behind their page."""

from __future__ import annotations

import asyncio
import hashlib

from sqlalchemy import exc

from dost_ext.auth import background_store as store
from dost_ext.auth import schemas
from dost_ext.core.database import Database, Record
from dost_ext.core.errors import NotFound, Unauthenticated
from dost_ext.core.notifications import publish
from dost_ext.core.pictures import picture_of
from dost_ext.core.scopes import Principal

# Of SHA-256, in hexadecimal digits: versions of one person's picture never meet.
VERSION_LENGTH = 32


class BackgroundService:
    """Keeps one picture a user."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, principal: Principal, content: bytes) -> schemas.Background:
        """Put a picture behind the caller's page. Raises `UnsupportedType` for what is none."""
        picture = await asyncio.to_thread(picture_of, content)
        version = hashlib.sha256(content).hexdigest()[:VERSION_LENGTH]
        values = {"version": version, "media_type": picture.media_type, "content": content}
        try:
            async with self._database.begin() as connection:
                await store.save(connection, principal.user_id, **values)
                await publish(connection, "user_settings", str(principal.user_id))
        except exc.IntegrityError as error:  # the account was deleted meanwhile
            raise Unauthenticated from error
        return schemas.Background(version=version)

    async def read(self, principal: Principal, version: str) -> Record:
        """The caller's picture, as `media_type` and `content`."""
        async with self._database.begin() as connection:
            row = await store.read(connection, principal.user_id, version.replace("\x00", ""))
        if row is None:
            raise NotFound
        return row

    async def remove(self, principal: Principal) -> None:
        """Have no picture behind the caller's page."""
        async with self._database.begin() as connection:
            await store.remove(connection, principal.user_id)
            await publish(connection, "user_settings", str(principal.user_id))
