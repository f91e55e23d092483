"""One run at a time writes a message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "uq_runs_writing",
        "runs",
        ["message_id"],
        unique=True,
        postgresql_where=sa.text("status = 'streaming'"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index(
        "uq_runs_writing", table_name="runs", postgresql_where=sa.text("status = 'streaming'")
    )
