"""Temporary chats: trees and runs in the memory of this process, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NoReturn
from uuid import UUID

from dost_ext.chat import schemas
from dost_ext.chat.live import LiveRun
from dost_ext.chat.run_store import Ending, TurnRows
from dost_ext.chat.shelf import STILL_ANSWERING, Found, Named
from dost_ext.core.clock import Clock
from dost_ext.core.errors import Conflict, NotFound, TooLarge
from dost_ext.core.notifications import Notifications
from dost_ext.core.scopes import Principal
from dost_ext.rag.grounding.schemas import citations_of
from dost_ext.tools.calls import calls_of

IDLE = timedelta(hours=6)
LOOK_SECONDS = 300.0
# One more, and the one that was left alone longest goes.
MOST_A_USER = 5
MOST_AT_ALL = 500
# Before a turn; what a model may answer has a bound of its own.
MOST_CHARACTERS = 2_000_000
GONE = "This temporary chat is gone. The server forgets one after six hours without a word."
FULL = "This temporary chat is full. Keep it, or begin another."


@dataclass(slots=True)
class TemporaryChat:
    """One conversation. The fields are those of a row, so that a planner reads either."""

    id: UUID
    owner_id: UUID
    session_id: UUID | None
    model: str | None
    params: dict[str, Any]
    system_prompt: str | None
    current_leaf_id: UUID | None
    created_at: datetime
    updated_at: datetime
    title: None = None
    messages: dict[UUID, schemas.Message] = field(default_factory=dict)
    runs: dict[UUID, LiveRun] = field(default_factory=dict)

    @property
    def writing(self) -> bool:
        """Whether a model answers in it now."""
        return any(not run.ended for run in self.runs.values())

    @property
    def characters(self) -> int:
        """How much it holds."""
        return sum(len(m.content) + len(m.reasoning or "") for m in self.messages.values())

    def path_to(self, message_id: UUID) -> list[schemas.Message]:
        """The messages down to one of them; empty where the conversation does not have it."""
        path: list[schemas.Message] = []
        message = self.messages.get(message_id)
        while message is not None:
            path.append(message)
            message = self.messages.get(message.parent_id) if message.parent_id else None
        return path[::-1]

    def stop(self) -> None:
        """End what is being written."""
        for run in self.runs.values():
            if not run.ended:
                run.stop()


class TemporaryChats:
    """All temporary chats of this process: a shelf for the planner and a log for runs.

    They go when they are deleted, when the session that began them ends, after hours without a
    word, and with the process. No other process knows them.
    """

    titled = False
    # They would be in the database.
    takes_files = False

    def __init__(self, notifications: Notifications, clock: Clock) -> None:
        self._clock = clock
        self._chats: dict[UUID, TemporaryChat] = {}
        # Told of each chat that is forgotten.
        self.forgotten: Callable[[UUID], object] = lambda _: None
        notifications.on("session", lambda ids: self._drop_all(lambda c: str(c.session_id) in ids))
        notifications.on(
            "account_deleted", lambda user: self._drop_all(lambda c: str(c.owner_id) == user)
        )

    def has(self, principal: Principal, any_id: UUID | None) -> bool:
        """Whether an id is that of a temporary chat of the caller's, or of a message in one."""
        return any(any_id == c.id or any_id in c.messages for c in self._of(principal))

    def get(self, principal: Principal, conversation_id: UUID) -> TemporaryChat:
        """A chat. Raises `NotFound` when it is gone or another's."""
        chat = self._chats.get(conversation_id)
        if chat is None or chat.owner_id != principal.user_id:
            raise NotFound(GONE)
        return chat

    def known(self, conversation_id: UUID) -> TemporaryChat | None:
        """A chat, whosever it is, if it is still here."""
        return self._chats.get(conversation_id)

    def holding(self, principal: Principal, message_id: UUID) -> TemporaryChat:
        """The chat that has a message. Raises `NotFound`."""
        for chat in self._of(principal):
            if message_id in chat.messages:
                return chat
        raise NotFound

    def message(self, conversation_id: UUID, message_id: UUID) -> schemas.Message | None:
        """A message, if it and its chat are still here."""
        chat = self._chats.get(conversation_id)
        return chat.messages.get(message_id) if chat is not None else None

    def put(self, message: schemas.Message) -> None:
        """Have a message as it is now, if its chat is still here."""
        if (chat := self._chats.get(message.conversation_id)) is not None:
            chat.messages[message.id] = message

    def run(self, principal: Principal, run_id: UUID) -> LiveRun | None:
        """A run in one of the caller's chats, also after its end."""
        return next((c.runs[run_id] for c in self._of(principal) if run_id in c.runs), None)

    def _of(self, principal: Principal) -> Iterator[TemporaryChat]:
        return (c for c in self._chats.values() if c.owner_id == principal.user_id)

    def drop(self, chat: TemporaryChat) -> None:
        """Forget a chat; what is being written to it stops."""
        self._chats.pop(chat.id, None)
        chat.stop()
        self.forgotten(chat.id)

    def take(self, chat: TemporaryChat) -> None:
        """Have a chat out of here, so that nothing is added to it while it is put elsewhere."""
        self._chats.pop(chat.id, None)

    def put_back(self, chat: TemporaryChat) -> None:
        """Have it here again."""
        self._chats[chat.id] = chat

    def _drop_all(self, belongs: Callable[[TemporaryChat], bool]) -> None:
        for chat in [c for c in self._chats.values() if belongs(c)]:
            self.drop(chat)

    def sweep(self) -> None:
        """Drop what was left alone for hours."""
        oldest = self._clock() - IDLE
        self._drop_all(lambda c: c.updated_at < oldest and not c.writing)

    async def watch(self) -> None:
        """Sweep now and then, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.sweep()

    # What a planner asks of a shelf.

    async def find(self, principal: Principal, conversation_id: UUID, named: Named) -> Found:
        """A chat, and the path to the message that a turn begins at."""
        chat = self.get(principal, conversation_id)
        begins_at = named(chat.current_leaf_id)
        return Found(chat, begins_at, chat.path_to(begins_at) if begins_at else [])

    async def begin(self, principal: Principal, rows: TurnRows) -> None:
        """Put a turn's beginning into its chat, which may be a new one."""
        turn = rows.turn
        chat = self._made(principal, turn) if turn["fresh"] else self._waiting(principal, rows)
        for row in rows.messages:
            message = schemas.Message(created_at=row["at"], **_without(row, "at", "has_files"))
            chat.messages[message.id] = message
        if (continued := turn["continued_id"]) is not None:
            again = {"status": "streaming", "error": None, "run_id": turn["continued_by"]}
            chat.messages[continued] = chat.messages[continued].model_copy(update=again)
        chat.model, chat.current_leaf_id = turn["model"], turn["leaf_id"]
        chat.updated_at = turn["at"]

    def _made(self, principal: Principal, turn: dict[str, Any]) -> TemporaryChat:
        self._make_room(principal)
        chat = TemporaryChat(
            id=turn["conversation_id"],
            owner_id=principal.user_id,
            session_id=principal.session_id,
            model=turn["model"],
            params=turn["params"],
            system_prompt=turn["system_prompt"],
            current_leaf_id=None,
            created_at=turn["at"],
            updated_at=turn["at"],
        )
        self._chats[chat.id] = chat
        return chat

    def _make_room(self, principal: Principal) -> None:
        self.sweep()
        for chats, most in ((list(self._of(principal)), MOST_A_USER), (self._all(), MOST_AT_ALL)):
            if len(chats) >= most:
                idle = [chat for chat in chats if not chat.writing]
                if not idle:
                    raise Conflict(
                        "Every temporary chat has an answer being written. Wait for one."
                    )
                self.drop(min(idle, key=lambda chat: chat.updated_at))

    def _all(self) -> list[TemporaryChat]:
        return list(self._chats.values())

    def _waiting(self, principal: Principal, rows: TurnRows) -> TemporaryChat:
        """The chat, as long as nothing came in between."""
        chat = self.get(principal, rows.turn["conversation_id"])
        continued = rows.turn["continued_id"]
        before = continued or rows.messages[0]["parent_id"]
        if before is not None and before not in chat.messages:
            raise Conflict("The message you answered was deleted. Reload the chat.")
        if continued is not None and chat.messages[continued].status == "streaming":
            raise Conflict(STILL_ANSWERING)
        if chat.characters + sum(len(row["content"]) for row in rows.messages) > MOST_CHARACTERS:
            self.refuse_full()
        return chat

    def refuse_full(self) -> NoReturn:
        """Say that no more fits in."""
        raise TooLarge(FULL, code="temporary_full")

    # What runs ask of a log.

    def add(self, run: LiveRun) -> None:
        """Begin to keep a run: its events are in it."""
        if (chat := self._chats.get(run.run.conversation_id)) is not None:
            chat.runs[run.id] = run
        else:
            run.stop()

    async def end(self, run: LiveRun, ending: Ending) -> None:
        """Put what was said into the message, unless it is gone."""
        chat = self._chats.get(run.run.conversation_id)
        if chat is None or (message := chat.messages.get(ending.progress.message_id)) is None:
            return
        chat.messages[message.id] = message.model_copy(
            update={
                "content": ending.progress.content,
                "reasoning": ending.progress.reasoning,
                "status": ending.status,
                "usage": schemas.Usage.model_validate(ending.usage),
                "error": ending.error,
                "tool_calls": calls_of(ending.progress.tool_calls) or None,
                "citations": citations_of(ending.progress.citations),
                "run_id": None,
            }
        )
        chat.updated_at = self._clock()

    def remove(self, run: LiveRun) -> None:
        """A run that has ended can still be read here, as long as its chat."""


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in names}
