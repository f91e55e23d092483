"""Queries that the driver sends by itself, for the few places where each millisecond counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg.rows import namedtuple_row
from psycopg.sql import SQL
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.ext.asyncio import AsyncConnection

_SET = SQL("select set_config(%s, %s, true)")


def compiled(statement: Select[Any]) -> str:
    """A statement as `rows` takes it, made once; all its values are parameters with names."""
    dialect = psycopg.dialect()  # type: ignore[no-untyped-call]
    return str(statement.compile(dialect=dialect))


async def rows(
    connection: AsyncConnection,
    query: str,
    values: Mapping[str, object],
    settings: Mapping[str, str] | None = None,
) -> list[Any]:
    """A query's rows, read by name.

    It is planned for its values each time, as is best where the same words may be about ten rows
    or a million; and takes three milliseconds less than through SQLAlchemy.

    Args:
        connection: From `Database.autocommit`.
        query: With `%(name)s` where a value goes.
        values: By their names.
        settings: PostgreSQL's own, for this query alone.
    """
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    # What a pipeline sends is one transaction, and one round trip.
    async with driver.pipeline(), driver.cursor(row_factory=namedtuple_row) as cursor:
        for name, value in (settings or {}).items():
            await driver.execute(_SET, (name, value), prepare=False)
        await cursor.execute(query, values, prepare=False)
        found: list[Any] = await cursor.fetchall()
    return found
