"""The rules of groups: administrators make them, and members share with them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.auth.store import ids_of_names
from dost_ext.core.clock import Clock
from dost_ext.core.database import Database, Record
from dost_ext.core.errors import Conflict, NotFound
from dost_ext.core.ids import new_id
from dost_ext.core.scopes import Principal
from dost_ext.groups import schemas, store

MOST_GROUPS = 1000


class GroupService:
    """Lists, makes, changes and deletes groups."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def for_sharing(self, principal: Principal) -> schemas.NamedGroups:
        """The groups with which the caller may share: those they are in; all, for admins."""
        async with self._database.begin() as connection:
            rows = await store.groups_to_share_with(connection, principal)
        return schemas.NamedGroups(
            items=[
                schemas.NamedGroup(id=row.id, name=row.name, description=row.description)
                for row in rows
            ]
        )

    async def list(self) -> schemas.Groups:
        """Every group with its members."""
        async with self._database.begin() as connection:
            rows = await store.list_groups(connection)
        return schemas.Groups(items=[group_of(row) for row in rows])

    async def get(self, group_id: UUID) -> schemas.Group:
        """One group. Raises `NotFound`."""
        async with self._database.begin() as connection:
            return await self._shown(connection, group_id)

    async def create(self, wanted: schemas.CreateGroup) -> schemas.Group:
        """Make a group.

        Raises:
            Conflict: There are too many, or one has its name.
            InvalidRequest: A member is nobody's name.
        """
        group_id, now = new_id(), self._clock()
        async with self._database.begin() as connection:
            if await store.count_groups(connection) >= MOST_GROUPS:
                raise Conflict(f"There can be {MOST_GROUPS} groups at most.")
            members = await ids_of_names(connection, wanted.members, field="members")
            values = wanted.model_dump(exclude={"members"})
            await store.add_group(connection, id=group_id, created_at=now, updated_at=now, **values)
            await store.set_members(connection, group_id, members)
            return await self._shown(connection, group_id)

    async def update(self, group_id: UUID, changes: schemas.UpdateGroup) -> schemas.Group:
        """Change a group.

        Raises:
            NotFound: There is none.
            Conflict: Another has its name.
            InvalidRequest: A member is nobody's name.
        """
        values = changes.model_dump(exclude_unset=True)
        members = values.pop("members", None)
        async with self._database.begin() as connection:
            await store.get_group(connection, group_id)
            await store.update_group(connection, group_id, updated_at=self._clock(), **values)
            if members is not None:
                found = await ids_of_names(connection, members, field="members")
                await store.set_members(connection, group_id, found)
            return await self._shown(connection, group_id)

    async def delete(self, group_id: UUID) -> None:
        """Delete a group: what was shared with it is shared with it no more."""
        async with self._database.begin() as connection:
            if not await store.delete_group(connection, group_id):
                raise NotFound("There is no such group.")

    async def _shown(self, connection: AsyncConnection, group_id: UUID) -> schemas.Group:
        return group_of(await store.get_group(connection, group_id))


def group_of(row: Record) -> schemas.Group:
    """A group row as administrators see it."""
    names = ("id", "name", "description", "created_at", "updated_at")
    return schemas.Group(
        **{name: getattr(row, name) for name in names},
        members=sorted(row.members or [], key=str.lower),
    )
