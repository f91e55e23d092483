"""Sessions: opened, refreshed, looked up for every request, and revoked at once everywhere."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.auth import schemas, store
from dost_ext.auth.tokens import Token, Tokens
from dost_ext.core.clock import Clock
from dost_ext.core.database import Database, Record
from dost_ext.core.errors import NotFound, Unauthenticated
from dost_ext.core.ids import new_id
from dost_ext.core.notifications import IDS_A_NOTIFICATION, Notifications, publish
from dost_ext.core.scopes import Principal
from dost_ext.core.streams import Streams

ACCESS_LIFE = timedelta(minutes=15)
REFRESH_LIFE = timedelta(days=30)
# Two tabs that refresh in the same moment look like a stolen token; this long they do not.
ROTATION_GRACE = timedelta(seconds=10)
KEY_PREFIX = "dost_"
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class SignedInTokens:
    """What a client gets to hold; no refresh token where the one it has stays good."""

    access: str
    refresh: str | None


@dataclass(frozen=True, slots=True)
class _Known:
    principal: Principal
    expires_at: datetime | None


class SessionService:
    """The sessions and API keys of all accounts.

    Who a session or key belongs to is remembered while this process hears of revocations, so a
    request costs no query.
    """

    def __init__(
        self,
        database: Database,
        notifications: Notifications,
        tokens: Tokens,
        streams: Streams,
        clock: Clock,
    ) -> None:
        self._database = database
        self._notifications = notifications
        self._tokens = tokens
        self._streams = streams
        self._clock = clock
        self._known: dict[UUID | bytes, _Known] = {}
        # Counts what was forgotten: what was read before must not be remembered after.
        self._forgotten = 0
        notifications.on("session", lambda ids: self.ended(map(UUID, ids)))
        notifications.on("user", lambda user_id: self.forget_user(UUID(user_id)))
        notifications.on("reconnected", lambda _: self._forget_all())

    async def open(
        self, connection: AsyncConnection, user_id: UUID, user_agent: str, ip: str
    ) -> SignedInTokens:
        """Begin a session."""
        now = self._clock()
        token = Token(user_id, new_id(), 1)
        await store.add_session(
            connection,
            id=token.session_id,
            user_id=user_id,
            created_at=now,
            rotated_at=now,
            expires_at=now + REFRESH_LIFE,
            user_agent=user_agent[:300],
            ip=ip,
        )
        return SignedInTokens(self._access(token, now), self._refresh(token, now))

    async def refresh(self, encoded: str) -> tuple[Record, SignedInTokens]:
        """Rotate a refresh token.

        A token that was spent longer than `ROTATION_GRACE` ago revokes its whole session: either
        its owner or a thief is using a copy. Raises `Unauthenticated`.
        """
        now = self._clock()
        token = self._tokens.read(encoded, "refresh", now)
        async with self._database.begin() as connection:
            row = await store.session_with_user(connection, token.session_id, lock=True)
            if row is None or row.expires_at <= now:
                raise Unauthenticated
            if token.generation == row.generation:
                generation = await store.rotate_session(
                    connection, token.session_id, now, now + REFRESH_LIFE
                )
                fresh = Token(row.id, token.session_id, generation)
                return row, SignedInTokens(self._access(fresh, now), self._refresh(fresh, now))
            just_spent = token.generation == row.generation - 1
            if just_spent and now - row.rotated_at <= ROTATION_GRACE:
                return row, SignedInTokens(self._access(token, now), None)
            ended = await self.revoke(connection, row.id, only=token.session_id)
        self.ended(ended)
        raise Unauthenticated("This session was ended because its token was used twice.")

    def _access(self, token: Token, now: datetime) -> str:
        return self._tokens.issue(token, "access", now, ACCESS_LIFE)

    def _refresh(self, token: Token, now: datetime) -> str:
        return self._tokens.issue(token, "refresh", now, REFRESH_LIFE)

    async def principal_of_token(self, encoded: str) -> Principal | None:
        """Who an access token speaks for; None when it is not valid or its session has ended."""
        try:
            token = self._tokens.read(encoded, "access", self._clock())
        except Unauthenticated:
            return None
        if (known := self._remembered(token.session_id)) is not None:
            return known
        forgotten = self._forgotten
        async with self._database.begin() as connection:
            row = await store.session_with_user(connection, token.session_id)
        if row is None or row.id != token.user_id or row.expires_at <= self._clock():
            return None
        principal = Principal(row.id, row.username, row.role, token.session_id)
        self._remember(token.session_id, principal, row.expires_at, forgotten)
        return principal

    async def principal_of_key(self, key: str) -> Principal | None:
        """Who an API key speaks for."""
        digest = _digest(key)
        if (known := self._remembered(digest)) is not None:
            return known
        forgotten = self._forgotten
        async with self._database.begin() as connection:
            row = await store.user_of_api_key(connection, digest)
        if row is None or (row.key_expires_at and row.key_expires_at <= self._clock()):
            return None
        principal = Principal(row.id, row.username, row.role, by_key=True)
        self._remember(digest, principal, row.key_expires_at, forgotten)
        return principal

    def _remembered(self, key: UUID | bytes) -> Principal | None:
        known = self._known.get(key) if self._notifications.online else None
        if known is None or (known.expires_at and known.expires_at <= self._clock()):
            return None
        return known.principal

    def _remember(
        self, key: UUID | bytes, principal: Principal, until: datetime | None, forgotten: int
    ) -> None:
        if forgotten != self._forgotten:
            return
        if len(self._known) >= REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[key] = _Known(principal, until)

    async def revoke(
        self,
        connection: AsyncConnection,
        user_id: UUID,
        *,
        only: UUID | None = None,
        but: UUID | None = None,
    ) -> Sequence[UUID]:
        """End sessions of an account: one, all, or all but one; which ended.

        Call `ended` with them once the transaction has committed.
        """
        ended = await store.revoke_sessions(connection, user_id, only=only, but=but)
        ids = [str(session_id) for session_id in ended]
        for start in range(0, len(ids), IDS_A_NOTIFICATION):
            await publish(connection, "session", ids[start : start + IDS_A_NOTIFICATION])
        return ended

    async def log_out(self, principal: Principal) -> None:
        """End the caller's session."""
        if principal.session_id is not None:
            await self.revoke_one(principal, principal.session_id)

    async def revoke_one(self, principal: Principal, session_id: UUID) -> None:
        """End one of the caller's sessions. Raises `NotFound` for any other's."""
        async with self._database.begin() as connection:
            if not await self.revoke(connection, principal.user_id, only=session_id):
                raise NotFound
        self.ended([session_id])

    def ended(self, session_ids: Iterable[UUID]) -> None:
        """Forget sessions that were revoked and close their streams, now and in this process.

        The others hear of it a moment later, and so does this one.
        """
        self._forgotten += 1
        for session_id in session_ids:
            self._known.pop(session_id, None)
            self._streams.close_session(session_id)

    def _forget_all(self) -> None:
        self._forgotten += 1
        self._known.clear()

    def forget_user(self, user_id: UUID) -> None:
        """An account changed or is gone: look it up anew, and close its streams."""
        self._forgotten += 1
        for key in [k for k, v in self._known.items() if v.principal.user_id == user_id]:
            del self._known[key]
        self._streams.close_user(user_id)

    async def list(self, principal: Principal) -> schemas.Sessions:
        """The caller's sessions, last used first."""
        async with self._database.begin() as connection:
            rows = await store.list_sessions(connection, principal.user_id, self._clock())
        return schemas.Sessions(
            items=[
                schemas.Session(
                    id=row.id,
                    user_agent=row.user_agent,
                    ip=row.ip,
                    created_at=row.created_at,
                    last_seen_at=row.rotated_at,
                    current=row.id == principal.session_id,
                )
                for row in rows
            ]
        )

    async def create_key(
        self, principal: Principal, wanted: schemas.CreateApiKey
    ) -> schemas.NewApiKey:
        """Make an API key; only its hash is kept."""
        key = KEY_PREFIX + secrets.token_urlsafe(32)
        async with self._database.begin() as connection:
            row = await store.add_api_key(
                connection,
                id=new_id(),
                user_id=principal.user_id,
                name=wanted.name,
                hash=_digest(key),
                hint=key[:9],
                created_at=self._clock(),
                expires_at=wanted.expires_at,
            )
        return schemas.NewApiKey(**_key_of(row).model_dump(), key=key)

    async def keys(self, principal: Principal) -> schemas.ApiKeys:
        """The caller's API keys."""
        async with self._database.begin() as connection:
            rows = await store.list_api_keys(connection, principal.user_id)
        return schemas.ApiKeys(items=[_key_of(row) for row in rows])

    async def delete_key(self, principal: Principal, key_id: UUID) -> None:
        """Revoke one of the caller's API keys at once, everywhere."""
        async with self._database.begin() as connection:
            if not await store.delete_api_key(connection, principal.user_id, key_id):
                raise NotFound
            await publish(connection, "user", str(principal.user_id))
        self.forget_user(principal.user_id)


def _digest(key: str) -> bytes:
    # The key is 256 random bits, so one round of SHA-256 is all it takes.
    return hashlib.sha256(key.encode()).digest()


def _key_of(row: Record) -> schemas.ApiKey:
    return schemas.ApiKey(
        id=row.id,
        name=row.name,
        hint=row.hint,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
