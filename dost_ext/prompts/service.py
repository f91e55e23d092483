"""The rules of prompts: whoever makes one changes it; what is shared anyone may use."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.clock import Clock
from dost_ext.core.database import Database, Record
from dost_ext.core.errors import Conflict, Forbidden
from dost_ext.core.ids import new_id
from dost_ext.core.scopes import Principal, can
from dost_ext.prompts import schemas, store

MOST_PROMPTS = 500


class PromptService:
    """Lists, makes, changes and deletes prompts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, principal: Principal) -> schemas.Prompts:
        """The prompts the caller may use, their own first."""
        async with self._database.begin() as connection:
            rows = await store.list_prompts(connection, principal.user_id)
        return schemas.Prompts(items=[prompt_of(row, principal) for row in rows])

    async def get(self, principal: Principal, prompt_id: UUID) -> schemas.Prompt:
        """One prompt that the caller may use."""
        async with self._database.begin() as connection:
            return await self._shown(connection, principal, prompt_id)

    async def create(self, principal: Principal, wanted: schemas.CreatePrompt) -> schemas.Prompt:
        """Make a prompt. Raises `Conflict` where there are too many, or one has its name."""
        prompt_id, now = new_id(), self._clock()
        async with self._database.begin() as connection:
            if await store.count_prompts(connection, principal.user_id) >= MOST_PROMPTS:
                raise Conflict(f"There can be {MOST_PROMPTS} prompts at most.")
            values = wanted.model_dump() | {"title": wanted.title or wanted.name}
            await store.add_prompt(
                connection,
                id=prompt_id,
                owner_id=principal.user_id,
                created_at=now,
                updated_at=now,
                **values,
            )
            return await self._shown(connection, principal, prompt_id)

    async def update(
        self, principal: Principal, prompt_id: UUID, changes: schemas.UpdatePrompt
    ) -> schemas.Prompt:
        """Change a prompt of the caller's. Raises `Forbidden` for one that another shares."""
        values = changes.model_dump(exclude_unset=True)
        async with self._database.begin() as connection:
            row = await store.get_prompt(connection, principal.user_id, prompt_id)
            if row.owner_id != principal.user_id:
                raise Forbidden("Only whoever made this prompt changes it. Make a copy of it.")
            if values:
                await store.update_prompt(
                    connection, row.owner_id, prompt_id, updated_at=self._clock(), **values
                )
            return await self._shown(connection, principal, prompt_id)

    async def delete(self, principal: Principal, prompt_id: UUID) -> None:
        """Delete a prompt of the caller's; an admin deletes what others share, too."""
        async with self._database.begin() as connection:
            row = await store.get_prompt(connection, principal.user_id, prompt_id)
            if row.owner_id != principal.user_id and not can(principal, "admin:settings"):
                raise Forbidden("Only whoever made this prompt, or an administrator, deletes it.")
            await store.delete_prompt(connection, row.owner_id, prompt_id)

    async def _shown(
        self, connection: AsyncConnection, principal: Principal, prompt_id: UUID
    ) -> schemas.Prompt:
        row = await store.get_prompt(connection, principal.user_id, prompt_id)
        return prompt_of(row, principal)


def prompt_of(row: Record, principal: Principal) -> schemas.Prompt:
    """A prompt row as a user sees it."""
    names = ("id", "name", "title", "content", "shared", "owner", "created_at", "updated_at")
    return schemas.Prompt(
        **{name: getattr(row, name) for name in names}, mine=row.owner_id == principal.user_id
    )
