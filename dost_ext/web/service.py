"""Searches the web and reads its pages, for people, for models and for answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from yarl import URL

from dost_ext.core.errors import Conflict, DostError, Forbidden
from dost_ext.core.outbound import Outbound
from dost_ext.core.scopes import Principal, can
from dost_ext.rag.chunking.chunker import Chunk
from dost_ext.rag.embedding.embedder import Embedder
from dost_ext.web import schemas
from dost_ext.web.engines.engine import Engine, Result
from dost_ext.web.pages import Page, Pages
from dost_ext.web.passages import Passage, Text, best_passages, passages_of

log = logging.getLogger("dost")

SCOPE = "web"
SWITCHED_OFF = "Searching the web is switched off on this server."
# For an answer so many results are looked at, and the first of them read.
RESULTS = 8
MOST_READ = 5
# Nobody waits longer for pages than this; of a slow one there is what the engine shows of it.
PAGE_SECONDS = 8.0
READ_SECONDS = 12.0
# Of a page that is shown as a whole.
LONGEST_TEXT = 200_000
MOST_BYTES = 16_000


class WebService:
    """The one way from dost to the web.

    Args:
        engine: None where searching is switched off.
    """

    def __init__(self, engine: Engine | None, outbound: Outbound, embedder: Embedder) -> None:
        self._engine = engine
        self._outbound = outbound
        self._pages = Pages(outbound)
        self._embedder = embedder

    async def close(self) -> None:
        """Close every connection, and end what is being read."""
        await self._pages.close()
        await self._outbound.close()
        if self._engine is not None:
            await self._engine.close()

    def demand(self, principal: Principal) -> None:
        """Raises `Forbidden` for who may not search, `Conflict` where that is switched off."""
        if not can(principal, SCOPE):
            raise Forbidden("Your account may not search the web.")
        self._searching()

    def _searching(self) -> Engine:
        if self._engine is None:
            raise Conflict(SWITCHED_OFF, code="web_search_off")
        return self._engine

    async def search(self, wanted: schemas.SearchWeb) -> schemas.WebResults:
        """What the search engine finds. Raises `Conflict`, and what the engine raises."""
        engine = self._searching()
        found = await engine.search(wanted.query, wanted.k)
        items = [schemas.WebResult.model_validate(one) for one in found]
        return schemas.WebResults(engine=engine.name, items=items)

    async def fetch(self, url: str) -> schemas.WebPage:
        """A page's main text. Raises as `Pages.read` does."""
        page = await self._pages.read(url)
        return schemas.WebPage(
            url=page.url,
            title=page.title,
            media_type=page.media_type,
            text=page.text[:LONGEST_TEXT],
            cut=page.has_more or len(page.text) > LONGEST_TEXT,
        )

    async def gather(
        self, question: str, room: int, tell: Callable[[Sequence[str]], None] | None = None
    ) -> list[Passage]:
        """Passages of the web that a question can be answered from, the best first.

        Args:
            room: How many bytes of text they may have.
            tell: Hears which hosts' pages are read.

        Raises as `search` does. A page that cannot be read is left to what the engine shows of it.
        """
        engine = self._searching()
        query = " ".join(question.split())[: schemas.LONGEST_QUERY]
        results = await engine.search(query, RESULTS)
        if tell is not None and results:
            hosts = (str(URL(one.url).host) for one in results[:MOST_READ])
            tell([*dict.fromkeys(hosts)])
        pages = await self._read(results[:MOST_READ])
        texts = [_text_of(one, page) for one, page in zip(results, pages, strict=False)]
        texts += [_text_of(one, None) for one in results[len(pages) :]]
        return await best_passages(self._embedder, question, texts, min(room, MOST_BYTES))

    async def passages(self, url: str, question: str, room: int) -> list[Passage]:
        """What of one page fits a question; its beginning where nothing does, or nothing is asked.

        Raises as `Pages.read` does.
        """
        page = await self._pages.read(url)
        text, room = Text(page.url, page.title, page.chunks), min(room, MOST_BYTES)
        found = []
        if question.strip():
            found = await best_passages(self._embedder, question, [text], room)
        return found or beginning(text, room)

    async def _read(self, results: Sequence[Result]) -> list[Page | None]:
        """The pages of results, all at once; None for one that cannot be had in time."""
        if not results:
            return []
        tasks = [asyncio.create_task(self._page(one.url)) for one in results]
        try:
            await asyncio.wait(tasks, timeout=READ_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        return [one if isinstance(one, Page) else None for one in ended]

    async def _page(self, url: str) -> Page | None:
        try:
            return await self._pages.read(url, seconds=PAGE_SECONDS)
        except DostError as error:
            log.info("a page that was found is not read: %s", error.detail)
        except Exception:
            log.exception("a page that was found could not be read")
        return None


def _text_of(result: Result, page: Page | None) -> Text:
    if page is not None:
        return Text(page.url, page.title, page.chunks)
    snippet = [Chunk(result.snippet, None, ())] if result.snippet else []
    return Text(result.url, result.title, snippet)


def beginning(text: Text, room: int) -> list[Passage]:
    """The first passages of a page."""
    found: list[Passage] = []
    for passage in passages_of(text):
        room -= len(passage.text.encode())
        if room < 0 and found:
            break
        found.append(passage)
    return found
