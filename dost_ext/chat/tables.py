"""The tables of conversations, messages and runs."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from dost_ext.chat.folding import vector_sql
from dost_ext.core.database import metadata
from dost_ext.execution import tables as _execution_tables  # noqa: F401  (MESSAGE reads them)
from dost_ext.files import tables as _file_tables  # noqa: F401  (MESSAGE reads them)

folders = Table(
    "folders",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("owner_id", Uuid, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("parent_id", Uuid),
    Column("name", Text, nullable=False),
    Column("system_prompt", Text),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("owner_id", "id"),
    # What is in a folder is its owner's.
    ForeignKeyConstraint(
        ["owner_id", "parent_id"],
        ["folders.owner_id", "folders.id"],
        name="fk_folders_parent",
    ),
)
Index("ix_folders_parent", folders.c.owner_id, folders.c.parent_id)

conversations = Table(
    "conversations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("owner_id", Uuid, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("title", Text),
    Column("pinned", Boolean, nullable=False, server_default=text("false")),
    Column("archived", Boolean, nullable=False, server_default=text("false")),
    Column("folder_id", Uuid),
    Column("tags", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("model", Text),
    Column("params", JSONB, nullable=False, server_default=text("'{}'")),
    Column("system_prompt", Text),
    # No foreign key: the leaf is written with its message in one statement, in either order.
    Column("current_leaf_id", Uuid),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("updated_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("search", TSVECTOR, Computed(vector_sql("title"), persisted=True)),
    ForeignKeyConstraint(
        ["owner_id", "folder_id"],
        ["folders.owner_id", "folders.id"],
        name="fk_conversations_folder",
    ),
)
Index("ix_conversations_folder", conversations.c.owner_id, conversations.c.folder_id)
Index("ix_conversations_search", conversations.c.search, postgresql_using="gin")
Index(
    "ix_conversations_listing",
    conversations.c.owner_id,
    conversations.c.archived,
    conversations.c.pinned.desc(),
    conversations.c.updated_at.desc(),
    conversations.c.id.desc(),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column(
        "conversation_id",
        Uuid,
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("parent_id", Uuid),
    Column("role", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("reasoning", Text),
    Column("status", Text, nullable=False, server_default="complete"),
    Column("model", Text),
    Column("params", JSONB),
    Column("usage", JSONB),
    Column("tool_calls", JSONB),
    # What a prompt names to be answered from, as `rag.grounding.schemas.Source` has it.
    Column("sources", JSONB(none_as_null=True)),
    # What an answer may cite; null where it rests on nothing.
    Column("citations", JSONB(none_as_null=True)),
    Column("error", JSONB),
    Column("rating", SmallInteger),
    # Whether `message_files` need be looked at: most messages have none.
    Column("has_files", Boolean, nullable=False, server_default=text("false")),
    # The same of `executions`.
    Column("has_executions", Boolean, nullable=False, server_default=text("false")),
    # The run that is writing or last wrote this message, and the last of its events in `content`.
    Column("run_id", Uuid),
    Column("run_seq", Integer, nullable=False, server_default=text("0")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # Answers of one turn among which nobody has picked yet.
    Column("choice_id", Uuid),
    # Made once, when the message is whole: a text that is being written is saved again and again.
    Column(
        "search",
        TSVECTOR,
        Computed(
            f"case when status <> 'streaming' then {vector_sql('content')} end", persisted=True
        ),
    ),
    UniqueConstraint("conversation_id", "id"),
    # A parent is of the same conversation. A subtree is deleted in one statement, so nothing
    # cascades: thousands of nested cascades would exhaust the database's stack.
    ForeignKeyConstraint(
        ["conversation_id", "parent_id"],
        ["messages.conversation_id", "messages.id"],
        name="fk_messages_parent",
    ),
    CheckConstraint("role in ('system', 'user', 'assistant', 'tool')", name="role"),
    CheckConstraint(
        "status in ('complete', 'streaming', 'interrupted', 'cancelled', 'error')", name="status"
    ),
)
Index("ix_messages_parent", messages.c.conversation_id, messages.c.parent_id)
Index("ix_messages_search", messages.c.search, postgresql_using="gin")

runs = Table(
    "runs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column(
        "conversation_id",
        Uuid,
        ForeignKey("conversations.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column(
        "message_id",
        Uuid,
        ForeignKey("messages.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column(
        "owner_id", Uuid, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("model", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="streaming"),
    # The advisory lock that the generating process holds while it lives.
    Column("server_key", BigInteger, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("ended_at", DateTime(timezone=True)),
)
# Two that go on with one answer at the same time would write over each other.
Index(
    "uq_runs_writing",
    runs.c.message_id,
    unique=True,
    postgresql_where=text("status = 'streaming'"),
)
Index("ix_runs_streaming", runs.c.server_key, postgresql_where=text("status = 'streaming'"))

run_events = Table(
    "run_events",
    metadata,
    Column("run_id", Uuid, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    # The last event of the batch; a batch holds all events since the batch before.
    Column("seq", Integer, primary_key=True),
    Column("frames", LargeBinary, nullable=False),
)

# What is read of a row: everything but what only search looks at.
CONVERSATION = [column for column in conversations.c if column.name != "search"]
MESSAGE = [
    *(column for column in messages.c if column.name != "search"),
    # As `files.schemas.Attachment` has it; null where a message has none.
    literal_column(
        """case when messages.has_files then (
            select jsonb_agg(jsonb_build_object('id', f.id, 'kind', f.kind, 'filename', f.name,
                'media_type', f.media_type, 'size', f.size, 'width', f.width, 'height', f.height)
                order by mf.position)
            from message_files mf join files f on f.id = mf.file_id
            where mf.message_id = messages.id) end""",
        JSONB,
    ).label("attachments"),
    # As `execution.schemas.Execution` has it; null where a message has none.
    literal_column(
        """case when messages.has_executions then (
            select jsonb_agg(jsonb_build_object('id', e.id, 'block', e.block,
                'tool_call_id', e.tool_call_id, 'code', e.code,
                'kernel_name', e.kernel_name, 'language', e.language, 'status', e.status,
                'execution_count', e.execution_count, 'asked', e.asked, 'outputs', e.outputs,
                'started_at', e.started_at, 'duration_ms', e.duration_ms)
                order by e.block nulls last, e.id)
            from executions e where e.message_id = messages.id) end""",
        JSONB,
    ).label("executions"),
]
