"""The queries of kernels and executions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Record
from dost_ext.execution.schemas import Execution
from dost_ext.execution.tables import executions, kernels

# Of a kernel that an imported chat had elsewhere: no process has this key, drawn from 63 bits.
NOBODY = 0
_CHANGING = {
    "status",
    "execution_count",
    "asked",
    "outputs",
    "duration_ms",
    "kernel_name",
    "language",
}
_COPY = text(
    """
    insert into executions (id, message_id, block, tool_call_id, code, kernel_name, language,
        status, execution_count, asked, outputs, widgets, started_at, duration_ms)
    select gen_random_uuid(), c.copy, block, tool_call_id, code, kernel_name, language,
        case status when 'running' then 'dead' else status end,
        execution_count, asked, outputs, widgets, started_at, duration_ms
    from unnest(cast(:originals as uuid[]), cast(:copies as uuid[])) as c(original, copy)
    join executions on message_id = c.original
    """
)


async def put_kernel(connection: AsyncConnection, **values: Any) -> None:
    """Note a conversation's kernel, in the place of the one before."""
    statement = upsert(kernels).values(**values)
    changes = {name: value for name, value in values.items() if name != "conversation_id"}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["conversation_id"], set_=changes)
    )


async def get_kernel(connection: AsyncConnection, conversation_id: UUID) -> Record | None:
    """The kernel that a conversation has or had."""
    query = select(kernels).where(kernels.c.conversation_id == conversation_id)
    row: Record | None = (await connection.execute(query)).one_or_none()
    return row


async def drop_kernel(connection: AsyncConnection, conversation_id: UUID) -> None:
    """Forget a conversation's kernel."""
    await connection.execute(delete(kernels).where(kernels.c.conversation_id == conversation_id))


async def begin(
    connection: AsyncConnection, message_id: UUID, execution: Execution, server_key: int
) -> None:
    """Insert an execution; what its block showed before is gone."""
    e = executions.c
    if execution.block is not None:
        same = (e.message_id == message_id, e.block == execution.block)
        await connection.execute(delete(executions).where(*same))
    values = execution.model_dump()
    await connection.execute(
        insert(executions).values(message_id=message_id, server_key=server_key, **values)
    )


async def save(connection: AsyncConnection, execution: Execution) -> bool:
    """Write down how an execution stands, unless it was deleted meanwhile; whether it is there."""
    changes = execution.model_dump(include=_CHANGING)
    statement = update(executions).where(executions.c.id == execution.id).values(**changes)
    return bool((await connection.execute(statement)).rowcount)


async def put_widgets(
    connection: AsyncConnection, execution_id: UUID, widgets: dict[str, Any] | None
) -> bool:
    """Write down the widgets that an execution shows; whether there is such an execution."""
    e = executions.c
    statement = update(executions).where(e.id == execution_id).values(widgets=widgets)
    return bool((await connection.execute(statement)).rowcount)


async def widgets_of(
    connection: AsyncConnection, message_ids: Sequence[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The widgets that the executions of messages show, by the executions' ids."""
    e = executions.c
    query = select(e.id, e.widgets).where(e.message_id.in_(message_ids), e.widgets.is_not(None))
    return {row.id: row.widgets for row in await connection.execute(query)}


async def add(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    """Insert executions that ran elsewhere: `message_id` and the fields of each."""
    if rows:
        await connection.execute(insert(executions), rows)


async def copy(connection: AsyncConnection, copies: dict[UUID, UUID]) -> None:
    """Give the copies of messages what ran in the originals."""
    values = {"originals": list(copies), "copies": list(copies.values())}
    await connection.execute(_COPY, values)


async def orphaned_keys(connection: AsyncConnection, own_key: int) -> Sequence[int]:
    """The keys of other processes that have executions going."""
    e = executions.c
    query = select(e.server_key).where(e.status == "running", e.server_key != own_key).distinct()
    return list((await connection.execute(query)).scalars())


async def end_of_process(connection: AsyncConnection, key: int) -> int:
    """End what a dead process had going; how many there were."""
    e = executions.c
    statement = update(executions).where(e.status == "running", e.server_key == key)
    return (await connection.execute(statement.values(status="dead"))).rowcount
