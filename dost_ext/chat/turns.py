"""Plans a turn: what was asked, after what, of which models; its shelf takes the beginning."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from dost_ext.auth.user_settings import UserSettings
from dost_ext.chat import schemas
from dost_ext.chat.attachments import AttachmentService
from dost_ext.chat.draft import Draft, Given, Place, Turn
from dost_ext.chat.shelf import STILL_ANSWERING, Found, Shelf
from dost_ext.chat.shown import attached_to
from dost_ext.core.clock import Clock
from dost_ext.core.errors import Conflict, InvalidRequest, NotFound
from dost_ext.core.scopes import Principal
from dost_ext.models.service import ModelService, ResolvedModel
from dost_ext.rag.grounding.sources import SourceService
from dost_ext.tools.service import ToolService
from dost_ext.tools.toolbox import Asked
from dost_ext.tools.web import addresses_in
from dost_ext.web.service import WebService


class TurnPlanner:
    """Turns a request into saved messages and runs that are ready to begin."""

    def __init__(
        self,
        models: ModelService,
        settings: UserSettings,
        attachments: AttachmentService,
        sources: SourceService,
        tools: ToolService,
        web: WebService,
        clock: Clock,
    ) -> None:
        self._models = models
        self._settings = settings
        self._attachments = attachments
        self._sources = sources
        self._tools = tools
        self._web = web
        self._clock = clock

    async def plan(
        self, principal: Principal, sent: schemas.SendMessage, server_key: int, shelf: Shelf
    ) -> Turn:
        """Check a turn's beginning and put it on the shelf where its conversation is.

        Raises `NotFound` for ids that are absent or another's and for unknown models, `Conflict`
        where a model is still writing, `InvalidRequest` for messages that cannot be answered and
        for pictures that a model cannot see, and what `SourceService.named`, `ToolService.box` and
        `WebService.demand` raise.
        """
        place = await self._place(principal, sent, shelf)
        models = [await self._resolve(m) for m in self._model_ids(sent, place)]
        given = await self._given(principal, sent, place, models, shelf)
        draft = Draft(principal, sent, place, models, given, self._clock(), server_key)
        await shelf.begin(principal, draft.rows())
        turn = draft.turn()
        return turn if shelf.titled else replace(turn, new_title=None)

    async def _given(
        self,
        principal: Principal,
        sent: schemas.SendMessage,
        place: Place,
        models: list[ResolvedModel],
        shelf: Shelf,
    ) -> Given:
        if sent.web_search:
            self._web.demand(principal)
        files = [one for one in sent.attachments if one.document_id is None]
        if files and not shelf.takes_files:
            raise InvalidRequest("attachments: files are saved, and a temporary chat is not")
        documents = {one.document_id: one.use for one in sent.attachments if one.document_id}
        before = [one for row in place.path for one in attached_to(row)]
        known = place.conversation.id if place.conversation is not None else None
        said = [row.content for row in place.path if row.role == "user"]
        asked = Asked(known, addresses_in([*said, sent.content or ""]))
        return Given(
            settings=await self._settings.get(principal.user_id),
            attached=await self._attachments.gather(principal, files, before, models),
            sources=await self._sources.named(principal, documents, sent.collection_ids),
            toolbox=await self._tools.box(principal, sent.tools, asked),
        )

    async def _resolve(self, model_id: str | None) -> ResolvedModel:
        wanted = model_id or await self._models.default_model()
        if wanted is None:
            raise Conflict(
                "No model is connected yet. Connect one in Settings, Models.", code="no_model"
            )
        return await self._models.resolve(wanted)

    def _model_ids(self, sent: schemas.SendMessage, place: Place) -> list[str | None]:
        if sent.models is not None:
            return list(sent.models)
        again = place.continued or place.answered
        named = sent.model or (again.model if again is not None else None)
        return [named or (place.conversation.model if place.conversation is not None else None)]

    async def _place(self, principal: Principal, sent: schemas.SendMessage, shelf: Shelf) -> Place:
        if sent.conversation_id is None:
            return Place(None, [])

        def named(leaf: UUID | None) -> UUID | None:
            given = "parent_id" in sent.model_fields_set
            return sent.regenerate or sent.continue_ or (sent.parent_id if given else leaf)

        found = await shelf.find(principal, sent.conversation_id, named)
        place = replace(self._place_in(found, sent), folder_prompt=found.folder_prompt)
        if any(row.status == "streaming" for row in place.path):
            raise Conflict(STILL_ANSWERING)
        return place

    def _place_in(self, found: Found, sent: schemas.SendMessage) -> Place:
        conversation, path = found.conversation, found.path
        if found.named is None:
            return Place(conversation, [])
        if not path:
            raise NotFound("The conversation has no such message.")
        last = path[-1]
        if sent.continue_ is not None:
            if last.role != "assistant":
                raise InvalidRequest("continue: only an answer can be continued")
            return Place(conversation, path, continued=last)
        if sent.regenerate is not None and last.role == "assistant":
            if len(path) == 1:
                raise InvalidRequest("regenerate: this message answers nothing")
            return Place(conversation, path[:-1], answered=last)
        return Place(conversation, path)
