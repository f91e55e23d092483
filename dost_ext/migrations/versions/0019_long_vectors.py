"""Room for vectors that are longer than a page of the database.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep a vector elsewhere where it does not fit its row; all others stay in theirs."""
    op.execute("alter table chunk_vectors alter embedding set storage main")


def downgrade() -> None:
    """Undo."""
    op.execute("alter table chunk_vectors alter embedding set storage plain")
