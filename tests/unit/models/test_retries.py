"""When a request that was turned away is sent again."""

from datetime import UTC, datetime

import pytest

from dost_ext.models.retries import Retries

NOON = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "retry_after", "waited"),
    [
        (429, None, [1.0]),
        (429, "3", [3.0]),
        (429, "0.5", [0.5]),
        (429, "-1", [0.0]),
        (429, "Thu, 01 Jan 2026 12:00:04 GMT", [4.0]),
        (429, "Thu, 01 Jan 2026 11:00:00 GMT", [0.0]),
        (429, "soon", [1.0]),
        (429, "11", []),
        (429, "nan", [1.0]),
        (429, "inf", []),
        (503, "2", [2.0]),
        (503, None, []),
        (500, "2", []),
        (200, None, []),
        (None, None, []),
    ],
)
async def test_the_wait_follows_status_and_header(waits, status, retry_after, waited):
    again = await Retries(waits, lambda: NOON).wait(status, retry_after)
    assert (again, waits.seconds) == (bool(waited), waited)


async def test_three_tries_are_all(waits):
    retries = Retries(waits)
    assert [await retries.wait(429, None) for _ in range(3)] == [True, True, False]
    assert waits.seconds == [1.0, 2.0]
