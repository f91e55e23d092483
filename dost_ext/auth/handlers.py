"""The routes of accounts, sessions, API keys and one's own settings."""

from __future__ import annotations

from dost_ext.auth import schemas
from dost_ext.auth.identity import clear_cookies, cookie_name, set_cookies
from dost_ext.auth.service import AccountService, Device, user_of
from dost_ext.auth.sessions import ACCESS_LIFE, SessionService, SignedInTokens
from dost_ext.core.errors import Unauthenticated
from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.core.ids import parse_id
from dost_ext.core.scopes import PUBLIC


class AuthHandler(ApiHandler):
    """What the handlers of this feature share."""

    def initialize(self, accounts: AccountService, sessions: SessionService) -> None:
        """Take the services."""
        self.accounts = accounts
        self.sessions = sessions

    @property
    def device(self) -> Device:
        """Where the request comes from."""
        agent = self.request.headers.get("User-Agent", "")
        return Device(agent.replace("\x00", ""), self.request.remote_ip or "")

    def signed_in(self, user: schemas.User, tokens: SignedInTokens) -> schemas.SignedIn:
        """The answer to a sign-in: the token in the body, and cookies for the page."""
        set_cookies(self, tokens)
        return schemas.SignedIn(
            user=user,
            access_token=tokens.access,
            expires_in=int(ACCESS_LIFE.total_seconds()),
        )


class RegisterHandler(AuthHandler):
    """New accounts."""

    @operation(
        PUBLIC,
        body=schemas.Register,
        returns=schemas.SignedIn,
        status=201,
        in_local_mode=False,
    )
    async def post(self, body: schemas.Register) -> schemas.SignedIn:
        """Make an account and sign it in."""
        return self.signed_in(*await self.accounts.register(body, self.device))


class LogInHandler(AuthHandler):
    """Signing in."""

    @operation(PUBLIC, body=schemas.LogIn, returns=schemas.SignedIn, in_local_mode=False)
    async def post(self, body: schemas.LogIn) -> schemas.SignedIn:
        """Sign in with a username and a password."""
        return self.signed_in(*await self.accounts.log_in(body, self.device))


class RefreshHandler(AuthHandler):
    """Keeping a session."""

    @operation(PUBLIC, returns=schemas.SignedIn, in_local_mode=False)
    async def post(self) -> schemas.SignedIn:
        """Exchange the refresh cookie for a new access token."""
        cookie = self.get_cookie(cookie_name(self, "refresh"))
        if not cookie:
            raise Unauthenticated
        row, tokens = await self.sessions.refresh(cookie)
        return self.signed_in(user_of(row), tokens)


class LogOutHandler(AuthHandler):
    """Signing out."""

    @operation("account", in_local_mode=False)
    async def post(self) -> None:
        """End this session; its tokens and streams end with it."""
        await self.sessions.log_out(self.user)
        clear_cookies(self)


class MeHandler(AuthHandler):
    """One's own account."""

    @operation("account", returns=schemas.User)
    async def get(self) -> schemas.User:
        """Who is signed in, and what they may do."""
        return await self.accounts.me(self.user)

    @operation("account", body=schemas.UpdateProfile, returns=schemas.User)
    async def patch(self, body: schemas.UpdateProfile) -> schemas.User:
        """Change one's display name or e-mail address."""
        return await self.accounts.update_profile(self.user, body)

    @operation("account", body=schemas.DeleteAccount, in_local_mode=False)
    async def delete(self, body: schemas.DeleteAccount) -> None:
        """Delete the account and all it owns."""
        await self.accounts.delete_own(self.user, body.password, self.device)
        clear_cookies(self)


class PasswordHandler(AuthHandler):
    """One's own password."""

    @operation("account", body=schemas.ChangePassword, in_local_mode=False)
    async def post(self, body: schemas.ChangePassword) -> None:
        """Change the password and sign out every other device."""
        await self.accounts.change_password(self.user, body, self.device)


class SessionsHandler(AuthHandler):
    """The devices signed in."""

    @operation("account", returns=schemas.Sessions)
    async def get(self) -> schemas.Sessions:
        """The devices signed in to this account."""
        return await self.sessions.list(self.user)


class SessionHandler(AuthHandler):
    """One device."""

    @operation("account")
    async def delete(self, session_id: str) -> None:
        """Sign one device out."""
        await self.sessions.revoke_one(self.user, parse_id(session_id))


class ApiKeysHandler(AuthHandler):
    """API keys."""

    @operation("api_keys", returns=schemas.ApiKeys)
    async def get(self) -> schemas.ApiKeys:
        """One's API keys, without the keys themselves."""
        return await self.sessions.keys(self.user)

    @operation("api_keys", body=schemas.CreateApiKey, returns=schemas.NewApiKey, status=201)
    async def post(self, body: schemas.CreateApiKey) -> schemas.NewApiKey:
        """Make an API key; the answer is the only place where it is shown."""
        return await self.sessions.create_key(self.user, body)


class ApiKeyHandler(AuthHandler):
    """One API key."""

    @operation("api_keys")
    async def delete(self, key_id: str) -> None:
        """Revoke an API key."""
        await self.sessions.delete_key(self.user, parse_id(key_id))


class SettingsHandler(AuthHandler):
    """One's own settings."""

    @operation("account", returns=schemas.Settings)
    async def get(self) -> schemas.Settings:
        """One's own settings."""
        return schemas.Settings.model_validate(await self.accounts.settings(self.user))

    @operation("account", body=schemas.SaveSettings, returns=schemas.Settings)
    async def put(self, body: schemas.SaveSettings) -> schemas.Settings:
        """Replace one's own settings."""
        saved = await self.accounts.save_settings(self.user, body.model_dump())
        return schemas.Settings.model_validate(saved)

    @operation("account", body=schemas.SaveSettings, returns=schemas.Settings)
    async def patch(self, body: schemas.SaveSettings) -> schemas.Settings:
        """Change some of one's own settings; the others stay."""
        changes = body.model_dump(exclude_unset=True)
        saved = await self.accounts.save_settings(self.user, changes, whole=False)
        return schemas.Settings.model_validate(saved)


def routes(accounts: AccountService, sessions: SessionService) -> list[Route]:
    """The routes of this feature."""
    services = {"accounts": accounts, "sessions": sessions}
    return [
        Route("auth/register", RegisterHandler, services),
        Route("auth/login", LogInHandler, services),
        Route("auth/refresh", RefreshHandler, services),
        Route("auth/logout", LogOutHandler, services),
        Route("auth/me", MeHandler, services),
        Route("auth/password", PasswordHandler, services),
        Route("auth/sessions", SessionsHandler, services),
        Route("auth/sessions/{id}", SessionHandler, services),
        Route("auth/api-keys", ApiKeysHandler, services),
        Route("auth/api-keys/{id}", ApiKeyHandler, services),
        Route("settings", SettingsHandler, services),
    ]
