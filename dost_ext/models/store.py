"""The queries of providers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Record
from dost_ext.core.errors import Conflict
from dost_ext.models.tables import providers

TAKEN = "There is a provider of this name already. Choose another name, or change that one."


async def list_providers(connection: AsyncConnection) -> Sequence[Record]:
    """Every provider, oldest first."""
    return (await connection.execute(select(providers).order_by(providers.c.id))).all()


async def add_provider(connection: AsyncConnection, **values: Any) -> Record:
    """Insert a provider. Raises `Conflict` when the name is taken."""
    try:
        result = await connection.execute(insert(providers).values(**values).returning(providers))
    except IntegrityError as error:
        raise Conflict(TAKEN, code="provider_name_taken") from error
    row: Record = result.one()
    return row


async def update_provider(
    connection: AsyncConnection, provider_id: UUID, values: dict[str, Any]
) -> Record | None:
    """Change a provider. Raises `Conflict` when the new name is taken."""
    query = update(providers).where(providers.c.id == provider_id).values(**values)
    try:
        result = await connection.execute(query.returning(providers))
    except IntegrityError as error:
        raise Conflict(TAKEN, code="provider_name_taken") from error
    row: Record | None = result.one_or_none()
    return row


async def delete_provider(connection: AsyncConnection, provider_id: UUID) -> bool:
    """Delete a provider."""
    query = delete(providers).where(providers.c.id == provider_id)
    return bool((await connection.execute(query)).rowcount)
