"""The chunks whose meaning is nearest, of more than are compared one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Database, libpq_url
from dost_ext.rag.embedding import store
from dost_ext.rag.embedding.vectors import as_text, half
from dost_ext.rag.retrieval import vectors
from dost_ext.rag.retrieval.measures import Meaning, Measures
from dost_ext.rag.retrieval.scope import Scope
from dost_ext.rag.retrieval.terms import NO_TERMS
from tests.conftest import FreshDatabase

COUNT = 400
_FOREIGN_KEYS = (
    "select conname from pg_constraint where conrelid = 'chunk_vectors'::regclass and contype = 'f'"
)
_LOOKED_UP = text("select idx_scan from pg_stat_user_indexes where indexrelname = :name")
EMBEDDER = 7
# A question may read every fifth of what there is.
COLLECTIONS = [UUID(int=number) for number in range(1, 6)]


def chunk(number: int) -> UUID:
    """The id of a chunk."""
    return UUID(int=1000 + number)


def fill(url: str, numbers: Any) -> None:
    """Save vectors alone: nothing else of a chunk is asked for."""
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        names = connection.execute(_FOREIGN_KEYS).fetchall()
        for (name,) in names:
            drop = sql.SQL("alter table chunk_vectors drop constraint {}")
            connection.execute(drop.format(sql.Identifier(name)))
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into chunk_vectors"
                " (chunk_id, embedder_id, collection_id, document_id, embedding)"
                " values (%s, %s, %s, %s, %s)",
                [
                    (
                        chunk(at),
                        EMBEDDER,
                        COLLECTIONS[at % 5],
                        UUID(int=1),
                        as_text(half(list(vector))),
                    )
                    for at, vector in enumerate(numbers)
                ],
            )


def with_database(url: str, work: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
    """What some work on a connection gives."""

    async def run() -> Any:
        database = Database()
        database.connect(url)
        try:
            async with database.autocommit() as connection:
                return await work(connection)
        finally:
            await database.close()

    return asyncio.run(run())


@pytest.mark.parametrize("dimensions", [24, 4096])
@pytest.mark.parametrize("collections", [5, 1])
def test_the_graph_finds_what_is_nearest_of_what_may_be_read(
    new_database: FreshDatabase,
    monkeypatch: pytest.MonkeyPatch,
    dimensions: int,
    collections: int,
) -> None:
    monkeypatch.setattr(vectors, "FEW_CHUNKS", 0)
    monkeypatch.setattr(vectors, "COMPARISONS_A_STEP", 0)
    chooser = np.random.default_rng(3)
    numbers = chooser.standard_normal((COUNT, dimensions))
    numbers /= np.linalg.norm(numbers, axis=1, keepdims=True)
    asked = half(list(numbers[0] + numbers[3] + numbers[10]))
    url = new_database()
    fill(url, numbers)
    measures = Measures(
        Scope(
            collections=COLLECTIONS[:collections],
            documents=None,
            chunks=COUNT * collections // 5,
            chunks_of_all=COUNT,
            chunks_counted=COUNT,
            mean_length=1.0,
            languages=[],
        ),
        NO_TERMS,
        Meaning.of(EMBEDDER, asked),
    )

    async def find(connection: AsyncConnection) -> tuple[list[Any], int]:
        await store.index(connection, dimensions)
        # So few are faster read and sorted than looked up.
        await connection.execute(text("set enable_seqscan = off"))
        await connection.execute(text("set enable_sort = off"))
        found = await vectors.nearest(connection, measures, 10)
        await connection.execute(text("select pg_stat_force_next_flush()"))
        name = f"ix_chunk_vectors_embedding_{dimensions}"
        looked_up = await connection.scalar(_LOOKED_UP, {"name": name})
        return found, looked_up

    found, looked_up = with_database(url, find)
    assert looked_up == 1
    likeness = numbers @ (numbers[0] + numbers[3] + numbers[10]) / np.sqrt(3)
    readable = [at for at in range(COUNT) if at % 5 < collections]
    right = sorted(readable, key=lambda at: -likeness[at])[:10]
    assert {row.chunk_id for row in found[:3]} == {chunk(at) for at in right[:3]}
    assert len({row.chunk_id for row in found} & {chunk(at) for at in right}) >= 9
    cosines = [row.cosine for row in found]
    assert cosines == sorted(cosines, reverse=True)
