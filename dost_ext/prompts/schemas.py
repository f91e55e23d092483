"""What crosses the wire about prompts."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints

from dost_ext.core.wire import Request, Response


def _one_spelling(name: Any) -> Any:
    return unicodedata.normalize("NFKC", name).lower() if isinstance(name, str) else name


PromptName = Annotated[
    str,
    BeforeValidator(_one_spelling),
    Field(
        pattern=r"^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*$",
        max_length=60,
        description="What is typed after the slash; one's own are all different",
    ),
]
PromptTitle = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
PromptContent = Annotated[
    str,
    Field(
        min_length=1,
        max_length=20_000,
        description="May hold {{variable}} and {{variable|default}}, which the page asks for",
    ),
]


class CreatePrompt(Request):
    """A new prompt. Without a title it goes by its name."""

    name: PromptName
    title: PromptTitle | None = None
    content: PromptContent
    shared: bool = False


class UpdatePrompt(Request):
    """Changes to a prompt; what is left out stays."""

    name: PromptName = ""
    title: PromptTitle = ""
    content: PromptContent = ""
    shared: bool = False


class Prompt(Response):
    """A prompt that one may use: one's own, or one that somebody shares."""

    id: UUID
    name: str
    title: str
    content: str
    shared: bool = Field(description="Everyone on this server may use it")
    mine: bool
    owner: str = Field(description="The display name of whoever made it")
    created_at: datetime
    updated_at: datetime


class Prompts(Response):
    """The prompts one may use, by name, one's own first."""

    items: list[Prompt]
