"""The queries of full-text search; every one is told whose conversations they are."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    CTE,
    Text,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.chat.folding import fold, folded_sql
from dost_ext.chat.store import SUMMARY, Filters
from dost_ext.chat.tables import conversations, folders, messages
from dost_ext.core.database import Record

# Only the newest of what was found are ranked: a word that is everywhere must not cost a second.
MOST_RANKED = 1000
# A word in a title says more than one in a message.
TITLE_WEIGHT = 4.0
# PostgreSQL's ts_rank, normalisation 1: divided by 1 + the logarithm of the length.
BY_LENGTH = 1
# Characters before the first word found, and of the whole snippet.
BEFORE, SNIPPET = 48, 220

_STEMS = text(
    "select word, ts_lexize('pg_catalog.english_stem', word) as english,"
    " ts_lexize('pg_catalog.turkish_stem', word) as turkish"
    " from unnest(cast(:words as text[])) as word"
)


async def stems_of(connection: AsyncConnection, words: Sequence[str]) -> dict[str, list[str]]:
    """The stems of folded words in English and in Turkish, folded."""
    rows = await connection.execute(_STEMS, {"words": list(words)})
    return {r.word: [fold(s) for s in [*(r.english or []), *(r.turkish or [])]] for r in rows}


async def folders_named(connection: AsyncConnection, owner_id: UUID, name: str) -> list[UUID]:
    """The folders whose names begin with `name`, without regard to case."""
    f = folders.c
    query = select(f.id).where(f.owner_id == owner_id, f.name.istartswith(name, autoescape=True))
    return list((await connection.execute(query)).scalars())


async def find(
    connection: AsyncConnection,
    owner_id: UUID,
    filters: Filters,
    *,
    query: str,
    pattern: str,
    skip: int,
    limit: int,
) -> Sequence[Record]:
    """Conversations of which the title or a message matches, the best first.

    `query` is a tsquery, `pattern` a regular expression for what it finds in folded text. Each row
    has the message that matches best and the piece of it around the first word that was found, or
    None for both where only the title matches; `cut` says whether the piece is not its beginning.
    """
    c, m = conversations.c, messages.c
    best = _best(owner_id, filters, query)
    page = (
        select(*SUMMARY, best.c.message_id, best.c.rank)
        .join(best, best.c.conversation_id == c.id)
        .order_by(best.c.rank.desc(), c.updated_at.desc(), c.id.desc())
        .offset(skip)
        .limit(limit)
        .cte("page")
    )
    at = func.regexp_instr(literal_column(folded_sql("messages.content")), pattern)
    begin = func.greatest(1, at - BEFORE)
    shown = (
        select(
            page, func.substr(m.content, begin, SNIPPET).label("piece"), (begin > 1).label("cut")
        )
        .outerjoin_from(page, messages, m.id == page.c.message_id)
        .order_by(page.c.rank.desc(), page.c.updated_at.desc(), page.c.id.desc())
    )
    return (await connection.execute(shown)).all()


def _best(owner_id: UUID, filters: Filters, query: str) -> CTE:
    """Each conversation that matches, with its rank and its best message."""
    c, m = conversations.c, messages.c
    asked = cast(literal(query, Text), TSQUERY)
    mine = filters.conditions(owner_id)
    hits = (
        select(m.id, m.conversation_id, m.search)
        .join(conversations, c.id == m.conversation_id)
        .where(m.search.bool_op("@@")(asked), *mine)
        # By a column without an index, or the newest messages of everybody would be looked through.
        .order_by(m.created_at.desc())
        .limit(MOST_RANKED)
        .cte("hits")
    )
    titles = (
        select(c.id, c.search)
        .where(c.search.bool_op("@@")(asked), *mine)
        .order_by(c.updated_at.desc())
        .limit(MOST_RANKED)
        .cte("titles")
    )
    found = union_all(
        select(
            hits.c.conversation_id,
            hits.c.id.label("message_id"),
            func.ts_rank(hits.c.search, asked, BY_LENGTH).label("rank"),
        ),
        select(
            titles.c.id,
            cast(null(), m.id.type),
            TITLE_WEIGHT * func.ts_rank(titles.c.search, asked, BY_LENGTH),
        ),
    ).cte("found")
    highest = func.max(found.c.rank).over(partition_by=found.c.conversation_id)
    return (
        select(found.c.conversation_id, found.c.message_id, highest.label("rank"))
        .distinct(found.c.conversation_id)
        .order_by(found.c.conversation_id, found.c.message_id.is_(None), found.c.rank.desc())
        .cte("best")
    )
