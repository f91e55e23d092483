"""What crosses the wire about administration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dost_ext.auth.schemas import User
from dost_ext.core.wire import Request, Response


class ChangeServerSettings(Request):
    """Some of the server's settings; those left out stay."""

    sign_up: Literal["open", "closed"] = "open"
    default_role: Literal["user", "pending"] = "user"
    default_model: Annotated[str, Field(max_length=300)] | None = None


class ChangeUser(Request):
    """What an admin changes about an account."""

    role: Literal["admin", "user", "pending"]


class Users(Response):
    """Every account."""

    items: list[User]
