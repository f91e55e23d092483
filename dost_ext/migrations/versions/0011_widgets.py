"""The state of the widgets that executions show."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("executions", sa.Column("widgets", JSONB(), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("executions", "widgets")
