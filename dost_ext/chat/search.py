"""Finding conversations by what is said in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.chat import schemas, search_store
from dost_ext.chat.search_query import SearchQuery, Word, parse, tsquery
from dost_ext.chat.shown import summary_of
from dost_ext.chat.snippets import snippet_of
from dost_ext.chat.store import Filters
from dost_ext.core.cursors import cursor_of, place_of
from dost_ext.core.database import Record

# More than anybody turns over, and a number that the database takes.
MOST_SKIPPED = 999_999


class Search:
    """One question, asked of one user's conversations."""

    def __init__(self, asked: SearchQuery) -> None:
        self._asked = asked

    @classmethod
    def of(cls, typed: str) -> Search:
        """The question that someone typed."""
        return cls(parse(typed))

    @property
    def has_words(self) -> bool:
        """Whether it asks for words, or only for tags and the like."""
        return bool(self._asked.words)

    async def narrow(
        self, connection: AsyncConnection, owner_id: UUID, filters: Filters
    ) -> Filters:
        """The filters of a listing, and what the question adds to them."""
        asked = self._asked
        folders = filters.folders
        if asked.folder is not None:
            named = await search_store.folders_named(connection, owner_id, asked.folder)
            folders = [f for f in named if folders is None or f in folders]
        return Filters(
            archived=filters.archived or asked.archived,
            pinned=asked.pinned if filters.pinned is None else filters.pinned,
            tags=[*filters.tags, *asked.tags],
            folders=folders,
            model=asked.model,
        )

    async def run(
        self,
        connection: AsyncConnection,
        owner_id: UUID,
        filters: Filters,
        *,
        cursor: str | None,
        limit: int,
    ) -> tuple[list[schemas.ConversationSummary], str | None]:
        """One page of what was found, the best first, and the cursor of the next."""
        skip = _skip_of(cursor)
        words = await search_store.read_words(connection, self._asked.words)
        rows = await search_store.find(
            connection,
            owner_id,
            filters,
            query=tsquery(words),
            skip=skip,
            limit=limit + 1,
        )
        found = [_found(row, words) for row in rows[:limit]]
        return found, _cursor_of(skip + limit) if len(rows) > limit else None


def _found(row: Record, words: Sequence[Word]) -> schemas.ConversationSummary:
    summary = summary_of(row)
    if row.content is None:
        return summary
    snippet, matches = snippet_of(row.content, words)
    shown = {"snippet": snippet, "matches": matches, "message_id": row.message_id}
    return summary.model_copy(update=shown)


def _cursor_of(skip: int) -> str:
    return cursor_of("found", skip)


def _skip_of(cursor: str | None) -> int:
    return 0 if cursor is None else int(place_of(cursor, _of_search, _count)[1])


def _of_search(value: Any) -> str:
    if value != "found":
        raise ValueError(value)
    return "found"


def _count(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value <= MOST_SKIPPED:
        raise ValueError(value)
    return value
