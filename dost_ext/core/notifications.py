"""News between server processes: PostgreSQL's NOTIFY, sent with the transaction that made it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson
import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import libpq_url

log = logging.getLogger("dost")

CHANNEL = "dost"
# PostgreSQL takes 8,000 bytes a notification; an id is 39 with its quotes and comma.
MOST_BYTES = 7_900
IDS_A_NOTIFICATION = 150
# A firewall that forgets an idle connection, or a server that vanishes, tells nobody: without a
# question now and then, revocations would go unheard for hours.
ASK_EVERY = 10.0
ANSWER_WITHIN = 5.0
Listener = Callable[[Any], None]

_IS_FREE = text("select pg_try_advisory_xact_lock(:key)")
_NOTIFY = text(
    "select pg_notify(:channel, message)"
    " from jsonb_array_elements_text(cast(:messages as jsonb)) as message"
)


async def publish(connection: AsyncConnection, topic: str, payload: Any) -> None:
    """Tell every process `payload` (JSON, < 7,900 bytes) once this transaction commits."""
    await publish_all(connection, topic, [payload])


async def publish_all(connection: AsyncConnection, topic: str, payloads: Sequence[Any]) -> None:
    """Tell every process each of `payloads`, for the price of one statement."""
    if payloads:
        await connection.execute(_NOTIFY, {"channel": CHANNEL, "messages": packed(topic, payloads)})


def packed(topic: str, payloads: Iterable[Any]) -> str:
    """Notifications of `topic` as a JSON array of texts, each holding as many as fit.

    A listener's cost is that of notifications, hardly that of what is in them.
    """
    head = orjson.dumps(topic)
    messages: list[str] = []
    parts, room = [head], MOST_BYTES
    for payload in payloads:
        part = orjson.dumps(payload)
        if len(part) >= room and len(parts) > 1:
            messages.append(f"[{b','.join(parts).decode()}]")
            parts, room = [head], MOST_BYTES
        parts.append(part)
        room -= len(part) + 1
    if len(parts) > 1:
        messages.append(f"[{b','.join(parts).decode()}]")
    return orjson.dumps(messages).decode()


async def is_gone(connection: AsyncConnection, lock_key: int) -> bool:
    """Whether the process with this key is no more: a living one holds its advisory lock."""
    return bool(await connection.scalar(_IS_FREE, {"key": lock_key}))


class Notifications:
    """One connection that listens, and who wants to hear what.

    The connection also holds the advisory lock by which other processes see that this one lives.
    """

    def __init__(self, lock_key: int) -> None:
        self.lock_key = lock_key
        self.online = False
        self._listeners: dict[str, list[Listener]] = {}

    def on(self, topic: str, listener: Listener) -> None:
        """Call `listener(payload)` for each message of `topic`.

        The topic `reconnected` (payload None) says that messages may have been missed.
        """
        self._listeners.setdefault(topic, []).append(listener)

    async def listen(self, url: str, ready: asyncio.Event | None = None) -> None:
        """Hear messages until cancelled, coming back whenever the database does."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    libpq_url(url), autocommit=True
                ) as connection:
                    await connection.execute("select pg_advisory_lock(%s)", (self.lock_key,))
                    await connection.execute(f"listen {CHANNEL}")
                    self.online = True
                    self._tell("reconnected", None)
                    if ready is not None:
                        ready.set()
                    await self._hear_all(connection)
            except (psycopg.OperationalError, TimeoutError):
                log.debug("the notification connection broke; reconnecting")
            finally:
                self.online = False
            await asyncio.sleep(0.25)

    async def _hear_all(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            async for message in connection.notifies(timeout=ASK_EVERY):
                self._hear(message.payload)
            async with asyncio.timeout(ANSWER_WITHIN):
                await connection.execute("select 1")

    def _hear(self, payload: str) -> None:
        try:
            topic, *payloads = orjson.loads(payload)
        except (TypeError, ValueError):
            log.warning("a notification on the channel %s is not dost's", CHANNEL)
            return
        for data in payloads:
            self._tell(topic, data)

    def _tell(self, topic: str, payload: Any) -> None:
        for listener in self._listeners.get(topic, ()):
            try:
                listener(payload)
            except Exception as error:
                log.warning("news of %s could not be heard: %r", topic, error)
