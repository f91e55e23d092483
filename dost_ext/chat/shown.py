"""Rows as the API shows them."""

from __future__ import annotations

from dost_ext.chat import schemas
from dost_ext.chat.titles import UNTITLED
from dost_ext.core.database import Record
from dost_ext.execution.schemas import Execution
from dost_ext.files.schemas import Attachment
from dost_ext.rag.grounding.schemas import Source, citations_of, sources_of
from dost_ext.tools.calls import calls_of


def summary_of(row: Record) -> schemas.ConversationSummary:
    """A conversation row as the sidebar shows it."""
    return schemas.ConversationSummary(
        id=row.id,
        title=row.title or UNTITLED,
        pinned=row.pinned,
        archived=row.archived,
        folder_id=row.folder_id,
        tags=row.tags,
        model=row.model,
        updated_at=row.updated_at,
    )


def conversation_of(row: Record) -> schemas.Conversation:
    """A conversation row as the API shows it."""
    return schemas.Conversation(
        **summary_of(row).model_dump(),
        params=row.params,
        system_prompt=row.system_prompt,
        current_leaf_id=row.current_leaf_id,
        created_at=row.created_at,
    )


def named_in(row: Record) -> list[Source]:
    """The documents and collections that a message row names."""
    return sources_of(row.sources)


def attached_to(row: Record) -> list[Attachment]:
    """The files of a message row."""
    return [Attachment.model_validate(one) for one in row.attachments or ()]


def run_in(row: Record) -> list[Execution]:
    """What of a message row's code has run."""
    return [Execution.model_validate(one) for one in row.executions or ()]


def message_of(row: Record) -> schemas.Message:
    """A message row as the API shows it."""
    streaming = row.status == "streaming"
    return schemas.Message(
        id=row.id,
        conversation_id=row.conversation_id,
        parent_id=row.parent_id,
        role=row.role,
        content=row.content,
        reasoning=row.reasoning,
        status=row.status,
        model=row.model,
        params=row.params,
        usage=row.usage,
        tool_calls=calls_of(row.tool_calls) or None,
        attachments=attached_to(row) or None,
        sources=named_in(row) or None,
        citations=citations_of(row.citations),
        executions=run_in(row) or None,
        error=row.error,
        rating=row.rating,
        run_id=row.run_id if streaming else None,
        seq=row.run_seq if streaming else None,
        choice_id=row.choice_id,
        created_at=row.created_at,
    )
