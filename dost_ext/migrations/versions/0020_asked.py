"""Whether code that ran asked for input: a program that runs a notebook has nobody to ask.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Of what ran before nobody knows."""
    op.add_column("executions", sa.Column("asked", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("executions", "asked")
