"""What crosses the wire about conversations, messages and runs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from dost_ext.auth.schemas import ToolName
from dost_ext.core.params import ChatParams, SystemPrompt
from dost_ext.core.wire import Query, Request, Response
from dost_ext.execution.schemas import Execution
from dost_ext.files.schemas import Attachment
from dost_ext.rag.grounding.schemas import Citation, Source, Use
from dost_ext.tools.schemas import ToolCall

Role = Literal["system", "user", "assistant", "tool"]
Status = Literal["complete", "streaming", "interrupted", "cancelled", "error"]

Title = Annotated[str, Field(min_length=1, max_length=200)]
# The longest context windows hold some millions of characters; the request itself is capped.
MOST_CHARACTERS = 6_000_000
Content = Annotated[str, Field(max_length=MOST_CHARACTERS)]
MOST_ATTACHED = 20
ModelId = Annotated[str, Field(min_length=1, max_length=300)]
Hint = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Tag = Annotated[str, Field(min_length=1, max_length=60)]


def _each_once(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


Tags = Annotated[list[Tag], Field(max_length=50), AfterValidator(_each_once)]


class CreateConversation(Request):
    """A new, empty conversation."""

    title: Title | None = None
    model: ModelId | None = None
    params: ChatParams | None = None
    system_prompt: SystemPrompt | None = None
    folder_id: UUID | None = None
    tags: Tags | None = None


class UpdateConversation(Request):
    """Changes to a conversation; what is left out stays."""

    title: Title | None = None
    pinned: bool = False
    archived: bool = False
    folder_id: UUID | None = None
    tags: Tags | None = None
    model: ModelId | None = None
    params: ChatParams | None = None
    system_prompt: SystemPrompt | None = None
    current_leaf_id: UUID | None = None


class ChangeMany(Request):
    """The same change to many conversations, or their deletion."""

    ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]
    pinned: bool = False
    archived: bool = False
    folder_id: UUID | None = None
    delete: bool = False

    @model_validator(mode="after")
    def _one_change(self) -> ChangeMany:
        changes = self.model_fields_set - {"ids", "delete"}
        if self.delete == bool(changes):
            raise ValueError("give changes, or delete: true")
        return self


class ChangedMany(Response):
    """How many conversations were changed or deleted."""

    changed: int


class ListConversations(Query):
    """Which conversations, and where the page before ended."""

    q: Annotated[
        str | None,
        Field(
            max_length=500,
            description="Words to search for; also tag:, folder:, pinned:, archived:, model:",
        ),
    ] = None
    folder_id: UUID | Literal["none"] | None = Field(
        default=None, description="In this folder, or in none"
    )
    pinned: bool | None = None
    archived: bool = False
    tag: Tag | None = None
    cursor: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ConversationSummary(Response):
    """A conversation as the sidebar shows it."""

    id: UUID
    title: str
    pinned: bool
    archived: bool
    folder_id: UUID | None = None
    tags: list[str]
    model: str | None
    updated_at: datetime
    snippet: str | None = Field(default=None, description="Where a search found it, as plain text")
    matches: list[tuple[int, int]] | None = Field(
        default=None, description="What was found in `snippet`: begin and end in UTF-16 units"
    )
    message_id: UUID | None = Field(default=None, description="The message that was found")


class Conversation(ConversationSummary):
    """A conversation without its messages."""

    params: dict[str, Any]
    system_prompt: str | None
    current_leaf_id: UUID | None
    created_at: datetime
    temporary: bool = Field(default=False, description="Only in the server's memory, for a while")


class ConversationPage(Response):
    """Some conversations, pinned first, then newest; `next_cursor` asks for those after."""

    items: list[ConversationSummary]
    next_cursor: str | None


class Usage(Response):
    """What an answer cost: tokens as the provider counted them, and milliseconds."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    ttft_ms: int | None = Field(default=None, description="Milliseconds to the first token")
    duration_ms: int | None = None
    reasoning_ms: int | None = Field(
        default=None, description="Milliseconds from the first thought to the first word"
    )
    finish_reason: str | None = None


class Message(Response):
    """One message of the tree."""

    id: UUID
    conversation_id: UUID
    parent_id: UUID | None
    role: Role
    content: str
    reasoning: str | None = None
    status: Status
    model: str | None = None
    params: dict[str, Any] | None = None
    usage: Usage | None = None
    tool_calls: list[ToolCall] | None = None
    attachments: list[Attachment] | None = None
    sources: list[Source] | None = Field(
        default=None, description="Documents and collections that a prompt names"
    )
    citations: list[Citation] | None = Field(
        default=None, description="What an answer may point at; empty where nothing was found"
    )
    executions: list[Execution] | None = Field(
        default=None, description="What of its code has run, by block"
    )
    error: dict[str, Any] | None = None
    rating: int | None = None
    run_id: UUID | None = Field(default=None, description="The run that is writing the message")
    seq: int | None = Field(default=None, description="The last of the run's events in `content`")
    choice_id: UUID | None = Field(
        default=None,
        description="Shared by the answers of several models to one prompt, until one is picked",
    )
    created_at: datetime


class ListMessages(Query):
    """How much of the tree."""

    last: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None, description="Only so many messages, at the end of the branch shown"
    )


class Messages(Response):
    """The tree, parents before children."""

    items: list[Message]
    current_leaf_id: UUID | None
    partial: bool = Field(default=False, description="The tree holds more than these")
    temporary: bool = Field(default=False, description="Only in the server's memory, for a while")


class AddMessage(Request):
    """A message that calls no model."""

    parent_id: UUID | None
    role: Role
    content: Content


class UpdateMessage(Request):
    """Changes to a message in place."""

    content: Content | None = None
    rating: Annotated[int, Field(ge=-1, le=1)] | None = None


class Fork(Request):
    """Where to fork: the new conversation holds the path to this message."""

    message_id: UUID


class Attach(Request):
    """What goes with a prompt. Exactly one of the fields says what."""

    file_id: UUID | None = Field(default=None, description="An uploaded file")
    image: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="A picture as a data: URL, or an uploaded one's id"
    )
    document_id: UUID | None = Field(default=None, description="A document to answer from")
    use: Use = Field(default="auto", description="With `document_id`: how much of it is read")

    @model_validator(mode="after")
    def _one_thing(self) -> Attach:
        if len([v for v in (self.file_id, self.image, self.document_id) if v is not None]) != 1:
            raise ValueError("give exactly one of file_id, image and document_id")
        if self.use != "auto" and self.document_id is None:
            raise ValueError("use goes with document_id")
        return self

    @property
    def known_id(self) -> UUID | None:
        """The file, unless the picture itself is here."""
        if self.image is None:
            return self.file_id
        try:
            return UUID(self.image)
        except ValueError:
            return None


class SendMessage(Request):
    """A turn: a new prompt, another answer to an old one, or more of an answer that was cut.

    Exactly one of `content`, `regenerate` and `continue` says which. Where something is attached,
    `content` may be empty.
    """

    conversation_id: UUID | None = None
    parent_id: UUID | None = None
    content: Content | None = None
    attachments: Annotated[list[Attach], Field(max_length=MOST_ATTACHED)] = []
    collection_ids: Annotated[list[UUID], Field(max_length=MOST_ATTACHED)] = Field(
        default=[], description="Collections to answer from"
    )
    regenerate: UUID | None = None
    continue_: UUID | None = Field(default=None, alias="continue")
    hint: Hint | None = Field(
        default=None,
        description="With `regenerate`: what the new answer should be like. It is not saved.",
    )
    model: ModelId | None = None
    models: Annotated[list[ModelId], Field(min_length=1, max_length=8)] | None = None
    params: ChatParams | None = None
    system_prompt: SystemPrompt | None = None
    keep_model: bool = Field(
        default=False, description="This turn alone goes to `model`; the conversation keeps its own"
    )
    tools: Annotated[list[ToolName], Field(max_length=100)] = []
    web_search: bool = Field(
        default=False, description="Search the web first, and answer from what is found"
    )
    temporary: bool = Field(
        default=False, description="Begin a conversation that is never written to the database"
    )
    stream: bool = True

    @model_validator(mode="after")
    def _one_turn(self) -> SendMessage:
        named = [f for f in (self.content, self.regenerate, self.continue_) if f is not None]
        if len(named) != 1:
            raise ValueError("give exactly one of content, regenerate and continue")
        if self.content == "" and not self.attachments:
            raise ValueError("content must not be empty where nothing is attached")
        if self.content is None and (self.attachments or self.collection_ids):
            raise ValueError("attachments and collection_ids go with content")
        if self.content is None and self.conversation_id is None:
            raise ValueError("conversation_id is needed to regenerate or continue")
        if self.hint is not None and self.regenerate is None:
            raise ValueError("hint needs regenerate")
        if self.parent_id is not None and self.conversation_id is None:
            raise ValueError("parent_id needs a conversation_id")
        if self.model is not None and self.models is not None:
            raise ValueError("give model or models, not both")
        if self.models is not None and (self.continue_ is not None or not self.stream):
            raise ValueError("several models answer a prompt, and stream")
        return self


class Answer(Response):
    """A finished turn, for a client that does not stream."""

    conversation_id: UUID
    message: Message


class FollowRun(Query):
    """Where to rejoin a run: after the last event that was seen."""

    after: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class ListRuns(Query):
    """Which runs."""

    active: bool = False
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Run(Response):
    """One generation."""

    id: UUID
    conversation_id: UUID
    message_id: UUID
    model: str
    status: Status
    created_at: datetime
    ended_at: datetime | None


class Runs(Response):
    """Some runs, newest first."""

    items: list[Run]
