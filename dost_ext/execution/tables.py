"""The tables of kernels and of what ran in them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from dost_ext.core.database import metadata

# Which process has a conversation's kernel: without the process, the kernel is gone as well.
kernels = Table(
    "kernels",
    metadata,
    Column(
        "conversation_id",
        Uuid,
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("language", Text, nullable=False),
    # The advisory lock that the process holds while it lives.
    Column("server_key", BigInteger, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

executions = Table(
    "executions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column(
        "message_id",
        Uuid,
        ForeignKey("messages.id", ondelete="CASCADE"),
        nullable=False,
    ),
    # The number of a fenced code block of the message; null for other code.
    Column("block", Integer),
    # The call of a tool of the message, where a model had it run.
    Column("tool_call_id", Text),
    Column("code", Text, nullable=False),
    Column("kernel_name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("execution_count", Integer),
    # Whether it asked for a line of input; null where nobody has noted it.
    Column("asked", Boolean),
    Column("outputs", JSONB, nullable=False, server_default=text("'[]'")),
    # The state of the widgets that the outputs show, as a notebook's metadata have it.
    Column("widgets", JSONB(none_as_null=True)),
    Column("server_key", BigInteger),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("duration_ms", Integer),
    CheckConstraint("status in ('running', 'ok', 'error', 'interrupted', 'dead')", name="status"),
)
# A block has the outputs of the last time that it ran.
Index(
    "uq_executions_block",
    executions.c.message_id,
    executions.c.block,
    unique=True,
    postgresql_where=text("block is not null"),
)
Index("ix_executions_message", executions.c.message_id)
Index("ix_executions_running", executions.c.server_key, postgresql_where=text("status = 'running'"))
