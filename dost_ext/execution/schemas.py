"""What crosses the wire about kernels and what runs in them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from dost_ext.core.wire import Request, Response

KernelState = Literal["starting", "idle", "busy", "restarting", "dead"]
ExecutionStatus = Literal["running", "ok", "error", "interrupted", "dead"]

MOST_CODE = 1_000_000
MOST_INPUT = 100_000


class Kernelspec(Response):
    """A kernel that can be started."""

    name: str
    display_name: str
    language: str
    aliases: list[str] = Field(description="How code blocks name its language, in lower case")


class Kernelspecs(Response):
    """The kernels that are installed here."""

    items: list[Kernelspec]
    default: str | None = Field(description="The one that starts where none is named")
    may_run: bool = Field(
        description="Whether the caller may run code here; without a sandbox only some may"
    )
    no_sandbox: str | None = Field(
        default=None, description="Why there is no sandbox, as the end of a sentence"
    )


class StartKernel(Request):
    """Which kernel a conversation shall have."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="A kernelspec; another one than the running ends that"
    )


class WidgetState(Response):
    """The widgets that an execution's outputs show."""

    kernel_id: UUID | None = Field(
        description="The kernel in which they live; null once it is gone"
    )
    widgets: dict[str, Any] = Field(
        description="As `application/vnd.jupyter.widget-state+json` has it, version 2"
    )


class WorkspaceFile(Response):
    """A file or directory of a kernel's working directory."""

    path: str = Field(description="From the working directory, with slashes")
    kind: Literal["file", "directory"]
    size: int = Field(description="Bytes")
    changed_at: datetime


class WorkspaceFiles(Response):
    """What is in a kernel's working directory, but for names that begin with a dot."""

    items: list[WorkspaceFile]
    more: bool = Field(description="Whether there is more than is listed")
    used: int = Field(description="Bytes that all of it takes")
    limit: int = Field(description="Bytes that it may take")


class Kernel(Response):
    """A conversation's kernel."""

    id: UUID
    conversation_id: UUID
    name: str
    display_name: str
    language: str
    state: KernelState
    reason: str | None = Field(default=None, description="Of a dead one: why, as a code")
    started_at: datetime


class Kernels(Response):
    """One's kernels."""

    items: list[Kernel]


class Execute(Request):
    """Code to run in the conversation's kernel: a block of the message, or any."""

    block: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        default=None, description="The number of the message's fenced code block, from 0"
    )
    code: Annotated[str, Field(max_length=MOST_CODE)] | None = Field(
        default=None, description="With `block`: instead of what the block holds"
    )

    @model_validator(mode="after")
    def _something(self) -> Execute:
        if self.block is None and self.code is None:
            raise ValueError("give block or code")
        return self


class AnswerInput(Request):
    """What `input()` is to return."""

    text: Annotated[str, Field(max_length=MOST_INPUT)]


class Execution(Response):
    """Code of a message that ran, and what it showed."""

    id: UUID
    block: int | None = Field(description="The fenced code block whose code it is, from 0")
    tool_call_id: str | None = Field(
        default=None, description="The call of `run_code` by which the model had it run"
    )
    code: str
    kernel_name: str
    language: str
    status: ExecutionStatus
    execution_count: int | None
    asked: bool | None = Field(
        default=None,
        description="Whether the code has asked for a line of input; null where nobody knows",
    )
    outputs: list[dict[str, Any]] = Field(description="As nbformat 4 has them")
    started_at: datetime
    duration_ms: int | None
