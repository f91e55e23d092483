"""The queries of accounts, sessions and API keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, cast, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.auth.tables import api_keys, sessions, users
from dost_ext.core.database import Record
from dost_ext.core.errors import Conflict, InvalidRequest

# Held while the first account is made, so that two cannot both be the first.
FIRST_ACCOUNT_LOCK = 0x646F7374_0001


async def lock_first_account(connection: AsyncConnection) -> None:
    """Let one transaction at a time decide whether an account is the first."""
    await connection.execute(text("select pg_advisory_xact_lock(:k)"), {"k": FIRST_ACCOUNT_LOCK})


async def any_account(connection: AsyncConnection) -> bool:
    """Whether anyone can sign in; the owner of a Jupyter server has no password."""
    found = select(users.c.id).where(users.c.password_hash.is_not(None)).exists()
    return bool(await connection.scalar(select(found)))


async def add_user(connection: AsyncConnection, **values: Any) -> Record:
    """Insert an account. Raises `Conflict` when the name is taken, whatever its case."""
    try:
        result = await connection.execute(insert(users).values(**values).returning(users))
    except IntegrityError as error:
        raise Conflict("This username is taken.", code="username_taken") from error
    row: Record = result.one()
    return row


async def user_by_name(connection: AsyncConnection, username: str) -> Record | None:
    """The account of that name, whatever its case."""
    # The database lowers both: Python lowers some letters (Σ, İ) otherwise.
    query = select(users).where(func.lower(users.c.username) == func.lower(username))
    row: Record | None = (await connection.execute(query)).one_or_none()
    return row


async def ids_of_names(
    connection: AsyncConnection, usernames: Sequence[str], *, field: str
) -> set[UUID]:
    """The accounts of those names, whatever their case.

    Raises:
        InvalidRequest: There is none of that name; `field` says where it stood.
    """
    # The database lowers them all, as above.
    named = func.unnest(cast(usernames, ARRAY(Text))).table_valued("name")
    same = func.lower(users.c.username) == func.lower(named.c.name)
    query = select(named.c.name, users.c.id).select_from(named.outerjoin(users, same))
    found = {row.name: row.id for row in await connection.execute(query)}
    for name, user_id in found.items():
        if user_id is None:
            raise InvalidRequest(f"{field}: there is no user named {name!r}", code="unknown_user")
    return set(found.values())


async def user_by_id(connection: AsyncConnection, user_id: UUID) -> Record | None:
    """The account of that id."""
    query = select(users).where(users.c.id == user_id)
    row: Record | None = (await connection.execute(query)).one_or_none()
    return row


async def update_user(connection: AsyncConnection, user_id: UUID, **values: Any) -> Record | None:
    """Change an account."""
    query = update(users).where(users.c.id == user_id).values(**values).returning(users)
    row: Record | None = (await connection.execute(query)).one_or_none()
    return row


async def save_settings(
    connection: AsyncConnection, user_id: UUID, settings: dict[str, Any], *, whole: bool
) -> None:
    """Replace an account's settings, or else only those given."""
    given = cast(settings, JSONB)
    value = given if whole else users.c.settings.op("||")(given)
    await connection.execute(update(users).where(users.c.id == user_id).values(settings=value))


async def delete_user(connection: AsyncConnection, user_id: UUID) -> bool:
    """Delete an account and, by the foreign keys, all it owns."""
    return bool((await connection.execute(delete(users).where(users.c.id == user_id))).rowcount)


async def list_users(connection: AsyncConnection) -> Sequence[Record]:
    """Every account, oldest first."""
    return (await connection.execute(select(users).order_by(users.c.id))).all()


async def admin_ids(connection: AsyncConnection) -> set[UUID]:
    """The admins; their rows stay locked until the transaction ends."""
    query = select(users.c.id).where(users.c.role == "admin").with_for_update()
    return set((await connection.execute(query)).scalars())


async def others_exist(connection: AsyncConnection, but: UUID) -> bool:
    """Whether there is any account besides `but`."""
    other = select(users.c.id).where(users.c.id != but).exists()
    return bool(await connection.scalar(select(other)))


async def add_session(connection: AsyncConnection, **values: Any) -> None:
    """Insert a session."""
    await connection.execute(insert(sessions).values(**values))


async def session_with_user(
    connection: AsyncConnection, session_id: UUID, *, lock: bool = False
) -> Record | None:
    """A session that has not been revoked, with its account."""
    query = (
        select(
            sessions.c.id.label("session_id"),
            sessions.c.generation,
            sessions.c.rotated_at,
            sessions.c.expires_at,
            users,
        )
        .join(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.id == session_id)
    )
    if lock:
        query = query.with_for_update(of=sessions)
    row: Record | None = (await connection.execute(query)).one_or_none()
    return row


async def rotate_session(
    connection: AsyncConnection, session_id: UUID, now: datetime, expires_at: datetime
) -> int:
    """Count the session's refresh token one up; the new generation."""
    query = (
        update(sessions)
        .where(sessions.c.id == session_id)
        .values(generation=sessions.c.generation + 1, rotated_at=now, expires_at=expires_at)
        .returning(sessions.c.generation)
    )
    return int((await connection.execute(query)).scalar_one())


async def list_sessions(
    connection: AsyncConnection, user_id: UUID, now: datetime
) -> Sequence[Record]:
    """The account's sessions, newest first."""
    query = (
        select(sessions)
        .where(sessions.c.user_id == user_id, sessions.c.expires_at > now)
        .order_by(sessions.c.rotated_at.desc())
    )
    return (await connection.execute(query)).all()


async def revoke_sessions(
    connection: AsyncConnection,
    user_id: UUID,
    *,
    only: UUID | None = None,
    but: UUID | None = None,
) -> list[UUID]:
    """Delete the account's sessions: one, all, or all but one. The ids of those deleted."""
    query = delete(sessions).where(sessions.c.user_id == user_id).returning(sessions.c.id)
    if only is not None:
        query = query.where(sessions.c.id == only)
    if but is not None:
        query = query.where(sessions.c.id != but)
    return list((await connection.execute(query)).scalars())


async def add_api_key(connection: AsyncConnection, **values: Any) -> Record:
    """Insert an API key."""
    result = await connection.execute(insert(api_keys).values(**values).returning(api_keys))
    row: Record = result.one()
    return row


async def list_api_keys(connection: AsyncConnection, user_id: UUID) -> Sequence[Record]:
    """The account's API keys, oldest first."""
    query = select(api_keys).where(api_keys.c.user_id == user_id).order_by(api_keys.c.id)
    return (await connection.execute(query)).all()


async def delete_api_key(connection: AsyncConnection, user_id: UUID, key_id: UUID) -> bool:
    """Delete one of the account's API keys."""
    query = delete(api_keys).where(api_keys.c.id == key_id, api_keys.c.user_id == user_id)
    return bool((await connection.execute(query)).rowcount)


async def user_of_api_key(connection: AsyncConnection, digest: bytes) -> Record | None:
    """The account a key belongs to, with the key's expiry as `key_expires_at`."""
    query = (
        select(users, api_keys.c.id.label("key_id"), api_keys.c.expires_at.label("key_expires_at"))
        .join(users, users.c.id == api_keys.c.user_id)
        .where(api_keys.c.hash == digest)
    )
    row: Record | None = (await connection.execute(query)).one_or_none()
    return row
