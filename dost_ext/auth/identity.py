"""Who makes a request: dost's own accounts, or whoever Jupyter let in."""

from __future__ import annotations

import re
from typing import Any

from jupyter_server.auth import IdentityProvider
from jupyter_server.auth import User as JupyterUser
from jupyter_server.base.handlers import APIHandler
from traitlets import default

from dost_ext.auth.service import AccountService
from dost_ext.auth.sessions import KEY_PREFIX, REFRESH_LIFE, SessionService, SignedInTokens
from dost_ext.core.scopes import Principal


def cookie_name(handler: APIHandler, purpose: str) -> str:
    """A name of its own for each port and path, so that two servers on one host keep apart."""
    place = re.sub(r"[^A-Za-z0-9]+", "-", f"{handler.request.host}{handler.base_url}").strip("-")
    return f"dost-{purpose}-{place}"


def has_session_cookie(handler: APIHandler) -> bool:
    """Whether the browser holds a session, valid or not."""
    return handler.get_cookie(cookie_name(handler, "access")) is not None


def bearer(handler: APIHandler) -> str | None:
    """The bearer token of the request."""
    scheme, _, token = str(handler.request.headers.get("Authorization", "")).partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


class AccountIdentifier:
    """Finds the principal of a bearer token, an API key or the page's cookie."""

    def __init__(self, sessions: SessionService) -> None:
        self._sessions = sessions

    async def principal_of(self, handler: APIHandler) -> Principal | None:
        """The principal, found once a request."""
        found: dict[str, Principal | None] = handler.__dict__
        if "dost_principal" not in found:
            found["dost_principal"] = await self._find(handler)
        return found["dost_principal"]

    async def _find(self, handler: APIHandler) -> Principal | None:
        token = bearer(handler)
        if token is None:
            cookie = handler.get_cookie(cookie_name(handler, "access"))
            return await self._sessions.principal_of_token(cookie) if cookie else None
        # A bearer cannot be sent by another site's page, so XSRF and Origin do not matter.
        handler.__dict__["_token_authenticated"] = True
        if token.startswith(KEY_PREFIX):
            return await self._sessions.principal_of_key(token)
        return await self._sessions.principal_of_token(token)


class LocalIdentifier:
    """Whoever Jupyter let in is the one owner."""

    def __init__(self, accounts: AccountService) -> None:
        self._accounts = accounts
        self._owner: Principal | None = None

    async def principal_of(self, handler: APIHandler) -> Principal | None:
        """The owner, for every request that Jupyter authenticated."""
        if handler.current_user is None:
            return None
        if self._owner is None:
            self._owner = await self._accounts.local_owner()
        return self._owner


class DostIdentityProvider(IdentityProvider):
    """Jupyter Server's identity, taken from dost's accounts: one sign-in covers every handler."""

    async def get_user(self, handler: Any) -> JupyterUser | None:
        """The signed-in account as a Jupyter user."""
        principal = await handler.settings["dost_identifier"].principal_of(handler)
        if principal is None:
            return None
        return JupyterUser(username=str(principal.user_id), name=principal.username)

    @default("token")
    def _no_token(self) -> str:
        return ""

    def get_handlers(self) -> list[tuple[str, object]]:
        """None of Jupyter's own sign-in pages."""
        return []

    @property
    def auth_enabled(self) -> bool:
        """Accounts are always on."""
        return True

    @property
    def login_available(self) -> bool:
        """dost's page is where people sign in, not Jupyter's."""
        return False


def set_cookies(handler: APIHandler, tokens: SignedInTokens) -> None:
    """Give the page its tokens, out of reach of scripts and of other sites."""
    options: dict[str, Any] = {
        "httponly": True,
        "samesite": "Strict",
        "secure": handler.request.protocol == "https",
    }
    days = REFRESH_LIFE.days
    base = f"{handler.base_url}dost/"
    handler.set_cookie(
        cookie_name(handler, "access"), tokens.access, path=base, expires_days=days, **options
    )
    if tokens.refresh is not None:
        handler.set_cookie(
            cookie_name(handler, "refresh"),
            tokens.refresh,
            path=f"{base}api/v1/auth/",
            expires_days=days,
            **options,
        )


def clear_cookies(handler: APIHandler) -> None:
    """Take the tokens back from the page."""
    base = f"{handler.base_url}dost/"
    handler.clear_cookie(cookie_name(handler, "access"), path=base)
    handler.clear_cookie(cookie_name(handler, "refresh"), path=f"{base}api/v1/auth/")
