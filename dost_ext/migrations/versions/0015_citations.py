"""What prompts name to be answered from, and what answers may cite."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("messages", sa.Column("sources", postgresql.JSONB()))
    op.add_column("messages", sa.Column("citations", postgresql.JSONB()))


def downgrade() -> None:
    """Undo."""
    op.drop_column("messages", "citations")
    op.drop_column("messages", "sources")
