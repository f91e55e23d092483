"""The embedders that are in use: the one that is searched by, and one that is to take its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dost_ext.core.database import Database, Record
from dost_ext.core.errors import NotReady
from dost_ext.core.notifications import Notifications
from dost_ext.models.keys import KeyBox
from dost_ext.models.transport import SharedSession
from dost_ext.rag.embedding import store
from dost_ext.rag.embedding.apart import BuiltinEmbedder, SentenceTransformersEmbedder
from dost_ext.rag.embedding.embedder import Choice, Embedder
from dost_ext.rag.embedding.remote import RemoteEmbedder

NO_KEY = (
    "The embedder's key was encrypted under another secret. Give this process the server's "
    "DOST_SECRET_KEY, or choose the embedder anew."
)
TOPIC = "embedder"


@dataclass(frozen=True, slots=True)
class Numbered:
    """An embedder, and under which number its vectors are kept."""

    id: int
    embedder: Embedder
    # The cosine from which on a passage fits a question.
    near: float


class Embedders:
    """Makes embedders, and knows which is the current one.

    Args:
        threads: How many cores one that runs on this machine may take.
        keys: Locks and unlocks the keys of those behind an address.
        notifications: Tell of a change; without, the database is asked each time.
    """

    def __init__(
        self,
        database: Database,
        keys: KeyBox,
        *,
        threads: int,
        notifications: Notifications | None = None,
    ) -> None:
        self._database = database
        self._keys = keys
        self._threads = threads
        self._notifications = notifications
        self._session = SharedSession()
        self.builtin = BuiltinEmbedder(threads=threads)
        self._made: dict[tuple[object, ...], Embedder] = {}
        self._known: Numbered | None = None
        # How often it was changed: what was read before a change must not be kept after it.
        self._changes = 0
        if notifications is not None:
            notifications.on(TOPIC, self._forget)
            notifications.on("reconnected", self._forget)

    def _forget(self, _: Any) -> None:
        self._changes += 1
        self._known = None

    async def close(self) -> None:
        """Let all of them go."""
        for embedder in (self.builtin, *self._made.values()):
            await embedder.close()
        await self._session.close()

    async def current(self) -> Numbered:
        """The embedder that is searched by, and that new documents are embedded with."""
        known = self._known
        if known is None or self._notifications is None or not self._notifications.online:
            changes = self._changes
            async with self._database.begin() as connection:
                known = self.numbered(await store.current(connection))
            if changes == self._changes:
                self._known = known
        return known

    def numbered(self, row: Record) -> Numbered:
        """The embedder of a row. Raises `NotReady` where its key cannot be read."""
        return Numbered(row.id, self._of(row), row.near)

    def _of(self, row: Record) -> Embedder:
        locked: bytes | None = row.api_key
        identity = (row.kind, row.name, row.base_url, locked)
        if identity not in self._made:
            key = self._keys.unlock(locked) if locked is not None else None
            if locked is not None and key is None:
                raise NotReady(NO_KEY, code="embedder")
            self._made[identity] = self.make(Choice(row.kind, row.name, row.base_url, key))
        return self._made[identity]

    def make(self, choice: Choice) -> Embedder:
        """An embedder; whoever asks for one that runs on this machine closes it."""
        match choice.kind:
            case "builtin":
                return self.builtin
            case "sentence-transformers":
                return SentenceTransformersEmbedder(choice.model, threads=self._threads)
            case _:
                return RemoteEmbedder(choice, self._session)
