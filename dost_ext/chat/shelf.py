"""Where conversations are when a turn is planned, and where its beginning is put."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from dost_ext.chat import folder_store, run_store, store
from dost_ext.chat.attachments import GONE
from dost_ext.core.batching import Batcher
from dost_ext.core.database import Database
from dost_ext.core.errors import Conflict, InvalidRequest
from dost_ext.core.scopes import Principal

STILL_ANSWERING = "The model is still answering here. Stop it or wait for its end."
ONE_WRITER = "uq_runs_writing"
FILE_GONE = "fk_message_files_file_id"

# The message that a turn begins at, for a conversation with this current leaf.
Named = Callable[[UUID | None], UUID | None]


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation, and the path to the message that a turn begins at; empty where none is."""

    conversation: Any
    named: UUID | None
    path: Sequence[Any]
    folder_prompt: str | None = None


class Shelf(Protocol):
    """What the planner asks of the place where conversations are."""

    titled: bool
    takes_files: bool

    async def find(self, principal: Principal, conversation_id: UUID, named: Named) -> Found:
        """A conversation. Raises `NotFound` when it is absent or another's."""

    async def begin(self, principal: Principal, rows: run_store.TurnRows) -> None:
        """Put a turn's beginning in. Raises `Conflict` where something came in between."""


class SavedShelf:
    """The conversations in the database."""

    titled = True
    takes_files = True

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = Batcher(self._write)

    async def find(self, principal: Principal, conversation_id: UUID, named: Named) -> Found:
        """Read a conversation, in one transaction."""
        owner = principal.user_id
        prompt = None
        path: Sequence[Any] = []
        async with self._database.begin() as connection:
            row = await store.get_conversation(connection, owner, conversation_id)
            begins_at = named(row.current_leaf_id)
            if begins_at is not None:
                path = await store.path_to(connection, conversation_id, begins_at)
            if row.folder_id is not None:
                prompt = await folder_store.prompt_of(connection, owner, row.folder_id)
        return Found(row, begins_at, path, prompt)

    async def begin(self, principal: Principal, rows: run_store.TurnRows) -> None:
        """Save a turn's beginning, together with others of the same moment."""
        try:
            await self._writer.save(rows)
        except IntegrityError as error:
            if ONE_WRITER in str(error.orig):
                raise Conflict(STILL_ANSWERING) from error
            if FILE_GONE in str(error.orig):
                raise InvalidRequest(GONE, code="attachment_gone") from error
            raise Conflict("The message you answered was deleted. Reload the chat.") from error

    async def _write(self, turns: list[run_store.TurnRows]) -> None:
        async with self._database.autocommit() as connection:
            await run_store.start_turns(connection, turns)
