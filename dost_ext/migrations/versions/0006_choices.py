"""Answers of one turn that stand side by side until one is picked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("messages", sa.Column("choice_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("messages", "choice_id")
