"""The rules of choosing an embedder: it is tried, all is embedded anew, then it is searched by."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Database, Record
from dost_ext.core.errors import Conflict, InvalidRequest, NotReady, UpstreamFailed
from dost_ext.core.jobs import defer
from dost_ext.core.notifications import publish
from dost_ext.models.keys import KeyBox
from dost_ext.rag.embedding import schemas, store
from dost_ext.rag.embedding.apart import BuiltinEmbedder
from dost_ext.rag.embedding.calibration import Calibrated, calibrate
from dost_ext.rag.embedding.embedder import Choice
from dost_ext.rag.embedding.embedders import TOPIC, Embedders
from dost_ext.rag.embedding.filling import FILL, QUEUE
from dost_ext.rag.embedding.vectors import MOST_DIMENSIONS

OLLAMA = "http://127.0.0.1:11434"
TOO_LONG = "Its vectors have {:,} numbers; at most {:,} can be searched."
UNLIKE = "It gives vectors of several lengths, so it is no embedder that can be searched by."
FAILED = "embedder_failed"
NO_CHANGE = "No other embedder is being changed to."
_LOCK = text("lock table embedders in share row exclusive mode")


class EmbedderService:
    """Tells which embedder there is, and changes it."""

    def __init__(self, database: Database, embedders: Embedders, keys: KeyBox) -> None:
        self._database = database
        self._embedders = embedders
        self._keys = keys

    async def get(self) -> schemas.Embedding:
        """The embedder that is searched by, and the one that is to take its place."""
        async with self._database.begin() as connection:
            return await self._shown(connection)

    async def test(self, wanted: schemas.ChooseEmbedder) -> schemas.TestedEmbedder:
        """Try an embedder.

        Raises:
            Conflict: It is not installed.
            UpstreamFailed: It cannot be reached, or gives no vectors.
            InvalidRequest: Its vectors cannot be searched.
        """
        choice = await self._choice(wanted)
        found = await self._tried(choice)
        async with self._database.begin() as connection:
            row = await store.known(connection, choice.kind, choice.model, choice.base_url)
            done = await store.count(connection, row.id) if row is not None else 0
            chunks = max(0, await store.chunks_in_all(connection) - done)
        return schemas.TestedEmbedder(
            dimensions=found.dimensions, milliseconds=found.milliseconds, chunks=chunks
        )

    async def choose(self, wanted: schemas.ChooseEmbedder) -> schemas.Embedding:
        """Have all passages embedded anew, and searched by that once all are.

        The current one, chosen again, stops the change to another. Raises as `test` does.
        """
        choice = await self._choice(wanted)
        found = await self._tried(choice)
        async with self._database.begin() as connection:
            await connection.execute(_LOCK)
            row = await self._kept(connection, choice, found)
            await self._stop(connection)
            if row.state != "current":
                done = await store.count(connection, row.id)
                await store.change(connection, row.id, state="next", done=done)
            await defer(connection, FILL, queue=QUEUE, lock=FILL)
            await publish(connection, TOPIC, None)
            return await self._shown(connection)

    async def cancel(self) -> schemas.Embedding:
        """Stay with the embedder that there is. Raises `Conflict` where none is changed to."""
        async with self._database.begin() as connection:
            await connection.execute(_LOCK)
            if not await self._stop(connection):
                raise Conflict(NO_CHANGE, code="no_change")
            return await self._shown(connection)

    async def _choice(self, wanted: schemas.ChooseEmbedder) -> Choice:
        base_url = wanted.base_url.rstrip("/")
        match wanted.kind:
            case "builtin":
                return Choice("builtin", BuiltinEmbedder.name)
            case "sentence-transformers":
                return Choice(wanted.kind, wanted.model)
            case "ollama":
                base_url = base_url or OLLAMA
        key = wanted.api_key
        if key is None:
            async with self._database.begin() as connection:
                locked = await store.key_for(connection, wanted.kind, base_url)
            key = self._keys.unlock(locked) if locked is not None else None
        return Choice(wanted.kind, wanted.model, base_url, key or None)

    async def _tried(self, choice: Choice) -> Calibrated:
        embedder = self._embedders.make(choice)
        if (lacking := embedder.missing()) is not None:
            raise Conflict(lacking, code="embedder_missing")
        try:
            found = await calibrate(embedder)
        except NotReady as error:
            raise UpstreamFailed(error.detail, code=FAILED) from error
        except ValueError as error:
            raise UpstreamFailed(UNLIKE, code=FAILED) from error
        finally:
            if embedder is not self._embedders.builtin:
                await embedder.close()
        if found.dimensions > MOST_DIMENSIONS:
            raise InvalidRequest(TOO_LONG.format(found.dimensions, MOST_DIMENSIONS))
        return found

    async def _kept(self, connection: AsyncConnection, choice: Choice, found: Calibrated) -> Record:
        """The row of a choice, as it was found to be now."""
        await store.current(connection)
        identity = (choice.kind, choice.model, choice.base_url)
        values: dict[str, Any] = {
            "dimensions": found.dimensions,
            "api_key": self._keys.lock(choice.api_key) if choice.api_key else None,
        }
        if choice.kind != "builtin":
            values["near"] = found.near
        row = await store.known(connection, *identity)
        if row is None:
            kind, name, base_url = identity
            await store.add(connection, kind=kind, name=name, base_url=base_url, **values)
        else:
            if row.dimensions != found.dimensions:
                # Another model has come under the same name.
                await store.forget(connection, row.id)
            await store.change(connection, row.id, **values)
        kept = await store.known(connection, *identity)
        assert kept is not None
        return kept

    async def _stop(self, connection: AsyncConnection) -> bool:
        """Give up the change that is under way; whether one was."""
        row = await store.in_state(connection, "next")
        if row is None:
            return False
        await store.change(connection, row.id, state="unused", error=None)
        return True

    async def _shown(self, connection: AsyncConnection) -> schemas.Embedding:
        current = await store.current(connection)
        following = await store.in_state(connection, "next")
        total = await store.chunks_in_all(connection)
        return schemas.Embedding(
            current=schemas.EmbedderInUse(**_plain(current)),
            next=None
            if following is None
            else schemas.NextEmbedder(
                **_plain(following),
                done=min(following.done, total),
                total=total,
                error=following.error,
            ),
            chunks=total,
        )


def _plain(row: Record) -> dict[str, object]:
    return {
        "kind": row.kind,
        "model": row.name,
        "base_url": row.base_url,
        "has_key": row.api_key is not None,
        "dimensions": row.dimensions,
    }
