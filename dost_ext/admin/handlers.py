"""The routes of administration."""

from __future__ import annotations

from dost_ext.admin import schemas
from dost_ext.auth.schemas import User
from dost_ext.auth.service import AccountService
from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.core.ids import parse_id
from dost_ext.core.settings import ServerSettings, ServerSettingsService


class ServerSettingsHandler(ApiHandler):
    """The server's settings."""

    def initialize(self, settings: ServerSettingsService) -> None:
        """Take the service."""
        self.server_settings = settings

    @operation("admin:settings", returns=ServerSettings)
    async def get(self) -> ServerSettings:
        """The settings of the whole server."""
        return await self.server_settings.get()

    @operation("admin:settings", body=schemas.ChangeServerSettings, returns=ServerSettings)
    async def patch(self, body: schemas.ChangeServerSettings) -> ServerSettings:
        """Change some settings of the whole server."""
        return await self.server_settings.change(body.model_dump(exclude_unset=True))


class UsersHandler(ApiHandler):
    """Every account."""

    def initialize(self, accounts: AccountService) -> None:
        """Take the service."""
        self.accounts = accounts

    @operation("admin:users", returns=schemas.Users)
    async def get(self) -> schemas.Users:
        """Every account, oldest first."""
        return schemas.Users(items=await self.accounts.users())

    @operation("admin:users", body=schemas.AddUser, returns=User, status=201, in_local_mode=False)
    async def post(self, body: schemas.AddUser) -> User:
        """Make an account for somebody, whether or not sign-up is open."""
        return await self.accounts.add(body, body.role)


class UserHandler(ApiHandler):
    """One account."""

    def initialize(self, accounts: AccountService) -> None:
        """Take the service."""
        self.accounts = accounts

    @operation("admin:users", returns=User)
    async def get(self, user_id: str) -> User:
        """An account."""
        return await self.accounts.user(parse_id(user_id))

    @operation("admin:users", body=schemas.ChangeUser, returns=User, in_local_mode=False)
    async def patch(self, user_id: str, body: schemas.ChangeUser) -> User:
        """Give someone another role."""
        return await self.accounts.set_role(parse_id(user_id), body.role)

    @operation("admin:users", in_local_mode=False)
    async def delete(self, user_id: str) -> None:
        """Delete someone's account and all it owns."""
        await self.accounts.delete(parse_id(user_id))


def routes(accounts: AccountService, settings: ServerSettingsService) -> list[Route]:
    """The routes of this feature."""
    return [
        Route("admin/settings", ServerSettingsHandler, {"settings": settings}),
        Route("admin/users", UsersHandler, {"accounts": accounts}),
        Route("admin/users/{id}", UserHandler, {"accounts": accounts}),
    ]
