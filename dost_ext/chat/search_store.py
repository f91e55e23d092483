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
    null,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.chat.search_query import Word
from dost_ext.chat.store import SUMMARY, Filters
from dost_ext.chat.tables import conversations, folders, messages
from dost_ext.core.database import Record

# Only what was found in the newest chats is ranked: a word that is everywhere costs no more.
MOST_RANKED = 500
# A word in a title says more than one in a message.
TITLE_WEIGHT = 4.0
# PostgreSQL's ts_rank, normalisation 1: divided by 1 + the logarithm of the length.
BY_LENGTH = 1
# Characters of a message in which the place of what was found is looked for.
MOST_SHOWN = 20_000

_WORDS = text(
    """
    select regexp_replace(lower(unaccent(word)), '[^[:alnum:]]', '', 'g') as plain, array(
        select regexp_replace(unaccent(stem), '[^[:alnum:]]', '', 'g') from unnest(
            ts_lexize('pg_catalog.english_stem', lower(word))
            || ts_lexize('pg_catalog.turkish_stem', lower(word))) as stem) as stems
    from unnest(cast(:words as text[])) with ordinality as asked(word, place) order by place
    """
)


# How rare the words are decides between two ways that differ a hundredfold. A statement that was
# prepared is planned without knowing them.
_PLAN_ANEW = text("set local plan_cache_mode = force_custom_plan")


async def read_words(connection: AsyncConnection, words: Sequence[str]) -> list[Word]:
    """Words as the index has them, with their stems in English and in Turkish."""
    rows = await connection.execute(_WORDS, {"words": list(words)})
    return [Word(row.plain, list(row.stems)) for row in rows if row.plain]


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
    skip: int,
    limit: int,
) -> Sequence[Record]:
    """Conversations of which the title or a message matches `query`, a tsquery; the best first.

    Each row has the message that matches best and its text, or None for both where only the title
    matches.
    """
    c, m = conversations.c, messages.c
    best = _best(owner_id, filters, query)
    found = (
        select(*SUMMARY, best.c.message_id, func.left(m.content, MOST_SHOWN).label("content"))
        .join(best, best.c.conversation_id == c.id)
        .outerjoin(messages, m.id == best.c.message_id)
        .order_by(best.c.rank.desc(), c.updated_at.desc(), c.id.desc())
        .offset(skip)
        .limit(limit)
    )
    await connection.execute(_PLAN_ANEW)
    return (await connection.execute(found)).all()


def _best(owner_id: UUID, filters: Filters, query: str) -> CTE:
    """Each conversation that matches, with its rank and its best message."""
    c, m = conversations.c, messages.c
    asked = cast(literal(query, Text), TSQUERY)
    mine = filters.conditions(owner_id)
    hits = (
        select(m.id, m.conversation_id, m.search)
        .join(conversations, c.id == m.conversation_id)
        .where(m.search.bool_op("@@")(asked), *mine)
        # As the listing's index has them: a word that is everywhere is found in the first few.
        .order_by(c.pinned.desc(), c.updated_at.desc(), c.id.desc())
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
