"""What Alembic runs: the migrations in one transaction, against the tables of every feature."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, pool

import dost_ext.auth.tables
import dost_ext.chat.tables
import dost_ext.core.settings
import dost_ext.files.tables
import dost_ext.groups.tables
import dost_ext.models.tables
import dost_ext.prompts.tables
import dost_ext.rag.tables
import dost_ext.sharing.tables  # noqa: F401
from dost_ext.core.database import metadata

config = context.config


def run() -> None:
    """Migrate through a synchronous engine: the server's own loop may be running."""
    engine = create_engine(config.get_main_option("sqlalchemy.url") or "", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            # The job queue's tables are procrastinate's own.
            include_name=lambda name, kind, _: not str(name).startswith("procrastinate_"),
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
