"""Groups, and collections that are shared with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "groups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
    )
    op.create_index("uq_groups_name", "groups", [sa.text("lower(name)")], unique=True)
    _pairs("group_members", ("group_id", "groups"), ("user_id", "users"))
    _pairs("collection_groups", ("collection_id", "collections"), ("group_id", "groups"))


def downgrade() -> None:
    """Undo."""
    op.drop_table("collection_groups")
    op.drop_table("group_members")
    op.drop_table("groups")


def _pairs(table: str, one: tuple[str, str], other: tuple[str, str]) -> None:
    """A table of which belongs to which; a pair goes with either of the two."""
    columns = [column for column, _ in (one, other)]
    op.create_table(
        table,
        *(sa.Column(column, sa.Uuid(), nullable=False) for column in columns),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
            )
            for column, to in (one, other)
        ),
        sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_{columns[1]}"), table, [columns[1]])
