"""Full-text search over titles and messages, and folders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A column's words in lower case and without accents; see the configuration below.
VECTOR = (
    "to_tsvector('dost_search'::regconfig, "
    "translate(left({column}, 100000), './_-:@<>&+''', '           '))"
)


def searched(expression: str) -> sa.Column[str]:
    """A column that PostgreSQL keeps up to date."""
    return sa.Column("search", postgresql.TSVECTOR(), sa.Computed(expression, persisted=True))


def upgrade() -> None:
    """Apply."""
    op.execute("create extension if not exists unaccent")
    op.execute("create text search configuration dost_search (copy = pg_catalog.simple)")
    op.execute(
        "alter text search configuration dost_search alter mapping for"
        " asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part,"
        " hword_numpart with unaccent, pg_catalog.simple"
    )
    op.create_table(
        "folders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("system_prompt", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folders")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_folders_owner_id_id")),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name=op.f("fk_folders_owner_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "parent_id"],
            ["folders.owner_id", "folders.id"],
            name="fk_folders_parent",
        ),
    )
    op.create_index("ix_folders_parent", "folders", ["owner_id", "parent_id"])
    op.add_column("conversations", sa.Column("folder_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        "fk_conversations_folder",
        "conversations",
        "folders",
        ["owner_id", "folder_id"],
        ["owner_id", "id"],
    )
    op.create_index("ix_conversations_folder", "conversations", ["owner_id", "folder_id"])
    op.add_column("conversations", searched(VECTOR.format(column="title")))
    op.add_column(
        "messages",
        searched(f"case when status <> 'streaming' then {VECTOR.format(column='content')} end"),
    )
    for table in ("conversations", "messages"):
        op.create_index(f"ix_{table}_search", table, ["search"], postgresql_using="gin")
