"""Documents that were fetched from an address of the web."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("documents", sa.Column("url", sa.Text()))


def downgrade() -> None:
    """Undo."""
    op.drop_column("documents", "url")
