"""Which call of a tool had code run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("executions", sa.Column("tool_call_id", sa.Text(), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("executions", "tool_call_id")
