"""Full-text search over titles and messages, and folders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Letters with marks become plain, signs between words become spaces, the marks at the end go.
FROM = "\xe1\xe0\xe2\xe4\xe3\xe5\u0101\u0103\u0105\xc1\xc0\xc2\xc4\xc3\xc5\u0100\u0102\u0104\xe7\u0107\u010d\u0109\u010b\xc7\u0106\u010c\u0108\u010a\u010f\u0111\u010e\u0110\xe9\xe8\xea\xeb\u0113\u0115\u0117\u0119\u011b\xc9\xc8\xca\xcb\u0112\u0114\u0116\u0118\u011a\u011f\u011d\u0121\u0123\u011e\u011c\u0120\u0122\u0125\u0127\u0124\u0126\u0131\xed\xec\xee\xef\u0129\u012b\u012d\u012f\u0130\xcd\xcc\xce\xcf\u0128\u012a\u012c\u012e\u0135\u0134\u0137\u0136\u0142\u013a\u013c\u013e\u0141\u0139\u013b\u013d\xf1\u0144\u0146\u0148\xd1\u0143\u0145\u0147\xf3\xf2\xf4\xf6\xf5\xf8\u014d\u014f\u0151\xd3\xd2\xd4\xd6\xd5\xd8\u014c\u014e\u0150\u0155\u0157\u0159\u0154\u0156\u0158\u015f\u015b\u0161\u015d\u0219\u015e\u015a\u0160\u015c\u0218\u0163\u0165\u0167\u021b\u0162\u0164\u0166\u021a\xfa\xf9\xfb\xfc\u0169\u016b\u016d\u016f\u0171\u0173\xda\xd9\xdb\xdc\u0168\u016a\u016c\u016e\u0170\u0172\u0175\u0174\xfd\xff\u0177\xdd\u0178\u0176\u017a\u017c\u017e\u0179\u017b\u017d./\\_-:@#&?=+<>~|*'\u2019`\"\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a\u030b\u030c\u0323\u0326\u0327\u0328"
TO = "aaaaaaaaaaaaaaaaaaccccccccccddddeeeeeeeeeeeeeeeeeegggggggghhhhiiiiiiiiiiiiiiiiiijjkkllllllllnnnnnnnnoooooooooooooooooorrrrrrssssssssssttttttttuuuuuuuuuuuuuuuuuuuuwwyyyyyyzzzzzz                     "


def vector(column: str) -> str:
    """What search looks at of a text column."""
    signs, plain = (text.replace("'", "''") for text in (FROM, TO))
    folded = f"lower(translate(left({column}, 100000), '{signs}', '{plain}'))"
    return f"to_tsvector('pg_catalog.simple'::regconfig, {folded})"


def searched(expression: str) -> sa.Column[str]:
    """A column that PostgreSQL keeps up to date."""
    return sa.Column("search", postgresql.TSVECTOR(), sa.Computed(expression, persisted=True))


def upgrade() -> None:
    """Apply."""
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
    op.add_column("conversations", searched(vector("title")))
    op.add_column(
        "messages",
        searched(f"case when status <> 'streaming' then {vector('content')} end"),
    )
    for table in ("conversations", "messages"):
        op.create_index(f"ix_{table}_search", table, ["search"], postgresql_using="gin")
