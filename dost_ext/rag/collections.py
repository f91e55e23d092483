"""The rules of collections: whoever makes one changes it, and shares it with who may read it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.auth.store import ids_of_names
from dost_ext.core.clock import Clock
from dost_ext.core.database import Database, Record
from dost_ext.core.errors import Conflict, Forbidden, InvalidRequest
from dost_ext.core.ids import new_id
from dost_ext.core.scopes import Principal, can
from dost_ext.groups.store import groups_to_share_with
from dost_ext.rag import collection_store as store
from dost_ext.rag import schemas

MOST_COLLECTIONS = 1000


class CollectionService:
    """Lists, makes, changes and deletes collections."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, principal: Principal) -> schemas.Collections:
        """The collections the caller may read, their own first."""
        async with self._database.begin() as connection:
            rows = await store.list_collections(connection, principal.user_id)
        return schemas.Collections(items=[collection_of(row, principal) for row in rows])

    async def get(self, principal: Principal, collection_id: UUID) -> schemas.Collection:
        """One collection that the caller may read."""
        async with self._database.begin() as connection:
            return await self._shown(connection, principal, collection_id)

    async def create(
        self, principal: Principal, wanted: schemas.CreateCollection
    ) -> schemas.Collection:
        """Make a collection. Raises `Conflict` where there are too many."""
        collection_id, now = new_id(), self._clock()
        async with self._database.begin() as connection:
            if await store.count_collections(connection, principal.user_id) >= MOST_COLLECTIONS:
                raise Conflict(f"There can be {MOST_COLLECTIONS} collections at most.")
            await store.add_collection(
                connection,
                id=collection_id,
                owner_id=principal.user_id,
                created_at=now,
                updated_at=now,
                **wanted.model_dump(exclude={"readers", "groups"}),
            )
            await self._share(connection, principal, collection_id, wanted.readers, wanted.groups)
            return await self._shown(connection, principal, collection_id)

    async def update(
        self, principal: Principal, collection_id: UUID, changes: schemas.UpdateCollection
    ) -> schemas.Collection:
        """Change a collection of the caller's. Raises `Forbidden` for one that another shares."""
        values = changes.model_dump(exclude_unset=True)
        readers, groups = values.pop("readers", None), values.pop("groups", None)
        async with self._database.begin() as connection:
            await self._own(connection, principal, collection_id)
            await store.update_collection(
                connection, collection_id, updated_at=self._clock(), **values
            )
            await self._share(connection, principal, collection_id, readers, groups)
            return await self._shown(connection, principal, collection_id)

    async def delete(self, principal: Principal, collection_id: UUID) -> None:
        """Delete a collection and its documents; an admin deletes what others share, too."""
        async with self._database.begin() as connection:
            row = await store.get_collection(connection, principal.user_id, collection_id)
            if row.owner_id != principal.user_id and not can(principal, "admin:settings"):
                raise Forbidden("Only whoever made this collection deletes it.")
            await store.delete_collection(connection, collection_id)

    async def _share(
        self,
        connection: AsyncConnection,
        principal: Principal,
        collection_id: UUID,
        readers: Sequence[str] | None,
        groups: Sequence[str] | None,
    ) -> None:
        """Share a collection with these alone; None leaves them as they are."""
        if readers is not None:
            found = await ids_of_names(connection, readers, field="readers")
            await store.set_readers(connection, collection_id, found)
        if groups is not None:
            # With which it is shared already, it stays shared, whoever is in them now.
            known = [
                *await groups_to_share_with(connection, principal),
                *await store.groups_of(connection, collection_id),
            ]
            ids = {group.name.lower(): group.id for group in known}
            for name in groups:
                if name.lower() not in ids:
                    raise InvalidRequest(
                        f"groups: you are in no group named {name!r}", code="unknown_group"
                    )
            chosen = {ids[name.lower()] for name in groups}
            await store.set_groups(connection, collection_id, chosen)

    async def _own(
        self, connection: AsyncConnection, principal: Principal, collection_id: UUID
    ) -> Record:
        row = await store.get_collection(connection, principal.user_id, collection_id)
        if row.owner_id != principal.user_id:
            raise Forbidden("Only whoever made this collection changes it.")
        return row

    async def _shown(
        self, connection: AsyncConnection, principal: Principal, collection_id: UUID
    ) -> schemas.Collection:
        row = await store.get_collection(connection, principal.user_id, collection_id)
        return collection_of(row, principal)


def collection_of(row: Record, principal: Principal) -> schemas.Collection:
    """A collection row as a user sees it: who else reads it is its owner's to know."""
    mine = row.owner_id == principal.user_id
    names = ("id", "name", "description", "everyone", "owner", "documents", "chunks")
    return schemas.Collection(
        **{name: getattr(row, name) for name in (*names, "created_at", "updated_at")},
        readers=sorted(row.readers or []) if mine else [],
        groups=sorted(row.groups or []) if mine else [],
        mine=mine,
    )
