"""Which embedder is searched by, and which one passages are embedded anew with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "embedders", sa.Column("kind", sa.Text(), server_default="builtin", nullable=False)
    )
    op.add_column("embedders", sa.Column("base_url", sa.Text(), server_default="", nullable=False))
    op.add_column("embedders", sa.Column("api_key", sa.LargeBinary()))
    op.add_column(
        "embedders", sa.Column("near", sa.Float(), server_default=sa.text("0.3"), nullable=False)
    )
    op.add_column(
        "embedders", sa.Column("state", sa.Text(), server_default="unused", nullable=False)
    )
    op.add_column(
        "embedders", sa.Column("done", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("embedders", sa.Column("error", sa.Text()))
    op.execute("update embedders set state = 'current' where name = 'all-MiniLM-L6-v2'")
    op.drop_constraint("uq_embedders_name", "embedders", type_="unique")
    op.create_index(
        "uq_embedders_kind_name_base_url", "embedders", ["kind", "name", "base_url"], unique=True
    )
    for state in ("current", "next"):
        op.create_index(
            f"uq_embedders_{state}",
            "embedders",
            ["state"],
            unique=True,
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.create_check_constraint("state", "embedders", "state in ('current', 'next', 'unused')")


def downgrade() -> None:
    """Undo."""
    op.drop_constraint(op.f("ck_embedders_state"), "embedders", type_="check")
    for name in ("uq_embedders_next", "uq_embedders_current", "uq_embedders_kind_name_base_url"):
        op.drop_index(name, "embedders")
    # What the version before does not know.
    op.execute(
        "delete from chunk_vectors using embedders"
        " where embedders.id = embedder_id and embedders.kind <> 'builtin'"
    )
    op.execute("delete from embedders where kind <> 'builtin'")
    op.create_unique_constraint("uq_embedders_name", "embedders", ["name"])
    for column in ("error", "done", "state", "near", "api_key", "base_url", "kind"):
        op.drop_column("embedders", column)
