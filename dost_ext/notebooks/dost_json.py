"""dost's own format: a conversation with every branch and all that is known of its messages.

It is described in docs/developer/conversation-format.md.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from dost_ext import __version__
from dost_ext.chat.schemas import Conversation, Message, Messages, Role, Status
from dost_ext.core.errors import DostError
from dost_ext.core.params import ChatParams
from dost_ext.core.wire import Response
from dost_ext.execution.outputs import of_notebook
from dost_ext.execution.schemas import ExecutionStatus
from dost_ext.execution.widgets.widgets import part_of, views_in
from dost_ext.files.contents import FileContent, known
from dost_ext.files.schemas import Attachment
from dost_ext.notebooks.pictures import Beside, nothing_beside
from dost_ext.notebooks.portable import (
    PortableConversation,
    PortableExecution,
    PortableKernel,
    PortableMessage,
    Unreadable,
)
from dost_ext.rag.grounding.schemas import citations_of, sources_of
from dost_ext.tools.calls import calls_of, dumped

FORMAT = "dost.conversation"
VERSION = 1

Json = dict[str, Any]


class Part(BaseModel):
    """Part of a document. What a later dost adds is passed over."""

    model_config = ConfigDict(extra="ignore")


class FileEntry(Part):
    """What messages attach; `data` is its content in base64."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    filename: str
    media_type: str = ""
    data: str


class FileExecution(Part):
    """Code of a message that ran; `outputs` as nbformat 4 has them."""

    block: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    code: str
    tool_call_id: str | None = None
    kernel_name: str
    language: str
    status: ExecutionStatus = "ok"
    execution_count: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    asked: bool | None = None
    outputs: list[Any] | None = None
    started_at: AwareDatetime | None = None
    duration_ms: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    widgets: Json | None = None


class FileMessage(Part):
    """One message; ids are those of the file."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    parent_id: str | None = None
    role: Role
    content: str
    reasoning: str | None = None
    status: Status = "complete"
    model: str | None = None
    params: Json | None = None
    usage: Json | None = None
    tool_calls: list[Json] | None = None
    sources: list[Json] | None = None
    citations: list[Json] | None = None
    attachments: list[str] | None = None
    executions: list[FileExecution] | None = None
    error: Json | None = None
    rating: Annotated[int, Field(ge=-1, le=1)] | None = None
    created_at: AwareDatetime | None = None


class FileKernel(Part):
    """The kernelspec of a conversation's code."""

    name: Annotated[str, Field(min_length=1)]
    display_name: str = ""
    language: str = ""


class FileConversation(Part):
    """A conversation and all its messages, parents before children."""

    title: str | None = None
    model: str | None = None
    params: ChatParams = ChatParams()
    kernel: FileKernel | None = None
    system_prompt: str | None = None
    tags: list[str] = []
    folder: list[str] = []
    pinned: bool = False
    archived: bool = False
    current_leaf_id: str | None = None
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    messages: list[FileMessage] = []
    files: list[FileEntry] | None = None


class Document(Part):
    """The whole file."""

    format: Literal["dost.conversation"] = "dost.conversation"
    version: int = VERSION
    exported_by: str = f"dost {__version__}"
    exported_at: AwareDatetime
    conversation: FileConversation


def portable(
    conversation: Conversation,
    tree: Messages,
    folder: Sequence[str],
    contents: Mapping[UUID, bytes],
    widgets: Mapping[UUID, Json],
) -> PortableConversation:
    """A conversation of the database: its folders' names, its files, its executions' widgets."""
    attached = {one.id: one for m in tree.items for one in m.attachments or ()}
    return PortableConversation(
        folder=list(folder),
        files={str(key): _from_file(attached[key], contents[key]) for key in contents},
        messages=[_from_message(m, contents, widgets) for m in tree.items],
        current=str(tree.current_leaf_id) if tree.current_leaf_id else None,
        **{
            name: getattr(conversation, name)
            for name in (*_OWN, "model", "params", "created_at", "updated_at")
        },
    )


_OWN = ("title", "system_prompt", "tags", "pinned", "archived")
_SHARED = (*_OWN, "folder")
_OF_MESSAGE = (
    "role",
    "content",
    "reasoning",
    "status",
    "model",
    "params",
    "error",
    "rating",
    "created_at",
)


_OF_EXECUTION = tuple(FileExecution.model_fields)
_RAN = tuple(name for name in _OF_EXECUTION if name != "widgets")


def _from_file(one: Attachment, content: bytes) -> FileContent:
    return FileContent(one.kind, one.filename, one.media_type, content, one.width, one.height)


def _from_message(
    message: Message, contents: Mapping[UUID, bytes], widgets: Mapping[UUID, Json]
) -> PortableMessage:
    usage = message.usage
    return PortableMessage(
        attachments=[str(one.id) for one in message.attachments or () if one.id in contents],
        key=str(message.id),
        parent=str(message.parent_id) if message.parent_id else None,
        usage=usage.model_dump(exclude_none=True) if usage is not None else None,
        executions=[
            PortableExecution(
                **{name: getattr(one, name) for name in _RAN}, widgets=widgets.get(one.id)
            )
            for one in message.executions or ()
        ],
        tool_calls=dumped(message.tool_calls or ()),
        sources=_plain(message.sources),
        citations=_plain(message.citations),
        **{name: getattr(message, name) for name in _OF_MESSAGE},
    )


def _plain(values: Sequence[Response] | None) -> list[Json] | None:
    if values is None:
        return None
    return [value.model_dump(mode="json", exclude_none=True) for value in values]


def dump(found: PortableConversation, now: datetime) -> bytes:
    """The conversation as a file."""
    return document(found, now).model_dump_json(indent=2, exclude_none=True).encode()


def document(found: PortableConversation, now: datetime) -> Document:
    """The conversation in this format."""
    conversation = FileConversation(
        current_leaf_id=found.current,
        messages=[
            FileMessage(
                id=m.key,
                parent_id=m.parent,
                usage=m.usage,
                tool_calls=m.tool_calls,
                sources=m.sources,
                citations=m.citations,
                attachments=m.attachments or None,
                executions=[
                    FileExecution(**{name: getattr(one, name) for name in _OF_EXECUTION})
                    for one in m.executions
                ]
                or None,
                **{name: getattr(m, name) for name in _OF_MESSAGE},
            )
            for m in found.messages
        ],
        files=[
            FileEntry(
                id=key,
                filename=file.name,
                media_type=file.media_type,
                data=base64.b64encode(file.content).decode(),
            )
            for key, file in found.files.items()
        ]
        or None,
        model=found.model,
        params=ChatParams.model_validate(found.params),
        kernel=FileKernel(**asdict(found.kernel)) if found.kernel is not None else None,
        created_at=found.created_at,
        updated_at=found.updated_at,
        **{name: getattr(found, name) for name in _SHARED},
    )
    return Document(exported_at=now, conversation=conversation)


def matches(entry: Json) -> bool:
    """Whether an entry of a file is in this format."""
    return entry.get("format") == FORMAT


def read(entry: Json, _beside: Beside = nothing_beside) -> PortableConversation:
    """The conversation of an entry, which holds its files itself.

    Raises `Unreadable` with the reason.
    """
    version = entry.get("version")
    if version != VERSION:
        raise Unreadable(f"version {version!r:.20} of dost's format is not known here")
    try:
        found = FileConversation.model_validate(entry.get("conversation"))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "conversation"
        # What our own classes are called is nobody's business.
        raise Unreadable(f"{where}: {first['msg'].split(' or instance of')[0]}") from None
    return PortableConversation(
        messages=[_to_message(m) for m in found.messages],
        files={file.id: _to_file(file) for file in found.files or ()},
        current=found.current_leaf_id,
        model=found.model,
        params=found.params.model_dump(exclude_none=True),
        kernel=PortableKernel(**found.kernel.model_dump()) if found.kernel is not None else None,
        created_at=_utc(found.created_at),
        updated_at=_utc(found.updated_at),
        **{name: getattr(found, name) for name in _SHARED},
    )


def _to_file(file: FileEntry) -> FileContent:
    """What the file is by its content, whatever is said of it."""
    try:
        content = base64.b64decode(file.data, validate=True)
    except ValueError:
        raise Unreadable(f"the file “{file.filename[:60]}”: its base64 is broken") from None
    try:
        return known(file.filename, content)
    except DostError as error:
        raise Unreadable(f"the file “{file.filename[:60]}”: {error.detail}") from error


def _to_message(m: FileMessage) -> PortableMessage:
    values = {name: getattr(m, name) for name in _OF_MESSAGE}
    values["created_at"] = _utc(m.created_at)
    return PortableMessage(
        key=m.id,
        parent=m.parent_id,
        usage=m.usage,
        tool_calls=dumped(calls_of(m.tool_calls)),
        sources=_plain(sources_of(m.sources)) or None,
        citations=_plain(citations_of(m.citations)),
        attachments=m.attachments or [],
        executions=[_to_execution(one) for one in m.executions or ()],
        **values,
    )


def _to_execution(one: FileExecution) -> PortableExecution:
    values = {name: getattr(one, name) for name in _OF_EXECUTION}
    outputs = of_notebook(one.outputs)
    values |= {
        "started_at": _utc(one.started_at),
        "outputs": outputs,
        "widgets": part_of(one.widgets, views_in(outputs)),
    }
    return PortableExecution(**values)


def _utc(at: datetime | None) -> datetime | None:
    try:
        return at and at.astimezone(UTC)
    except OverflowError:
        return None
