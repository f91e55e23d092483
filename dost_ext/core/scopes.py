"""The whole permission model: scopes, roles as lists of scopes, and `can`."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

PUBLIC = "public"

SCOPES = {
    PUBLIC: "Anyone, signed in or not",
    "account": "See and manage one's own account, sessions and settings",
    "api_keys": "Make and revoke API keys for one's own account",
    "conversations:read": "Read one's own conversations",
    "conversations:write": "Create, change and delete one's own conversations",
    "chat": "Have a model answer",
    "code:run": "Run code in kernels of one's own, in a sandbox",
    "code:run_unsandboxed": "Run code where there is no sandbox, with all that the server may do",
    "prompts:read": "Read one's own prompts and those that others share",
    "prompts:write": "Create, change, share and delete one's own prompts",
    "documents:read": "Read and search one's own documents and those that others share",
    "documents:write": "Send, share and delete documents and collections of one's own",
    "web": "Search the web and read its pages",
    "models:read": "See the models one may use",
    "admin:providers": "Connect and change model providers",
    "admin:users": "See accounts, make them, change their role, delete them",
    "admin:settings": "Change the settings of the whole server",
}

_USER = frozenset(s for s in SCOPES if not s.startswith("admin:")) - {"code:run_unsandboxed"}

ROLES: dict[str, frozenset[str]] = {
    "admin": frozenset(SCOPES),
    "user": _USER,
    "pending": frozenset({PUBLIC, "account"}),
}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who makes a request, and by which session or key."""

    user_id: UUID
    username: str
    role: str
    session_id: UUID | None = None
    by_key: bool = False

    @property
    def scopes(self) -> frozenset[str]:
        """What this role permits; an unknown role permits nothing.

        A key makes no keys: one that is stolen must not outlive its revocation or its expiry.
        """
        scopes = ROLES.get(self.role, frozenset())
        return scopes - {"api_keys"} if self.by_key else scopes


def can(principal: Principal | None, scope: str, owner: UUID | None = None) -> bool:
    """Whether `principal` may do `scope`, to a thing of `owner` where one is named."""
    if scope == PUBLIC:
        return True
    if principal is None or scope not in principal.scopes:
        return False
    return owner is None or owner == principal.user_id


def known_scope(scope: str) -> str:
    """`scope` itself, or a ValueError at import where a verb names one that does not exist."""
    if scope not in SCOPES:
        raise ValueError(f"Unknown scope {scope!r}: name it in dost_ext/core/scopes.py first")
    return scope
