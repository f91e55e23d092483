"""The queries of prompts; every one is told who asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, insert, literal, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.auth.tables import users
from dost_ext.core.database import Record
from dost_ext.core.errors import Conflict, NotFound
from dost_ext.prompts.tables import prompts


def _visible(user_id: UUID) -> Select[Any]:
    """The prompts that a user may use, with the name of whoever made each."""
    return (
        select(prompts, users.c.display_name.label("owner"))
        .join(users, users.c.id == prompts.c.owner_id)
        .where(or_(prompts.c.owner_id == user_id, prompts.c.shared))
    )


async def list_prompts(connection: AsyncConnection, user_id: UUID) -> Sequence[Record]:
    """A user's own prompts and then those shared by others, by name."""
    theirs = prompts.c.owner_id != user_id
    query = _visible(user_id).order_by(theirs, prompts.c.name, prompts.c.id)
    rows: Sequence[Record] = (await connection.execute(query)).all()
    return rows


async def get_prompt(connection: AsyncConnection, user_id: UUID, prompt_id: UUID) -> Record:
    """A prompt that the user may use. Raises `NotFound` for any other."""
    query = _visible(user_id).where(prompts.c.id == prompt_id)
    row: Record | None = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such prompt.")
    return row


async def count_prompts(connection: AsyncConnection, owner_id: UUID) -> int:
    """How many prompts somebody has; nobody else adds to them until the transaction ends."""
    await connection.execute(
        text("select pg_advisory_xact_lock(hashtextextended('prompts ' || :owner, 0))"),
        {"owner": str(owner_id)},
    )
    query = select(func.count(literal(1))).where(prompts.c.owner_id == owner_id)
    return int((await connection.execute(query)).scalar_one())


async def add_prompt(connection: AsyncConnection, **values: Any) -> None:
    """Insert a prompt. Raises `Conflict` where its owner has one of that name."""
    try:
        await connection.execute(insert(prompts).values(**values))
    except IntegrityError as error:
        raise _taken(values["name"]) from error


async def update_prompt(
    connection: AsyncConnection, owner_id: UUID, prompt_id: UUID, **values: Any
) -> None:
    """Change a prompt. Raises `Conflict` where its owner has another of that name."""
    statement = update(prompts).where(prompts.c.id == prompt_id, prompts.c.owner_id == owner_id)
    try:
        await connection.execute(statement.values(**values))
    except IntegrityError as error:
        raise _taken(values["name"]) from error


async def delete_prompt(connection: AsyncConnection, owner_id: UUID, prompt_id: UUID) -> None:
    """Delete a prompt of somebody's."""
    await connection.execute(
        delete(prompts).where(prompts.c.id == prompt_id, prompts.c.owner_id == owner_id)
    )


def _taken(name: str) -> Conflict:
    return Conflict(f"You have a prompt named /{name} already.", code="prompt_name_taken")
