"""The rules of folders: a tree without circles that each user keeps for themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.chat import folder_schemas as schemas
from dost_ext.chat import folder_store, store
from dost_ext.core.clock import Clock
from dost_ext.core.database import Database, Record
from dost_ext.core.errors import Conflict, NotFound
from dost_ext.core.feed import tell
from dost_ext.core.ids import new_id
from dost_ext.core.scopes import Principal

# Deeper trees are not found in, and a sidebar cannot show them.
MOST_LEVELS = 8
MOST_FOLDERS = 1000


class FolderService:
    """Lists, makes, moves and dissolves folders; counts tags."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, principal: Principal) -> schemas.Folders:
        """The caller's folders, by name."""
        async with self._database.begin() as connection:
            rows = await folder_store.list_folders(connection, principal.user_id)
            counts = await folder_store.count_conversations(connection, principal.user_id)
        return schemas.Folders(items=[folder_of(row, counts.get(row.id, 0)) for row in rows])

    async def create(self, principal: Principal, wanted: schemas.CreateFolder) -> schemas.Folder:
        """Make a folder. Raises `Conflict` where there are too many, or it would lie too deep."""
        owner = principal.user_id
        async with self._database.begin() as connection:
            parents = await self._parents(connection, owner)
            if len(parents) >= MOST_FOLDERS:
                raise Conflict(f"There can be {MOST_FOLDERS} folders at most.")
            self._demand_place(parents, wanted.parent_id, 1)
            row = await folder_store.add_folder(
                connection,
                id=new_id(),
                owner_id=owner,
                created_at=self._clock(),
                **wanted.model_dump(),
            )
            await self._tell(connection, row)
        return folder_of(row)

    async def update(
        self, principal: Principal, folder_id: UUID, changes: schemas.UpdateFolder
    ) -> schemas.Folder:
        """Rename or move a folder, or change its prompt.

        Raises `Conflict` where it would lie in itself or too deep.
        """
        owner, values = principal.user_id, changes.model_dump(exclude_unset=True)
        async with self._database.begin() as connection:
            parents = await self._parents(connection, owner)
            if folder_id not in parents:
                raise NotFound("There is no such folder.")
            if "parent_id" in values:
                self._demand_move(parents, folder_id, values["parent_id"])
            row = (
                await folder_store.update_folder(connection, owner, folder_id, **values)
                if values
                else await folder_store.get_folder(connection, owner, folder_id)
            )
            await self._tell(connection, row)
        return folder_of(row)

    async def delete(self, principal: Principal, folder_id: UUID) -> None:
        """Dissolve a folder: its chats and folders move to where it was. Nothing else is lost."""
        async with self._database.begin() as connection:
            await folder_store.lock_folders(connection, principal.user_id)
            row = await folder_store.get_folder(
                connection, principal.user_id, folder_id, lock="to remove"
            )
            await folder_store.dissolve_folder(connection, row)
            gone = {"id": str(folder_id), "deleted": True}
            await tell(connection, principal.user_id, "folder", gone)

    async def way_to(self, principal: Principal, folder_id: UUID | None) -> Sequence[str]:
        """The names of a folder and those it lies in, from the top; of none, nothing."""
        if folder_id is None:
            return []
        async with self._database.begin() as connection:
            rows = await folder_store.list_folders(connection, principal.user_id)
        names = {row.id: row.name for row in rows}
        way = way_up({row.id: row.parent_id for row in rows}, folder_id)
        return [names[id_] for id_ in reversed(way) if id_ in names]

    async def tags(self, principal: Principal) -> schemas.TagCounts:
        """The caller's tags with the number of chats that bear each."""
        async with self._database.begin() as connection:
            rows = await store.count_tags(connection, principal.user_id)
        return schemas.TagCounts(items=[schemas.TagCount.model_validate(row) for row in rows])

    async def _parents(self, connection: AsyncConnection, owner: UUID) -> dict[UUID, UUID | None]:
        """Each folder's parent, while nobody else changes them."""
        await folder_store.lock_folders(connection, owner)
        rows = await folder_store.list_folders(connection, owner)
        return {row.id: row.parent_id for row in rows}

    def _demand_move(
        self, parents: Mapping[UUID, UUID | None], folder_id: UUID, parent_id: UUID | None
    ) -> None:
        if parent_id is not None and folder_id in way_up(parents, parent_id):
            raise Conflict("A folder cannot lie in itself.")
        self._demand_place(parents, parent_id, height_of(parents, folder_id))

    def _demand_place(
        self, parents: Mapping[UUID, UUID | None], parent_id: UUID | None, height: int
    ) -> None:
        if parent_id is None:
            return
        if parent_id not in parents:
            raise NotFound("There is no such folder to put it in.")
        if len(way_up(parents, parent_id)) + height > MOST_LEVELS:
            raise Conflict(f"Folders lie in each other {MOST_LEVELS} levels deep at most.")

    async def _tell(self, connection: AsyncConnection, row: Record) -> None:
        news = folder_of(row).model_dump(mode="json", include={"id", "parent_id", "name"})
        await tell(connection, row.owner_id, "folder", news)


def way_up(parents: Mapping[UUID, UUID | None], folder_id: UUID) -> Sequence[UUID]:
    """A folder and those it lies in, up to the top."""
    way: list[UUID] = []
    at: UUID | None = folder_id
    while at is not None and at not in way:
        way.append(at)
        at = parents.get(at)
    return way


def height_of(parents: Mapping[UUID, UUID | None], folder_id: UUID) -> int:
    """How many levels a folder and what lies in it take."""
    below = [way_up(parents, f) for f in parents]
    return max(way.index(folder_id) + 1 for way in below if folder_id in way)


def folder_of(row: Record, conversations: int = 0) -> schemas.Folder:
    """A folder row as the API shows it."""
    names = ("id", "parent_id", "name", "system_prompt", "created_at")
    return schemas.Folder(
        **{name: getattr(row, name) for name in names}, conversations=conversations
    )
