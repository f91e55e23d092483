"""Files of data, which code reads."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.drop_constraint(op.f("ck_files_kind"), "files")
    op.create_check_constraint(op.f("ck_files_kind"), "files", "kind in ('image', 'text', 'data')")


def downgrade() -> None:
    """Undo; files of data go, since nothing could show them."""
    op.execute("delete from files where kind = 'data'")
    op.drop_constraint(op.f("ck_files_kind"), "files")
    op.create_check_constraint(op.f("ck_files_kind"), "files", "kind in ('image', 'text')")
