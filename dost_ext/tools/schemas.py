"""What crosses the wire about tools and their calls."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dost_ext.core.wire import Request, Response

Approval = Literal["never", "ask", "always"]
# Gemini's carry a signature of the thoughts that led to the call.
LONGEST_ID = 10_000


class Tool(Response):
    """A tool, as the caller has it."""

    id: str
    name: str
    kind: Literal["builtin"]
    description: str
    enabled: bool = Field(description="Whether the caller's page gives it to models")
    approval: Approval = Field(description="Whether the caller is asked before each call")
    available: bool
    unavailable_because: str | None = Field(default=None, description="As a sentence")


class Tools(Response):
    """The tools that there are."""

    items: list[Tool]


class ToolResult(Response):
    """What came of a call, as the model reads it."""

    content: str
    is_error: bool


class ToolCall(Response):
    """A model's call of a tool."""

    id: str = Field(description="Of its own within the message")
    name: str
    arguments: str = Field(description="JSON, as the model wrote it")
    at: int = Field(default=0, description="Where in `content` it was made, in UTF-16 units from 0")
    round: int = Field(
        default=0, description="Calls of one round were made together; the answer's first is 0"
    )
    approval: Literal["asked", "allowed", "declined"] | None = Field(
        default=None, description="Null where nobody had to be asked"
    )
    result: ToolResult | None = Field(default=None, description="Null until it has one")


class Approve(Request):
    """Whether a call that waits for it may be made."""

    tool_call_id: Annotated[str, Field(max_length=LONGEST_ID)]
    approve: bool
