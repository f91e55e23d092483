"""Group commit: few transactions for many callers, and no caller's fault is another's."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.exc import DBAPIError

from dost_ext.core.batching import Batcher


def refusal() -> DBAPIError:
    """What a database that refuses a row raises."""
    return DBAPIError("insert", {}, ValueError("refused"))


async def save_all(batcher: Batcher[int], items: range) -> list[BaseException | None]:
    """Save everything in the same moment; what each caller got."""
    saving = (batcher.save(item) for item in items)
    return list(await asyncio.gather(*saving, return_exceptions=True))


def test_what_comes_together_is_written_in_batches_of_the_limit() -> None:
    written: list[list[int]] = []

    async def write(items: list[int]) -> None:
        written.append(items)

    asyncio.run(save_all(Batcher(write, limit=4), range(10)))
    assert written == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_only_the_item_that_the_database_refuses_fails() -> None:
    async def write(items: list[int]) -> None:
        if 2 in items:
            raise refusal()

    outcomes = asyncio.run(save_all(Batcher(write, limit=4), range(4)))
    assert [type(outcome) for outcome in outcomes] == [
        type(None),
        type(None),
        DBAPIError,
        type(None),
    ]


def test_a_database_that_is_away_fails_everybody_who_waits() -> None:
    async def write(_: list[int]) -> None:
        raise ConnectionError

    outcomes = asyncio.run(save_all(Batcher(write, limit=4), range(3)))
    assert all(isinstance(outcome, ConnectionError) for outcome in outcomes)


def test_a_caller_that_gives_up_does_not_stop_the_others() -> None:
    written: list[int] = []

    async def write(items: list[int]) -> None:
        written.extend(items)

    async def scenario() -> None:
        batcher: Batcher[int] = Batcher(write)
        impatient = asyncio.create_task(batcher.save(1))
        patient = asyncio.create_task(batcher.save(2))
        await asyncio.sleep(0)
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
        await patient

    asyncio.run(scenario())
    assert 2 in written
