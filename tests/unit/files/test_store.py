"""What becomes of files that no message has."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.chat import store as chat_store
from dost_ext.core.database import Database
from dost_ext.core.ids import new_id
from dost_ext.files import store
from dost_ext.files.contents import known
from tests.conftest import FreshDatabase

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
LONG_AGO = NOW - timedelta(days=9)
OWNER = new_id()
USER = text("insert into users (id, username, display_name, role) values (:id, 'a', 'a', 'user')")

Within = Callable[[Callable[[AsyncConnection], Awaitable[None]]], None]


@pytest.fixture
def within(new_database: FreshDatabase) -> Within:
    """Does something in a transaction on a database with one user."""

    async def run(work: Callable[[AsyncConnection], Awaitable[None]]) -> None:
        database = Database()
        database.connect(new_database())
        async with database.begin() as connection:
            await connection.execute(USER, {"id": OWNER})
            await work(connection)
        await database.close()

    return lambda work: asyncio.run(run(work))


async def add(connection: AsyncConnection, at: datetime) -> UUID:
    row = await store.add(connection, OWNER, new_id(), known("a.txt", b"x"), at)
    return UUID(str(row.id))


async def send(connection: AsyncConnection, file_id: UUID) -> None:
    chat, message = new_id(), new_id()
    await chat_store.add_conversation(connection, id=chat, owner_id=OWNER, params={}, tags=[])
    row = {"id": message, "conversation_id": chat, "role": "user", "content": "x"}
    await chat_store.add_messages(connection, [row])
    await store.attach(connection, [{"message_id": message, "position": 0, "file_id": file_id}])


async def left(connection: AsyncConnection) -> set[UUID]:
    return set((await connection.execute(text("select id from files"))).scalars())


def test_what_was_never_sent_goes_after_its_time(within: Within) -> None:
    async def test(connection: AsyncConnection) -> None:
        await add(connection, LONG_AGO)
        fresh = await add(connection, NOW)
        assert await store.drop(connection, before=YESTERDAY) == 1
        assert await left(connection) == {fresh}

    within(test)


def test_what_was_sent_stays(within: Within) -> None:
    async def test(connection: AsyncConnection) -> None:
        sent = await add(connection, LONG_AGO)
        await send(connection, sent)
        assert await store.drop(connection, before=YESTERDAY) == 0
        assert await store.drop(connection, [sent]) == 0
        assert await left(connection) == {sent}

    within(test)


def test_dropping_nothing_drops_nothing(within: Within) -> None:
    async def test(connection: AsyncConnection) -> None:
        await add(connection, LONG_AGO)
        assert await store.drop(connection, []) == 0
        assert len(await left(connection)) == 1

    within(test)
