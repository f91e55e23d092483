"""Gathers what a model answers a question from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from dost_ext.core.database import Database, Record
from dost_ext.core.errors import NotFound
from dost_ext.core.fences import fenced
from dost_ext.core.scopes import Principal
from dost_ext.rag.embedding.embedder import Embedder
from dost_ext.rag.grounding import store
from dost_ext.rag.grounding.material import Material, Passage, described, listed, outlined
from dost_ext.rag.grounding.overview import Overviews
from dost_ext.rag.grounding.schemas import Citation, Source
from dost_ext.rag.grounding.sources import name_of, not_read
from dost_ext.rag.retrieval.service import Match, RetrievalService
from dost_ext.rag.schemas import LONGEST_QUERY, Retrieve

# Bytes of UTF-8, in which a token is about four of English and three of most else. A short
# document is read whole; one that is asked for whole, wherever there is room.
SHORT = 24_000
MOST_OF_PASSAGES = 16_000
MOST_PASSAGES = 10
# A passage fits a question if it is near enough to it in meaning, which each embedder measures in
# its own way, or has enough of its words (`benchmarks/bench_grounding.py`).
MATCHED = 0.25
# Of a question about wholes: so many documents, and so many parts of each, are shown.
MOST_DOCUMENTS = 8
MOST_LISTED = 200
MOST_PARTS = 12
BYTES_A_PART = 1_300


@dataclass(slots=True)
class _Named:
    """What there is now of what a turn names."""

    whole: list[Record]
    # Documents and collections in which passages are looked for.
    documents: list[Record]
    collections: list[Record]

    @property
    def names(self) -> list[str]:
        return [*map(name_of, self.documents), *(row.name for row in self.collections)]


class GroundingService:
    """Finds the passages, the whole documents or the outlines that a question is answered from."""

    def __init__(self, database: Database, retrieval: RetrievalService, embedder: Embedder) -> None:
        self._database = database
        self._retrieval = retrieval
        self._overviews = Overviews(embedder)

    async def gather(
        self,
        principal: Principal,
        sources: Sequence[Source],
        question: str,
        in_full: Callable[[], Awaitable[str]],
        room: int,
    ) -> Material | None:
        """What there is to answer a question from; None where nothing of the sources is left.

        Args:
            question: In the asker's own words.
            in_full: Gives it so that nothing else need be known to understand it; that may take
                long, and is asked for only where passages are looked for.
            room: How many bytes of text the model can be given.
        """
        named = await self._named(principal, sources, room)
        material = Material(names=named.names)
        for row in named.documents:
            material.notes += _lacking(row, sources)
        for row in named.whole:
            room -= await self._add_whole(material, row)
        if named.documents or named.collections:
            whole = await self._overviews.asked(question)
            if not whole:
                question = await in_full()
                whole = await self._overviews.asked(question)
            if whole:
                await self._add_overviews(principal, material, named, room)
            else:
                await self._add_passages(principal, material, named, question, room)
        elif not named.whole:
            return None
        return material

    async def again(self, principal: Principal, citations: Sequence[Citation]) -> Material:
        """What an answer that goes on was given, under the same numbers."""
        ids = [one.chunk_id for one in citations if one.chunk_id is not None]
        async with self._database.begin() as connection:
            texts = await store.chunks_named(connection, principal.user_id, ids)
        passages = [
            Passage(one, texts.get(one.chunk_id, one.text) if one.chunk_id else one.text)
            for one in citations
        ]
        return Material(passages=passages)

    async def _named(self, principal: Principal, sources: Sequence[Source], room: int) -> _Named:
        uses = {one.id: one.use for one in sources if one.kind == "document"}
        places = [one.id for one in sources if one.kind == "collection"]
        user = principal.user_id
        async with self._database.begin() as connection:
            documents = await store.documents_named(connection, user, list(uses))
            collections = await store.collections_named(connection, user, places)
        documents.sort(key=lambda row: list(uses).index(row.id))
        whole = []
        for row in documents:
            use = uses[row.id]
            fits = row.bytes <= room and (use == "whole" or row.bytes <= SHORT)
            if row.status == "ready" and use != "passages" and fits:
                whole.append(row)
                room -= row.bytes
        return _Named(whole, [row for row in documents if row not in whole], collections)

    async def _add_whole(self, material: Material, row: Record) -> int:
        """Add a whole document; how many bytes it is."""
        async with self._database.begin() as connection:
            chunks = await store.chunks_of(connection, row.id)
        if not chunks:
            material.notes.append(f"“{name_of(row)}” holds no text that can be read.")
            return 0
        material.notes.append(f"“{name_of(row)}” is given below as a whole.")
        for chunk in chunks:
            _add(material, row, chunk, whole=True)
        return int(row.bytes)

    async def _add_passages(
        self,
        principal: Principal,
        material: Material,
        named: _Named,
        question: str,
        room: int,
    ) -> None:
        room = min(room, MOST_OF_PASSAGES)
        for match in await self._search(principal, named, question):
            passage = match.passage
            room -= len(passage.text.encode())
            if room < 0 and material.passages:
                break
            material.add(
                document_id=passage.document_id,
                title=passage.title or passage.filename.rpartition("/")[2],
                chunk_id=passage.chunk_id,
                page=passage.page,
                headings=passage.headings,
                text=passage.text,
                score=passage.score,
            )

    async def _search(self, principal: Principal, named: _Named, question: str) -> list[Match]:
        asked = Retrieve(
            query=question.strip()[:LONGEST_QUERY],
            document_ids=[row.id for row in named.documents] or None,
            collection_ids=[row.id for row in named.collections] or None,
            k=MOST_PASSAGES,
        )
        try:
            found = await self._retrieval.search(principal, asked)
        except NotFound:
            # Deleted at this very moment.
            return []
        return [match for match in found if fits(match)]

    async def _add_overviews(
        self, principal: Principal, material: Material, named: _Named, room: int
    ) -> None:
        """Add what is typical of each document, and say what more there is."""
        rows = [row for row in named.documents if row.status == "ready"]
        places: list[UUID] = [row.id for row in named.collections]
        async with self._database.begin() as connection:
            if places:
                known = {row.id for row in rows}
                inside = await store.documents_in(
                    connection, principal.user_id, places, MOST_LISTED
                )
                rows += [row for row in inside if row.id not in known]
            for row in named.collections:
                material.notes.append(described("The collection", row.name, row.description))
            if places:
                names = listed([name_of(row) for row in rows])
                material.notes.append(f"Its documents:\n{fenced(names)}")
            shown = rows[:MOST_DOCUMENTS]
            parts = max(1, min(MOST_PARTS, room // (BYTES_A_PART * max(1, len(shown))) - 1))
            for row in shown:
                outline = await store.outline_of(connection, row.id)
                material.notes.append(outlined(row.title or name_of(row), row.pages, outline))
                for chunk in await store.typical_of(connection, row.id, parts):
                    room -= len(chunk.content.encode())
                    if room >= 0 or not material.passages:
                        _add(material, row, chunk)


def _lacking(row: Record, sources: Sequence[Source]) -> list[str]:
    """What cannot be given of a document, and why."""
    if row.status in ("failed", "cancelled"):
        return [not_read(row)]
    if any(one.id == row.id and one.use == "whole" for one in sources):
        return [f"“{name_of(row)}” is too long to be given as a whole."]
    return []


def fits(match: Match) -> bool:
    """Whether a passage has to do with the question at all."""
    return match.matched >= MATCHED or (match.cosine is not None and match.cosine >= match.near)


def _add(material: Material, row: Record, chunk: Record, *, whole: bool = False) -> None:
    material.add(
        document_id=row.id,
        title=row.title or name_of(row),
        chunk_id=chunk.id,
        page=chunk.page,
        headings=chunk.headings,
        text=chunk.content,
        whole=whole,
    )
