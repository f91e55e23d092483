"""What crosses the wire about accounts."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    field_serializer,
)

from dost_ext.core.params import ChatParams
from dost_ext.core.wire import Request, Response

# Letters and marks by their category that no font shows (Unicode's Default_Ignorable_Code_Point).
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0000-\U000e0fff]"
)


def same_name(name: str) -> str:
    """A name in the one spelling that all ways to type it have (NFKC)."""
    return unicodedata.normalize("NFKC", name)


def _visible(name: str) -> str:
    if _INVISIBLE.search(name):
        raise ValueError("a username must not hold characters that cannot be seen")
    return name


# Usernames are shown, typed and compared without case; no spaces, nothing invisible.
Username = Annotated[
    str,
    BeforeValidator(lambda name: same_name(name) if isinstance(name, str) else name),
    Field(min_length=1, max_length=64, pattern=r"^[\w][\w.@+-]*$"),
    AfterValidator(_visible),
]
# Argon2 reads it all; the cap keeps a megabyte from being hashed.
Password = Annotated[str, Field(min_length=8, max_length=256)]
TypedPassword = Annotated[str, Field(max_length=1024)]
DisplayName = Annotated[str, Field(min_length=1, max_length=100)]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]


class Register(Request):
    """A new account."""

    username: Username
    password: Password
    email: Email | None = None
    display_name: DisplayName | None = None


class LogIn(Request):
    """A username and its password."""

    username: Annotated[str, Field(max_length=1024)]
    password: TypedPassword


class ChangePassword(Request):
    """The old password and the new."""

    current_password: TypedPassword
    new_password: Password


class DeleteAccount(Request):
    """The password, so that an open tab cannot delete an account."""

    password: TypedPassword


class UpdateProfile(Request):
    """What a user changes about themselves."""

    display_name: DisplayName | None = None
    email: Email | None = None


class User(Response):
    """An account, as its owner sees it."""

    id: UUID
    username: str
    email: str | None
    display_name: str
    role: str
    permissions: list[str]


class SignedIn(Response):
    """A session that has just begun or been refreshed."""

    user: User
    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int = Field(description="Seconds until the access token expires")


class Session(Response):
    """A device that is signed in."""

    id: UUID
    user_agent: str
    ip: str
    created_at: datetime
    last_seen_at: datetime
    current: bool


class Sessions(Response):
    """The devices signed in to one account."""

    items: list[Session]


class CreateApiKey(Request):
    """A new API key."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    expires_at: AwareDatetime | None = None


class ApiKey(Response):
    """An API key, without the key."""

    id: UUID
    name: str
    hint: str = Field(description="The key's first characters")
    created_at: datetime
    expires_at: datetime | None


class NewApiKey(ApiKey):
    """An API key at its making: the only time the key itself is shown."""

    key: str


class ApiKeys(Response):
    """A user's API keys."""

    items: list[ApiKey]


Theme = Literal["light", "dark", "oled", "system"]
Language = Literal["system", "en", "tr"]
Density = Literal["comfortable", "compact"]
MessageWidth = Literal["narrow", "normal", "wide", "full"]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
TextSize = Annotated[int, Field(ge=14, le=20, description="Of messages, in pixels")]
Dim = Annotated[int, Field(ge=0, le=100, description="Beyond what the text needs, in per cent")]
Blur = Annotated[int, Field(ge=0, le=40, description="In pixels")]


class ToolChoice(Request):
    """Whether a tool is given to models, and whether each of its calls is asked for."""

    enabled: bool = False
    approval: Literal["never", "ask"] = "ask"


ToolName = Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]


class Choices(BaseModel):
    """What a user chooses, as it is sent and as it is answered."""

    theme: Theme = "system"
    default_model: Annotated[str, Field(max_length=300)] | None = None
    send_on_enter: bool = True
    language: Language = "system"
    accent: Colour | None = None
    text_size: TextSize = 16
    density: Density = "comfortable"
    message_width: MessageWidth = "normal"
    background_dim: Dim = 20
    background_blur: Blur = 0
    default_system_prompt: Annotated[str, Field(max_length=20_000)] | None = None
    tools: Annotated[dict[ToolName, ToolChoice], Field(max_length=200)] = {}


class SaveSettings(Choices, Request):
    """A user's settings; what is left out is the default, or as it was in a PATCH."""

    default_params: ChatParams = ChatParams()

    @field_serializer("default_params")
    def _only_what_is_set(self, params: ChatParams) -> dict[str, Any]:
        return params.model_dump(exclude_none=True)


class Settings(Choices, Response):
    """A user's settings."""

    default_params: dict[str, Any] = {}
    background: str | None = Field(
        default=None, description="The version of the picture behind the page, if there is one"
    )


class Background(Response):
    """The picture behind a user's page."""

    version: str
