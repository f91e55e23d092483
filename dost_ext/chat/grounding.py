"""Puts what an answer is to rest on before the prompt, once its run has begun."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dost_ext.chat.history import Said
from dost_ext.chat.live import LiveRun
from dost_ext.chat.standalone import in_short, standing_alone
from dost_ext.core.errors import NotFound
from dost_ext.core.scopes import Principal
from dost_ext.models.client import ChatRequest, ModelClient
from dost_ext.rag.documents import DocumentService
from dost_ext.rag.grounding.material import Material
from dost_ext.rag.grounding.schemas import Citation, Source
from dost_ext.rag.grounding.service import GroundingService
from dost_ext.web.schemas import LONGEST_QUERY
from dost_ext.web.service import WebService

# Of a model's window, whose size is often not known, half is for what is given; a token is three
# bytes or more in nearly every language.
USUAL_WINDOW = 8_192
BYTES_A_TOKEN = 3
MOST_BYTES = 400_000


@dataclass(frozen=True, slots=True)
class Grounds:
    """What one answer is to rest on."""

    principal: Principal
    sources: Sequence[Source]
    # Whether the web is searched.
    searches: bool
    question: str
    # What was said before the question, oldest first.
    before: Sequence[Said]
    # Whether an answer goes on, and what it was given before, if it was.
    continues: bool
    cited: Sequence[Citation] | None
    # How many tokens the model reads, where that is known.
    window: int | None
    # Whether the model can say a question in other words.
    rewrites: bool

    @property
    def room(self) -> int:
        """How many bytes of text can be given."""
        window = self.window or USUAL_WINDOW
        return min(MOST_BYTES, window * BYTES_A_TOKEN // 2)


class Grounder:
    """Has documents read, questions understood and passages found before a model answers."""

    def __init__(
        self, grounding: GroundingService, documents: DocumentService, web: WebService
    ) -> None:
        self._grounding = grounding
        self._documents = documents
        self._web = web

    async def ground(
        self,
        live: LiveRun,
        client: ModelClient,
        grounds: Grounds,
        request: ChatRequest,
        tokens: dict[str, Any],
    ) -> ChatRequest:
        """The request with what there is to answer from, of which the run tells."""
        if grounds.cited is not None:
            material = await self._grounding.again(grounds.principal, grounds.cited)
            return _with(request, material.before, goes_on=True)
        await self._read(live, grounds)
        question = _Question(live, client, request.model, grounds, tokens)

        async def searched() -> str:
            full = await question.in_full()
            live.emit("status", {"stage": "searching", "detail": full})
            return full

        found = await self._grounding.gather(
            grounds.principal, grounds.sources, grounds.question, searched, grounds.room
        )
        if grounds.searches:
            found = found or Material()
            await self._search(live, found, await question.for_the_web(), grounds.room)
        if found is None:
            return request
        live.cite(found.citations)
        return _with(request, found.before, goes_on=grounds.continues)

    async def _search(self, live: LiveRun, material: Material, question: str, room: int) -> None:
        """Add what the web has. Raises what `WebService.gather` raises."""

        def tell(hosts: Sequence[str]) -> None:
            live.emit("status", {"stage": "reading_web", "detail": ", ".join(hosts)})

        material.names.append("the web")
        if not question.strip():
            return
        live.emit("status", {"stage": "searching_web", "detail": question})
        room -= sum(len(passage.text.encode()) for passage in material.passages)
        for passage in await self._web.gather(question, max(0, room), tell):
            material.add(
                url=passage.url,
                title=passage.title,
                page=passage.page,
                headings=passage.headings,
                text=passage.text,
                score=passage.score,
            )

    async def _read(self, live: LiveRun, grounds: Grounds) -> None:
        """Wait for the documents that are still being read."""
        for source in grounds.sources:
            if source.kind != "document":
                continue
            try:
                document = await self._documents.get(grounds.principal, source.id)
                if document.status in ("queued", "processing"):
                    live.emit("status", {"stage": "reading", "detail": source.name})
                    await self._documents.until_read(grounds.principal, source.id)
            except NotFound:
                continue


class _Question:
    """The question of a turn, said in full once, however often that is asked for."""

    def __init__(
        self,
        live: LiveRun,
        client: ModelClient,
        model: str,
        grounds: Grounds,
        tokens: dict[str, Any],
    ) -> None:
        self._live = live
        self._client = client if grounds.rewrites else None
        self._model = model
        self._grounds = grounds
        self._tokens = tokens
        self._full: str | None = None

    async def in_full(self) -> str:
        """The question so that nothing else need be known to understand it."""
        if self._full is None:
            self._full = await self._said()
        return self._full

    async def for_the_web(self) -> str:
        """The question in full, in no more words than a search engine reads."""
        full = await self.in_full()
        if self._client is None or len(full) <= LONGEST_QUERY:
            return full
        self._tell(full)
        return await in_short(self._client, self._model, full, self._tokens)

    async def _said(self) -> str:
        question, before = self._grounds.question, self._grounds.before
        if not any(said.role == "user" for said in before):
            return question
        self._tell(question)
        return await standing_alone(self._client, self._model, before, question, self._tokens)

    def _tell(self, question: str) -> None:
        self._live.emit("status", {"stage": "rewriting", "detail": question[:200]})


def _with(
    request: ChatRequest, before: Callable[[str], str], *, goes_on: bool = False
) -> ChatRequest:
    """The request with its prompt after what there is to answer from.

    Args:
        goes_on: Whether an answer is continued: then the last message is dost's own.
    """
    messages = list(request.messages)
    prompts = [place for place, one in enumerate(messages) if one["role"] == "user"]
    if goes_on and len(prompts) > 1:
        prompts.pop()
    if not prompts:
        return request
    prompt = messages[prompts[-1]]
    content = prompt["content"]
    if isinstance(content, str):
        content = before(content)
    else:
        content = [{"type": "text", "text": before("").rstrip()}, *content]
    messages[prompts[-1]] = {**prompt, "content": content}
    return replace(request, messages=messages)
