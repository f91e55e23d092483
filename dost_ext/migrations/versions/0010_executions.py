"""Kernels of conversations, and what ran in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "messages",
        sa.Column("has_executions", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )
    op.create_table(
        "kernels",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("server_key", sa.BigInteger(), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("now()"),
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_kernels_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_kernels")),
    )
    op.create_table(
        "executions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kernel_name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("execution_count", sa.Integer(), nullable=True),
        sa.Column("outputs", JSONB(), nullable=False, server_default=sa.text("'[]'")),
        sa.Column("server_key", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status in ('running', 'ok', 'error', 'interrupted', 'dead')",
            name=op.f("ck_executions_status"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.id"],
            name=op.f("fk_executions_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_executions")),
    )
    op.create_index(
        "uq_executions_block",
        "executions",
        ["message_id", "block"],
        unique=True,
        postgresql_where=sa.text("block is not null"),
    )
    op.create_index("ix_executions_message", "executions", ["message_id"])
    op.create_index(
        "ix_executions_running",
        "executions",
        ["server_key"],
        postgresql_where=sa.text("status = 'running'"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("executions")
    op.drop_table("kernels")
    op.drop_column("messages", "has_executions")
