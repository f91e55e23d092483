"""Puts jobs into the queue, as part of whatever transaction makes them necessary."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

DEFAULT_QUEUE = "default"

# procrastinate's own function, of the version that migration 0002 holds. It wakes a worker once
# the transaction commits.
_DEFER = text(
    """
    select procrastinate_defer_jobs_v1(array[
        row(:queue, :task, 0, :lock, null, cast(:arguments as jsonb), null)
    ]::procrastinate_job_to_defer_v1[])
    """
)


async def defer(
    connection: AsyncConnection,
    task: str,
    *,
    queue: str = DEFAULT_QUEUE,
    lock: str | None = None,
    **arguments: Any,
) -> None:
    """Have a worker do `task` once this transaction commits: both happen, or neither.

    Of jobs with the same `lock` one is done at a time.
    """
    written = orjson.dumps(arguments).decode()
    values = {"queue": queue, "task": task, "lock": lock, "arguments": written}
    await connection.execute(_DEFER, values)
