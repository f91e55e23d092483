"""The database's schema, one line of history, applied at every start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from dost_ext.core.database import libpq_url, sqlalchemy_url
from dost_ext.core.errors import NotReady

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent
# Held while one server migrates, so that others that start beside it wait.
LOCK = 0x646F7374_0002
# An extension that is not installed, or that the role may not make.
LACKING = (psycopg.errors.FeatureNotSupported, psycopg.errors.InsufficientPrivilege)


def revisions() -> list[str]:
    """All revisions, oldest first: they are numbered, and a file's name begins with its number."""
    return sorted(path.name[:4] for path in (HERE / "versions").glob("[0-9]*.py"))


def head() -> str:
    """The newest revision."""
    return revisions()[-1]


def revision_of(connection: psycopg.Connection) -> str | None:
    """The revision a database is at; None for an empty one."""
    row = connection.execute("select to_regclass('alembic_version')").fetchone()
    if row is None or row[0] is None:
        return None
    version = connection.execute("select version_num from alembic_version").fetchone()
    return str(version[0]) if version is not None else None


def migrate(url: str) -> None:
    """Bring a database to the newest revision. Blocks; costs one query when it is there already.

    Raises `NotReady` when the database is out of reach, newer than this dost, or lacks extensions.
    """
    try:
        with psycopg.connect(libpq_url(url), autocommit=True, connect_timeout=10) as connection:
            if revision_of(connection) == head():
                return
            connection.execute("select pg_advisory_lock(%s)", (LOCK,))
            found = revision_of(connection)
            if found is not None and found > head():
                raise NotReady(
                    f"The database is at revision {found}, newer than this dost knows "
                    f"({head()}). Upgrade dost.",
                    code="schema",
                )
            if found != head():
                _upgrade(url)
    except psycopg.OperationalError as error:
        raise NotReady(
            f"The database cannot be reached: {str(error).strip()}", code="database"
        ) from error


def _upgrade(url: str) -> None:
    # Alembic takes a third of a second to import, and a start that is up to date needs none.
    from alembic import command
    from sqlalchemy.exc import DBAPIError

    try:
        command.upgrade(alembic_config(url), "head")
    except DBAPIError as error:
        if not isinstance(error.orig, LACKING):
            raise
        raise NotReady(
            f"The database cannot be made ready: {str(error.orig).splitlines()[0]}. dost needs the "
            "extensions unaccent and vector (pgvector), and a role that may make them.",
            code="database",
        ) from error


def alembic_config(url: str) -> Config:
    """What Alembic's commands take."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("sqlalchemy.url", sqlalchemy_url(url).replace("%", "%%"))
    return config
