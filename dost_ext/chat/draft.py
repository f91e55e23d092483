"""One turn, put together: the rows that are saved and the requests that models are sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dost_ext.chat import run_store, schemas
from dost_ext.chat.attachments import Attached
from dost_ext.chat.grounding import Grounds
from dost_ext.chat.hints import with_hint
from dost_ext.chat.history import Reader, Said, goes_on, read_by, said_in
from dost_ext.chat.precedence import first_given, merged_params
from dost_ext.chat.shown import message_of, named_in
from dost_ext.chat.titles import title_of
from dost_ext.core.ids import new_id
from dost_ext.core.params import ChatParams
from dost_ext.core.scopes import Principal, can
from dost_ext.models.client import ChatRequest, ModelClient
from dost_ext.models.service import ResolvedModel
from dost_ext.rag.grounding.schemas import Source, citations_of
from dost_ext.rag.grounding.sources import SCOPE
from dost_ext.tools.toolbox import Toolbox

# The model that comes with dost cannot say a question in other words.
DEMO = "builtin"
# Of all that a long branch has named, the newest.
MOST_SOURCES = 100


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """One model's part of a turn."""

    message: schemas.Message
    run: schemas.Run
    client: ModelClient
    request: ChatRequest
    toolbox: Toolbox | None
    # None where it rests on no documents.
    grounds: Grounds | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn whose beginning is saved."""

    conversation_id: UUID
    user_message_id: UUID | None
    new_title: str | None
    answers: list[PlannedAnswer]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a conversation a turn happens."""

    conversation: Any
    path: Sequence[Any]
    continued: Any = None
    answered: Any = None
    folder_prompt: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What is asked with: the user's settings, what goes with the prompt, and tools."""

    settings: Mapping[str, Any]
    attached: Attached
    sources: Sequence[Source]
    toolbox: Toolbox | None


class Draft:
    """The rows and requests of one turn, put together without touching the database."""

    def __init__(
        self,
        principal: Principal,
        sent: schemas.SendMessage,
        place: Place,
        models: list[ResolvedModel],
        given: Given,
        now: datetime,
        server_key: int,
    ) -> None:
        self._principal = principal
        self._sent = sent
        self._place = place
        self._given = given
        self._now = now
        self._server_key = server_key
        known = place.conversation
        self._conversation_id = known.id if known is not None else new_id()
        files = (one.filename for one in given.attached.new)
        named = [sent.content, *files, *(one.name for one in given.sources)]
        self._title = next((title_of(name) for name in named if name), None)
        untitled = known is None or known.title is None
        self._new_title = self._title if untitled else None
        parent = place.path[-1].id if place.path else None
        self._prompt = self._prompt_message(parent) if sent.content is not None else None
        if self._prompt is not None:
            parent = self._prompt.id
        self._choice_id = self._choice(models)
        self._answers = [self._answer(model, parent) for model in models]

    def _choice(self, models: list[ResolvedModel]) -> UUID | None:
        """What the answers of several models share; one more joins those that it stands among."""
        answered = self._place.answered
        among: UUID | None = answered.choice_id if answered is not None else None
        return among or (new_id() if len(models) > 1 else None)

    def _prompt_message(self, parent_id: UUID | None) -> schemas.Message:
        return schemas.Message(
            id=new_id(),
            conversation_id=self._conversation_id,
            parent_id=parent_id,
            role="user",
            content=self._sent.content or "",
            attachments=self._given.attached.new or None,
            sources=[*self._given.sources] or None,
            status="complete",
            created_at=self._now,
        )

    def _answer(self, model: ResolvedModel, parent_id: UUID | None) -> PlannedAnswer:
        params = self._params(model)
        shown = params.model_dump(exclude_none=True) or None
        if self._place.continued is not None:
            message = message_of(self._place.continued).model_copy(
                update={"status": "streaming", "error": None}
            )
        else:
            message = schemas.Message(
                id=new_id(),
                conversation_id=self._conversation_id,
                parent_id=parent_id,
                role="assistant",
                content="",
                status="streaming",
                model=model.id,
                params=shown,
                choice_id=self._choice_id,
                created_at=self._now,
            )
        run = schemas.Run(
            id=new_id(),
            conversation_id=self._conversation_id,
            message_id=message.id,
            model=model.id,
            status="streaming",
            created_at=self._now,
            ended_at=None,
        )
        toolbox = self._given.toolbox if model.tools else None
        so_far = self._conversation_so_far(model, has_tools=toolbox is not None)
        tools = toolbox.specs() if toolbox is not None else []
        request = ChatRequest(model.upstream_name, so_far, params, tools)
        return PlannedAnswer(message, run, model.client, request, toolbox, self._grounds(model))

    def _grounds(self, model: ResolvedModel) -> Grounds | None:
        """What the answer is to rest on: all that was named on its path, the last word holding."""
        rows = list(self._place.path)
        named = {
            (one.kind, one.id): one
            for one in [*(s for row in rows for s in named_in(row)), *self._given.sources]
        }
        sources = [*named.values()][-MOST_SOURCES:] if can(self._principal, SCOPE) else []
        continued = rows.pop() if self._place.continued is not None else None
        cited = citations_of(continued.citations) if continued is not None else None
        if not sources and not self._sent.web_search and cited is None:
            return None
        asked = self._prompt or (rows.pop() if rows else None)
        return Grounds(
            principal=self._principal,
            sources=sources,
            searches=self._sent.web_search,
            question=asked.content if asked is not None else "",
            before=[said_in(row) for row in rows],
            continues=continued is not None,
            cited=cited,
            window=model.context_window,
            rewrites=model.provider != DEMO,
        )

    def _params(self, model: ResolvedModel) -> ChatParams:
        known, sent = self._place.conversation, self._sent.params
        return merged_params(
            model.defaults,
            self._given.settings.get("default_params", {}),
            known.params if known is not None else {},
            sent.model_dump(exclude_none=True) if sent is not None else {},
        )

    def _conversation_so_far(
        self, model: ResolvedModel, *, has_tools: bool
    ) -> list[dict[str, Any]]:
        """What the model reads: the system prompt, the path, the new prompt."""
        known = self._place.conversation
        system = first_given(
            self._sent.system_prompt,
            known.system_prompt if known is not None else None,
            self._place.folder_prompt,
            self._given.settings.get("default_system_prompt"),
        )
        said: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
        messages = [said_in(row) for row in self._place.path]
        if self._prompt is not None:
            new, named = self._given.attached.new, [*self._given.sources]
            messages.append(Said("user", self._prompt.content, new, [], sources=named))
        reader = Reader(model.id, sees=model.vision, calls=has_tools)
        said += read_by(reader, messages, self._given.attached.readable)
        if self._place.continued is not None:
            said += goes_on(reader, messages[-1])
        if self._sent.hint is not None:
            answered = self._place.answered
            return with_hint(said, answered.content if answered else "", self._sent.hint)
        return said

    def rows(self) -> run_store.TurnRows:
        """What is saved before any model is asked."""
        return run_store.TurnRows(
            turn=self._turn_row(),
            messages=self._message_rows(),
            runs=[self._run_row(a.run) for a in self._answers],
            files=self._file_rows(),
            news=self._news(),
        )

    def _turn_row(self) -> dict[str, Any]:
        continued = self._place.continued
        return {
            "conversation_id": self._conversation_id,
            # One that is known is not made again: it may be deleted at this very moment.
            "fresh": self._place.conversation is None,
            "owner_id": self._principal.user_id,
            "title": self._title,
            "model": self._model_to_keep(),
            "params": self._new_conversation_params(),
            "system_prompt": self._sent.system_prompt,
            "leaf_id": self._answers[0].message.id,
            "at": self._now,
            "continued_id": continued.id if continued is not None else None,
            "continued_by": self._answers[0].run.id,
        }

    def _message_rows(self) -> list[dict[str, Any]]:
        continued = self._place.continued is not None
        fresh = [] if continued else [(a.message, a.run.id) for a in self._answers]
        prompt = [(self._prompt, None)] if self._prompt is not None else []
        return [
            {
                "id": message.id,
                "conversation_id": message.conversation_id,
                "parent_id": message.parent_id,
                "role": message.role,
                "content": message.content,
                "sources": _dumped(message.sources),
                "has_files": bool(message.attachments),
                "status": message.status,
                "model": message.model,
                "params": message.params,
                "run_id": run_id,
                "choice_id": message.choice_id,
                "at": self._now,
            }
            for message, run_id in [*prompt, *fresh]
        ]

    def _file_rows(self) -> list[dict[str, Any]]:
        if self._prompt is None:
            return []
        return [
            {"message_id": self._prompt.id, "position": position, "file_id": one.id}
            for position, one in enumerate(self._given.attached.new)
        ]

    def _run_row(self, run: schemas.Run) -> dict[str, Any]:
        return {
            "id": run.id,
            "conversation_id": run.conversation_id,
            "message_id": run.message_id,
            "owner_id": self._principal.user_id,
            "model": run.model,
            "server_key": self._server_key,
            "at": self._now,
        }

    def _model_to_keep(self) -> str | None:
        """The conversation's model from now on: the one that was asked, not one tried again."""
        known = self._place.conversation
        if self._sent.keep_model or (known is not None and self._sent.content is None):
            return known.model if known is not None else None
        return self._answers[0].run.model

    def _new_conversation_params(self) -> dict[str, Any]:
        given = self._sent.params
        return given.model_dump(exclude_none=True) if given is not None else {}

    def _news(self) -> list[run_store.News]:
        """What every open tab of the user hears."""
        conversation = {"id": self._conversation_id, "updated_at": self._now}
        if self._new_title is not None:
            conversation["title"] = self._new_title
        items: list[tuple[str, Any]] = [("conversation", conversation)]
        for answer in self._answers:
            run = answer.run
            started = {
                "run_id": run.id,
                "conversation_id": run.conversation_id,
                "status": run.status,
            }
            items.append(("run", started))
        return [(self._principal.user_id, event, data) for event, data in items]

    def turn(self) -> Turn:
        """The turn, for whoever runs it."""
        return Turn(
            conversation_id=self._conversation_id,
            user_message_id=self._prompt.id if self._prompt is not None else None,
            new_title=self._new_title,
            answers=self._answers,
        )


def _dumped(sources: Sequence[Source] | None) -> list[dict[str, Any]] | None:
    return [one.model_dump(mode="json") for one in sources] if sources else None
