"""dost's own format: a conversation with every branch and all that is known of its messages.

It is described in docs/developer/conversation-format.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from dost_ext import __version__
from dost_ext.chat.schemas import Conversation, Message, Messages, Role, Status
from dost_ext.core.params import ChatParams
from dost_ext.notebooks.portable import PortableConversation, PortableMessage, Unreadable

FORMAT = "dost.conversation"
VERSION = 1

Json = dict[str, Any]


class Part(BaseModel):
    """Part of a document. What a later dost adds is passed over."""

    model_config = ConfigDict(extra="ignore")


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
    error: Json | None = None
    rating: Annotated[int, Field(ge=-1, le=1)] | None = None
    created_at: AwareDatetime | None = None


class FileConversation(Part):
    """A conversation and all its messages, parents before children."""

    title: str | None = None
    model: str | None = None
    params: ChatParams = ChatParams()
    system_prompt: str | None = None
    tags: list[str] = []
    folder: list[str] = []
    pinned: bool = False
    archived: bool = False
    current_leaf_id: str | None = None
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    messages: list[FileMessage] = []


class Document(Part):
    """The whole file."""

    format: Literal["dost.conversation"] = "dost.conversation"
    version: int = VERSION
    exported_by: str = f"dost {__version__}"
    exported_at: AwareDatetime
    conversation: FileConversation


def portable(
    conversation: Conversation, tree: Messages, folder: Sequence[str]
) -> PortableConversation:
    """A conversation of the database, and the names of the folders it lies in."""
    return PortableConversation(
        folder=list(folder),
        messages=[_from_message(m) for m in tree.items],
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
    "tool_calls",
    "error",
    "rating",
    "created_at",
)


def _from_message(message: Message) -> PortableMessage:
    usage = message.usage
    return PortableMessage(
        key=str(message.id),
        parent=str(message.parent_id) if message.parent_id else None,
        usage=usage.model_dump(exclude_none=True) if usage is not None else None,
        **{name: getattr(message, name) for name in _OF_MESSAGE},
    )


def dump(found: PortableConversation, now: datetime) -> bytes:
    """The conversation as a file."""
    conversation = FileConversation(
        current_leaf_id=found.current,
        messages=[
            FileMessage(
                id=m.key,
                parent_id=m.parent,
                usage=m.usage,
                **{name: getattr(m, name) for name in _OF_MESSAGE},
            )
            for m in found.messages
        ],
        model=found.model,
        params=ChatParams.model_validate(found.params),
        created_at=found.created_at,
        updated_at=found.updated_at,
        **{name: getattr(found, name) for name in _SHARED},
    )
    document = Document(exported_at=now, conversation=conversation)
    return document.model_dump_json(indent=2, exclude_none=True).encode()


def matches(entry: Json) -> bool:
    """Whether an entry of a file is in this format."""
    return entry.get("format") == FORMAT


def read(entry: Json) -> PortableConversation:
    """The conversation of an entry. Raises `Unreadable` with the reason."""
    version = entry.get("version")
    if version != VERSION:
        raise Unreadable(f"version {version!r:.20} of dost's format is not known here")
    try:
        found = FileConversation.model_validate(entry.get("conversation"))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "conversation"
        raise Unreadable(f"{where}: {first['msg']}") from None
    return PortableConversation(
        messages=[_to_message(m) for m in found.messages],
        current=found.current_leaf_id,
        model=found.model,
        params=found.params.model_dump(exclude_none=True),
        created_at=_utc(found.created_at),
        updated_at=_utc(found.updated_at),
        **{name: getattr(found, name) for name in _SHARED},
    )


def _to_message(m: FileMessage) -> PortableMessage:
    values = {name: getattr(m, name) for name in _OF_MESSAGE}
    values["created_at"] = _utc(m.created_at)
    return PortableMessage(key=m.id, parent=m.parent_id, usage=m.usage, **values)


def _utc(at: datetime | None) -> datetime | None:
    try:
        return at and at.astimezone(UTC)
    except OverflowError:
        return None
