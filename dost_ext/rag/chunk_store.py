"""The queries by which chunks come in and go out, and by which they are counted."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Record
from dost_ext.core.ids import new_id
from dost_ext.rag.chunking.chunker import Chunk
from dost_ext.rag.chunking.layout import stored
from dost_ext.rag.embedding.vectors import HalfVector
from dost_ext.rag.tables import chunks as _chunks

_C = _chunks.c

# Under which names PostgreSQL knows the rules of languages. It decides by how many of a text's
# words a language leaves out as too common: they are a third of a text in it, and few in others.
LANGUAGES = (
    "danish",
    "dutch",
    "english",
    "finnish",
    "french",
    "german",
    "hungarian",
    "italian",
    "norwegian",
    "portuguese",
    "russian",
    "spanish",
    "swedish",
    "turkish",
)
# Of the words of a text in a language, so many at least are too common to be kept.
LEAST_COMMON = 0.12
_LANGUAGE = text(
    """
    with words as materialized (
        select token as word from ts_parse('default', :sample) where tokid in (1, 2)
    )
    select language from unnest(cast(:languages as text[])) as language, words
    group by language
    having count(*) filter (
        where ts_lexize(cast(language || '_stem' as regdictionary), lower(word)) = '{}'
    ) > :least * count(*)
    order by count(*) filter (
        where ts_lexize(cast(language || '_stem' as regdictionary), lower(word)) = '{}'
    ) desc, language
    limit 1
    """
)
_ADD_WORDS = text(
    """
    insert into chunk_words (chunk_id, collection_id, document_id, length, words)
    select id, :collection_id, :document_id,
        (select coalesce(sum(cardinality(positions)), 0) from unnest(words)), words
    from (
        select id, to_tsvector(
            cast(:language as regconfig), array_to_string(headings, ' ') || E'\\n' || content
        ) as words
        from chunks where document_id = :document_id
    ) as taken_apart
    """
)
_COUNTED = """
    with counted as (
        select w.collection_id, term.lexeme as term, count(*) as chunks
        from chunk_words w, unnest(w.words) as term
        where w.document_id = :document_id
        group by w.collection_id, term.lexeme
    )
"""
# In one order, so that two never wait for each other.
_COUNT_TERMS = text(
    _COUNTED  # noqa: S608  (constants of this file)
    + """
    insert into term_counts (collection_id, term, chunks)
    select collection_id, term, chunks from counted order by term, collection_id
    on conflict (collection_id, term) do update set chunks = term_counts.chunks + excluded.chunks
    """
)
_DISCOUNT_TERMS = text(
    _COUNTED  # noqa: S608
    + """
    update term_counts set chunks = term_counts.chunks - counted.chunks
    from counted
    where term_counts.collection_id = counted.collection_id
      and term_counts.term = counted.term
    """
)
_COUNT_CHUNKS = text(
    """
    update collections
    set chunks = collections.chunks + :sign * found.chunks,
        words = collections.words + :sign * found.words,
        languages = case when cast(:language as text) = any(collections.languages)
            then collections.languages
            else array_remove(array_append(collections.languages, :language), null) end
    from (
        select count(*) as chunks, coalesce(sum(length), 0) as words
        from chunk_words where document_id = :document_id
    ) as found
    where collections.id = :collection_id
    """
)
_COPY_CHUNKS = (
    "copy chunks (id, document_id, number, page, headings, content, layout)"
    " from stdin (format binary)"
)
_COPY_VECTORS = (
    "copy chunk_vectors (chunk_id, embedder_id, collection_id, document_id, embedding)"
    " from stdin (format binary)"
)


async def language_of(connection: AsyncConnection, sample: str) -> str:
    """The text search configuration for a text: its language's, or `simple`."""
    values = {"sample": sample, "languages": list(LANGUAGES), "least": LEAST_COMMON}
    found = (await connection.execute(_LANGUAGE, values)).scalar_one_or_none()
    return "simple" if found is None else str(found)


async def add(
    connection: AsyncConnection,
    document_id: UUID,
    collection_id: UUID,
    chunks: Sequence[Chunk],
    *,
    language: str,
    vectors: Sequence[HalfVector],
    embedder_id: int | None,
) -> None:
    """Insert a document's chunks with their words and vectors, and count them.

    Args:
        vectors: One for each chunk; none where there is no embedder.
    """
    ids = [new_id() for _ in chunks]
    values = {"document_id": document_id, "collection_id": collection_id}
    raw = await connection.get_raw_connection()
    assert raw.driver_connection is not None
    async with raw.driver_connection.cursor() as cursor:
        async with cursor.copy(_COPY_CHUNKS) as copy:
            copy.set_types(["uuid", "uuid", "int4", "int4", "text[]", "text", "jsonb"])
            for number, (chunk_id, chunk) in enumerate(zip(ids, chunks, strict=True)):
                place = (chunk_id, document_id, number, chunk.page, list(chunk.headings))
                await copy.write_row((*place, chunk.text, Jsonb(stored(chunk.layout))))
        if embedder_id is not None:
            async with cursor.copy(_COPY_VECTORS) as copy:
                copy.set_types(["uuid", "int2", "uuid", "uuid", "bytea"])
                for chunk_id, vector in zip(ids, vectors, strict=True):
                    # The bytes of a `halfvec` are sent as they are.
                    await copy.write_row(
                        (chunk_id, embedder_id, collection_id, document_id, vector)
                    )
    await connection.execute(_ADD_WORDS, {**values, "language": language})
    await connection.execute(_COUNT_TERMS, {"document_id": document_id})
    await connection.execute(_COUNT_CHUNKS, {**values, "sign": 1, "language": language})


async def discount(connection: AsyncConnection, document_id: UUID, collection_id: UUID) -> None:
    """Count a document's chunks no more, before it is deleted."""
    await connection.execute(_DISCOUNT_TERMS, {"document_id": document_id})
    # A language may be left over; it costs a question a few terms that are nowhere.
    values = {"document_id": document_id, "collection_id": collection_id, "sign": -1}
    values["language"] = None
    await connection.execute(_COUNT_CHUNKS, values)


async def read(
    connection: AsyncConnection, document_id: UUID, start: int, limit: int
) -> list[Record]:
    """Some of a document's chunks, in its order."""
    number = _C.number
    query = (
        select(_C.id, number, _C.page, _C.headings, _C.content, _C.layout)
        .where(_C.document_id == document_id, number >= start, number < start + limit)
        .order_by(number)
    )
    return list((await connection.execute(query)).all())


async def number_of(connection: AsyncConnection, document_id: UUID, chunk_id: UUID) -> int | None:
    """The place of a chunk in its document; None where it is of another, or gone."""
    query = select(_C.number).where(_C.document_id == document_id, _C.id == chunk_id)
    found: int | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def first_on(connection: AsyncConnection, document_id: UUID, page: int) -> int | None:
    """The number of the first chunk that begins on a page, or else of the last one before it."""
    within = select(func.min(_C.number)).where(_C.document_id == document_id, _C.page == page)
    before = select(func.max(_C.number)).where(_C.document_id == document_id, _C.page < page)
    query = select(func.coalesce(within.scalar_subquery(), before.scalar_subquery()))
    found: int | None = (await connection.execute(query)).scalar_one_or_none()
    return found
