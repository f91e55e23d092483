"""The rules of accounts: who may have one, how a session lives, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.auth import background_store, schemas, store
from dost_ext.auth.attempts import Attempts
from dost_ext.auth.passwords import Passwords
from dost_ext.auth.sessions import SessionService, SignedInTokens
from dost_ext.auth.user_settings import UserSettings
from dost_ext.core.clock import Clock
from dost_ext.core.database import Database, Record
from dost_ext.core.errors import Conflict, Forbidden, NotFound, Unauthenticated
from dost_ext.core.ids import new_id
from dost_ext.core.notifications import publish
from dost_ext.core.scopes import ROLES, Principal
from dost_ext.core.settings import ServerSettingsService

LOCAL_OWNER = "owner"
ONLY_ADMIN = "This is the only administrator. Make someone else one first."


@dataclass(frozen=True, slots=True)
class Device:
    """Where a sign-in comes from."""

    user_agent: str
    ip: str


class AccountService:
    """Registers, signs in and changes accounts."""

    def __init__(
        self,
        database: Database,
        sessions: SessionService,
        passwords: Passwords,
        settings: ServerSettingsService,
        user_settings: UserSettings,
        clock: Clock,
    ) -> None:
        self._database = database
        self._sessions = sessions
        self._passwords = passwords
        self._settings = settings
        self._user_settings = user_settings
        self._attempts = Attempts(clock)

    async def any_account(self) -> bool:
        """Whether anyone has an account yet."""
        async with self._database.begin() as connection:
            return await store.any_account(connection)

    async def register(
        self, wanted: schemas.Register, device: Device
    ) -> tuple[schemas.User, SignedInTokens]:
        """Make an account and sign it in. The first of the server becomes the admin.

        Raises `Forbidden` when sign-up is closed, `Conflict` when the name is taken.
        """
        policy = await self._settings.get()
        if policy.sign_up == "closed" and await self.any_account():
            raise Forbidden("Sign-up is closed. Ask an administrator for an account.")
        password_hash = await self._passwords.hash(wanted.password)
        async with self._database.begin() as connection:
            await store.lock_first_account(connection)
            first = not await store.any_account(connection)
            if not first and wanted.username.lower() == LOCAL_OWNER:
                # Beside `jupyter lab` on the same data, it is the account of whoever started that.
                raise Conflict("This username is taken.", code="username_taken")
            row = await self._insert(
                connection,
                wanted,
                password_hash,
                "admin" if first else policy.default_role,
            )
            tokens = await self._sessions.open(connection, row.id, device.user_agent, device.ip)
        return user_of(row), tokens

    async def add(self, wanted: schemas.Register, role: str | None = None) -> schemas.User:
        """Make an account for somebody; the first is an admin unless a role is named.

        Raises `Conflict` when the name is taken.
        """
        password_hash = await self._passwords.hash(wanted.password)
        async with self._database.begin() as connection:
            await store.lock_first_account(connection)
            first = not await store.any_account(connection)
            chosen = role or ("admin" if first else "user")
            return user_of(await self._insert(connection, wanted, password_hash, chosen))

    async def _insert(
        self, connection: AsyncConnection, wanted: schemas.Register, hashed: str, role: str
    ) -> Record:
        return await store.add_user(
            connection,
            id=new_id(),
            username=wanted.username,
            email=wanted.email,
            display_name=wanted.display_name or wanted.username,
            password_hash=hashed,
            role=role,
        )

    async def log_in(
        self, given: schemas.LogIn, device: Device
    ) -> tuple[schemas.User, SignedInTokens]:
        """Sign in. One sentence for an unknown name and a wrong password; too many are refused."""
        username = schemas.same_name(given.username.replace("\x00", ""))
        async with self._database.begin() as connection:
            row = await store.user_by_name(connection, username)
        # All spellings of an account's name count as one.
        name = username if row is None else row.username
        self._attempts.begin(name, device.ip)
        stored = row.password_hash if row is not None else None
        if not await self._passwords.verify(stored, given.password) or row is None:
            raise Unauthenticated("The username or the password is wrong.", code="wrong_password")
        self._attempts.succeeded(name, device.ip)
        renewed = await self._renewed_hash(row.password_hash, given.password)
        async with self._database.begin() as connection:
            if renewed is not None:
                await store.update_user(connection, row.id, password_hash=renewed)
            tokens = await self._sessions.open(connection, row.id, device.user_agent, device.ip)
        return user_of(row), tokens

    async def _renewed_hash(self, stored: str, password: str) -> str | None:
        if not self._passwords.outdated(stored):
            return None
        return await self._passwords.hash(password)

    async def me(self, principal: Principal) -> schemas.User:
        """The caller's account."""
        async with self._database.begin() as connection:
            row = await store.user_by_id(connection, principal.user_id)
        if row is None:
            raise Unauthenticated
        return user_of(row)

    async def update_profile(
        self, principal: Principal, changes: schemas.UpdateProfile
    ) -> schemas.User:
        """Change the caller's display name or e-mail address."""
        values = changes.model_dump(exclude_unset=True)
        if values.get("display_name", "") is None:
            values["display_name"] = principal.username
        async with self._database.begin() as connection:
            row = (
                await store.update_user(connection, principal.user_id, **values)
                if values
                else await store.user_by_id(connection, principal.user_id)
            )
        if row is None:
            raise Unauthenticated
        return user_of(row)

    async def change_password(
        self, principal: Principal, change: schemas.ChangePassword, device: Device
    ) -> None:
        """Set a new password and revoke every session but the caller's."""
        await self._confirm_password(principal, change.current_password, device)
        hashed = await self._passwords.hash(change.new_password)
        async with self._database.begin() as connection:
            await store.update_user(connection, principal.user_id, password_hash=hashed)
            ended = await self._sessions.revoke(
                connection, principal.user_id, but=principal.session_id
            )
        self._sessions.ended(ended)

    async def reset_password(self, username: str, password: str) -> None:
        """Set someone's password from the command line and revoke all their sessions."""
        hashed = await self._passwords.hash(password)
        async with self._database.begin() as connection:
            row = await store.user_by_name(connection, username)
            if row is None:
                raise NotFound(f"There is no account named {username!r}.")
            await store.update_user(connection, row.id, password_hash=hashed)
            ended = await self._sessions.revoke(connection, row.id)
        self._sessions.ended(ended)

    async def delete_own(self, principal: Principal, password: str, device: Device) -> None:
        """Delete the caller's account and all it owns."""
        await self._confirm_password(principal, password, device)
        await self.delete(principal.user_id)

    async def _confirm_password(self, principal: Principal, password: str, device: Device) -> None:
        self._attempts.begin(principal.username, device.ip)
        async with self._database.begin() as connection:
            row = await store.user_by_id(connection, principal.user_id)
        if row is None or not await self._passwords.verify(row.password_hash, password):
            raise Forbidden("The current password is wrong.", code="wrong_password")
        self._attempts.succeeded(principal.username, device.ip)

    async def users(self) -> list[schemas.User]:
        """Every account, oldest first."""
        async with self._database.begin() as connection:
            return [user_of(row) for row in await store.list_users(connection)]

    async def user(self, user_id: UUID) -> schemas.User:
        """An account. Raises `NotFound`."""
        async with self._database.begin() as connection:
            row = await store.user_by_id(connection, user_id)
        if row is None:
            raise NotFound
        return user_of(row)

    async def set_role(self, user_id: UUID, role: str) -> schemas.User:
        """Give someone another role; their open streams close at once.

        Raises `Conflict` when the server would be left without an admin.
        """
        async with self._database.begin() as connection:
            # Not even a last account: without an admin nobody could make one again.
            if role != "admin" and await store.admin_ids(connection) == {user_id}:
                raise Conflict(ONLY_ADMIN)
            row = await store.update_user(connection, user_id, role=role)
            if row is None:
                raise NotFound
            await publish(connection, "user", str(user_id))
        self._sessions.forget_user(user_id)
        return user_of(row)

    async def delete(self, user_id: UUID) -> None:
        """Delete an account and all it owns; its sessions end at once."""
        async with self._database.begin() as connection:
            only_admin = await store.admin_ids(connection) == {user_id}
            if only_admin and await store.others_exist(connection, user_id):
                raise Conflict(ONLY_ADMIN)
            if not await store.delete_user(connection, user_id):
                raise NotFound
            await publish(connection, "user", str(user_id))
            await publish(connection, "account_deleted", str(user_id))
        self._sessions.forget_user(user_id)

    async def settings(self, principal: Principal) -> dict[str, Any]:
        """The caller's own settings, as stored, and which picture is behind the page."""
        async with self._database.begin() as connection:
            return await self._settings_of(connection, principal)

    async def save_settings(
        self, principal: Principal, settings: dict[str, Any], *, whole: bool = True
    ) -> dict[str, Any]:
        """Replace the caller's own settings, or else only those given. The settings after it."""
        async with self._database.begin() as connection:
            await store.save_settings(connection, principal.user_id, settings, whole=whole)
            await publish(connection, "user_settings", str(principal.user_id))
            saved = await self._settings_of(connection, principal)
        self._user_settings.forget(principal.user_id)
        return saved

    async def _settings_of(
        self, connection: AsyncConnection, principal: Principal
    ) -> dict[str, Any]:
        row = await store.user_by_id(connection, principal.user_id)
        picture = await background_store.version(connection, principal.user_id)
        return {**(row.settings if row is not None else {}), "background": picture}

    async def renewed(self, principal: Principal) -> Principal:
        """Who the caller is now. Raises `Forbidden` where the account is gone."""
        async with self._database.begin() as connection:
            row = await store.user_by_id(connection, principal.user_id)
        if row is None:
            raise Forbidden
        return replace(principal, username=row.username, role=row.role)

    async def local_owner(self) -> Principal:
        """The one account of a server where Jupyter signs people in; made when absent."""
        async with self._database.begin() as connection:
            await store.lock_first_account(connection)
            row = await store.user_by_name(connection, LOCAL_OWNER)
            if row is None:
                # Nobody can sign in to it with a password, for it has none.
                row = await store.add_user(
                    connection,
                    id=new_id(),
                    username=LOCAL_OWNER,
                    display_name=LOCAL_OWNER,
                    role="admin",
                )
        return Principal(row.id, row.username, row.role)


def user_of(row: Record) -> schemas.User:
    """An account row as its owner sees it."""
    return schemas.User(
        id=row.id,
        username=row.username,
        email=row.email,
        display_name=row.display_name,
        role=row.role,
        permissions=sorted(ROLES.get(row.role, frozenset())),
    )
