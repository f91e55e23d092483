"""The queries of runs and their logs. Those on the path of every turn are one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.chat.tables import MESSAGE, messages, run_events, runs
from dost_ext.core.database import Record
from dost_ext.core.errors import NotFound
from dost_ext.core.notifications import CHANNEL, packed

# Whose open tabs hear of it, the event's name and its data.
News = tuple[UUID, str, Any]

_START = text(
    """
    with turns as (
        select * from jsonb_to_recordset(cast(:turns as jsonb)) as t(
            conversation_id uuid, fresh boolean, owner_id uuid, title text, model text,
            params jsonb, system_prompt text, leaf_id uuid, at timestamptz, continued_id uuid,
            continued_by uuid)
    ), made as (
        insert into conversations
            (id, owner_id, title, model, params, system_prompt, current_leaf_id,
             created_at, updated_at)
        select conversation_id, owner_id, title, model, params, system_prompt, leaf_id, at, at
        from turns where fresh
    ), went_on as (
        update conversations set
            title = coalesce(conversations.title, turns.title),
            model = turns.model,
            current_leaf_id = turns.leaf_id,
            updated_at = turns.at
        from turns where conversations.id = turns.conversation_id and not fresh
    ), added as (
        insert into messages
            (id, conversation_id, parent_id, role, content, sources, has_files, status, model,
             params, run_id, choice_id, created_at)
        select * from jsonb_to_recordset(cast(:messages as jsonb)) as m(
            id uuid, conversation_id uuid, parent_id uuid, role text, content text,
            sources jsonb, has_files boolean, status text, model text, params jsonb, run_id uuid,
            choice_id uuid, at timestamptz)
    ), attached as (
        insert into message_files (message_id, position, file_id)
        select * from jsonb_to_recordset(cast(:files as jsonb)) as f(
            message_id uuid, position smallint, file_id uuid)
    ), continued as (
        update messages set status = 'streaming', run_id = continued_by, run_seq = 0, error = null
        from turns where messages.id = turns.continued_id
    ), begun as (
        insert into runs (id, conversation_id, message_id, owner_id, model, server_key, created_at)
        select * from jsonb_to_recordset(cast(:runs as jsonb)) as r(
            id uuid, conversation_id uuid, message_id uuid, owner_id uuid, model text,
            server_key bigint, at timestamptz)
    )
    select pg_notify(:channel, news) from jsonb_array_elements_text(cast(:news as jsonb)) as news
    """
)


@dataclass(frozen=True, slots=True)
class TurnRows:
    """What a turn's beginning adds to the tables, and the news of it."""

    turn: dict[str, Any]
    messages: list[dict[str, Any]]
    runs: list[dict[str, Any]]
    files: list[dict[str, Any]]
    news: list[News]


async def start_turns(connection: AsyncConnection, turns: list[TurnRows]) -> None:
    """Save the beginnings of turns, conversations to runs, in one statement."""
    rows = {
        "turns": [t.turn for t in turns],
        "messages": [m for t in turns for m in t.messages],
        "runs": [r for t in turns for r in t.runs],
        "files": [f for t in turns for f in t.files],
    }
    values: dict[str, Any] = {name: orjson.dumps(rows[name]).decode() for name in rows}
    values |= {"channel": CHANNEL, "news": packed("feed", (n for t in turns for n in t.news))}
    await connection.execute(_START, values)


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one run that are not in the database yet, and the last one's number."""

    run_id: UUID
    seq: int
    frames: bytes


@dataclass(frozen=True, slots=True)
class Progress:
    """A message as far as it has been written."""

    message_id: UUID
    content: str
    reasoning: str | None
    tool_calls: list[dict[str, Any]] | None
    citations: list[dict[str, Any]] | None
    seq: int


@dataclass(frozen=True, slots=True)
class Ending:
    """A message that is finished."""

    run_id: UUID
    progress: Progress
    status: str
    usage: dict[str, Any]
    error: dict[str, Any] | None


_APPEND = text(
    """
    insert into run_events (run_id, seq, frames)
    select b.run_id, b.seq, b.frames
    from unnest(cast(:ids as uuid[]), cast(:seqs as int[]), cast(:frames as bytea[]))
        as b(run_id, seq, frames)
    join runs on runs.id = b.run_id
    for key share of runs -- a run that is being deleted is waited for, and then left out
    on conflict (run_id, seq) do update set frames = excluded.frames
    """
)

_CHECKPOINT = text(
    """
    update messages set content = p.content, reasoning = p.reasoning,
                        tool_calls = cast(p.tool_calls as jsonb),
                        citations = cast(p.citations as jsonb), run_seq = p.seq
    from unnest(cast(:ids as uuid[]), cast(:contents as text[]), cast(:reasonings as text[]),
                cast(:tool_calls as text[]), cast(:citations as text[]), cast(:seqs as int[]))
        as p(id, content, reasoning, tool_calls, citations, seq)
    where messages.id = p.id
    """
)

_END = text(
    """
    with ended as (
        update runs set status = e.status, ended_at = :now
        from jsonb_to_recordset(cast(:endings as jsonb)) as e(run_id uuid, status text)
        where runs.id = e.run_id
    )
    update messages set status = e.status, usage = e.usage, error = e.error
    from jsonb_to_recordset(cast(:endings as jsonb)) as e(
        message_id uuid, status text, usage jsonb, error jsonb)
    where messages.id = e.message_id
    """
)

_TOUCH = text(
    """
    with written as (
        select conversations.id from conversations
        where id in (select conversation_id from runs where id = any(cast(:ids as uuid[])))
        order by id for no key update
    )
    update conversations set updated_at = :now from written where conversations.id = written.id
    """
)


async def append_events(connection: AsyncConnection, batches: list[Batch]) -> None:
    """Append to the logs; what belongs to a run that was deleted is dropped."""
    if batches:
        await connection.execute(
            _APPEND,
            {
                "ids": [b.run_id for b in batches],
                "seqs": [b.seq for b in batches],
                "frames": [b.frames for b in batches],
            },
        )


async def checkpoint(connection: AsyncConnection, progress: list[Progress]) -> None:
    """Save messages as far as they have been written."""
    if progress:
        await connection.execute(
            _CHECKPOINT,
            {
                "ids": [p.message_id for p in progress],
                "contents": [p.content for p in progress],
                "reasonings": [p.reasoning for p in progress],
                "tool_calls": [_json(p.tool_calls) for p in progress],
                "citations": [_json(p.citations) for p in progress],
                "seqs": [p.seq for p in progress],
            },
        )


def _json(value: list[dict[str, Any]] | None) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


async def end_runs(connection: AsyncConnection, endings: list[Ending], now: Any) -> None:
    """Save finished messages and the end of their runs."""
    if not endings:
        return
    # Conversations first, then messages, then runs: as a deletion locks them. Otherwise one that
    # meets the end of an answer deadlocks.
    await connection.execute(_TOUCH, {"ids": [e.run_id for e in endings], "now": now})
    await checkpoint(connection, [e.progress for e in endings])
    rows = [
        {
            "run_id": e.run_id,
            "message_id": e.progress.message_id,
            "status": e.status,
            "usage": e.usage,
            "error": e.error,
        }
        for e in endings
    ]
    await connection.execute(_END, {"endings": orjson.dumps(rows).decode(), "now": now})


async def get_run(connection: AsyncConnection, owner_id: UUID, run_id: UUID) -> Record:
    """A run. Raises `NotFound` when it is absent or another's."""
    query = select(runs).where(runs.c.id == run_id, runs.c.owner_id == owner_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return row


async def list_runs(
    connection: AsyncConnection, owner_id: UUID, *, active: bool, limit: int
) -> Sequence[Record]:
    """A user's runs, newest first."""
    query = select(runs).where(runs.c.owner_id == owner_id).order_by(runs.c.id.desc()).limit(limit)
    if active:
        query = query.where(runs.c.status == "streaming")
    return (await connection.execute(query)).all()


async def read_events(connection: AsyncConnection, run_id: UUID, after: int) -> list[Record]:
    """The batches of a run's log that hold events after `after`."""
    query = (
        select(run_events.c.seq, run_events.c.frames)
        .where(run_events.c.run_id == run_id, run_events.c.seq > after)
        .order_by(run_events.c.seq)
    )
    return list((await connection.execute(query)).all())


async def last_seq(connection: AsyncConnection, run_id: UUID) -> int:
    """The number of the last event in a run's log."""
    query = select(func.max(run_events.c.seq)).where(run_events.c.run_id == run_id)
    return (await connection.execute(query)).scalar_one() or 0


async def run_status(connection: AsyncConnection, run_id: UUID) -> str | None:
    """The status of a run; None once it is deleted."""
    query = select(runs.c.status).where(runs.c.id == run_id)
    return (await connection.execute(query)).scalar_one_or_none()


async def message_of_run(connection: AsyncConnection, run_id: UUID) -> Record | None:
    """The message that a run wrote."""
    query = select(*MESSAGE).join(runs, runs.c.message_id == messages.c.id)
    return (await connection.execute(query.where(runs.c.id == run_id))).one_or_none()


async def orphaned_keys(connection: AsyncConnection, own_key: int) -> list[int]:
    """The lock keys of other processes that have runs in progress."""
    query = (
        select(runs.c.server_key)
        .where(runs.c.status == "streaming", runs.c.server_key != own_key)
        .distinct()
    )
    return list((await connection.execute(query)).scalars())


async def streaming_of(connection: AsyncConnection, server_key: int) -> set[UUID]:
    """The ids of one process's runs in progress."""
    query = select(runs.c.id).where(runs.c.server_key == server_key, runs.c.status == "streaming")
    return set((await connection.execute(query)).scalars())


async def runs_of_process(
    connection: AsyncConnection, server_key: int, only: set[UUID] | None = None
) -> Sequence[Record]:
    """The runs in progress of one process, with what was saved of their messages."""
    query = (
        select(
            runs,
            messages.c.content,
            messages.c.reasoning,
            messages.c.tool_calls,
            messages.c.citations,
            messages.c.run_seq,
        )
        .join(messages, messages.c.id == runs.c.message_id)
        .where(runs.c.server_key == server_key, runs.c.status == "streaming")
        .with_for_update(of=runs)
    )
    if only is not None:
        query = query.where(runs.c.id.in_(only))
    return (await connection.execute(query)).all()
