"""A conversation between two formats: neither rows of the database nor anybody's file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dost_ext.chat.schemas import Role, Status
from dost_ext.core.errors import InvalidRequest
from dost_ext.execution.schemas import ExecutionStatus
from dost_ext.files.contents import FileContent


class Unreadable(InvalidRequest):
    """This cannot be read as a conversation."""

    code = "unreadable"


@dataclass(slots=True)
class PortableExecution:
    """Code of a message that ran, and what it showed."""

    block: int | None
    code: str
    kernel_name: str
    language: str
    status: ExecutionStatus = "ok"
    execution_count: int | None = None
    outputs: list[dict[str, Any]] = field(default_factory=list)
    started_at: datetime | None = None
    duration_ms: int | None = None
    # The widgets that the outputs show, as a notebook's metadata have them.
    widgets: dict[str, Any] | None = None
    # The id of the call by which a model had it run.
    tool_call_id: str | None = None
    # Whether it asked for a line of input; None where nobody knows.
    asked: bool | None = None


@dataclass(frozen=True, slots=True)
class PortableKernel:
    """A kernelspec: its name, what people call it, and its language."""

    name: str
    display_name: str
    language: str


@dataclass(slots=True)
class PortableMessage:
    """One message; `key` and `parent` name messages within the file alone."""

    key: str
    parent: str | None
    role: Role
    content: str
    created_at: datetime | None = None
    reasoning: str | None = None
    status: Status = "complete"
    model: str | None = None
    params: dict[str, Any] | None = None
    usage: dict[str, Any] | None = None
    tool_calls: list[dict[str, Any]] | None = None
    sources: list[dict[str, Any]] | None = None
    citations: list[dict[str, Any]] | None = None
    # Keys of the conversation's files.
    attachments: list[str] = field(default_factory=list)
    executions: list[PortableExecution] = field(default_factory=list)
    error: dict[str, Any] | None = None
    rating: int | None = None


@dataclass(slots=True)
class PortableConversation:
    """A conversation with its whole tree; siblings stand in the order they were made."""

    title: str | None = None
    messages: list[PortableMessage] = field(default_factory=list)
    files: dict[str, FileContent] = field(default_factory=dict)
    current: str | None = None
    model: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    # The kernel that its code has, or had last.
    kernel: PortableKernel | None = None
    system_prompt: str | None = None
    tags: list[str] = field(default_factory=list)
    # The names of the folders it lies in, from the top.
    folder: list[str] = field(default_factory=list)
    pinned: bool = False
    archived: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def branch(self) -> list[PortableMessage]:
        """The branch that is shown, from its first message to its last."""
        by_key = {message.key: message for message in self.messages}
        path: list[PortableMessage] = []
        at = self.current
        while at is not None and at in by_key and len(path) <= len(by_key):
            path.append(by_key[at])
            at = by_key[at].parent
        return path[::-1]
