"""How passages are shown, so that a document can be read in its order.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. What was read before is shown without its headings and pages."""
    op.add_column("chunks", sa.Column("layout", JSONB(), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("chunks", "layout")
