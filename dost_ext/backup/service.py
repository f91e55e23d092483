"""Backup and restore of everything that dost keeps."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from zipfile import ZipFile

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dost_ext import __version__
from dost_ext.backup import archive
from dost_ext.backup.archive import BackupFailed, Manifest
from dost_ext.backup.dump import dump, load
from dost_ext.core.database import libpq_url
from dost_ext.core.errors import Conflict
from dost_ext.migrations import revision_of

LEAVE_TIMEOUT = 2.0  # seconds that closed connections get to disappear from the server
RESTORING, REPLACED = "__dost_restoring", "__dost_replaced"  # suffixes of databases' names
REVISIONS = "alembic_version"  # the one table that an empty dost database has filled


def backup(database_url: str, file: Path, *, secret_key: Path) -> Manifest:
    """Write everything in the database, and the secret key, into one new file (mode 0600).

    The database may be in use: the backup holds it as it was at one moment. `file` appears whole
    or not at all. `secret_key` is left out when it does not exist (the key is then in the
    environment, and belongs to the operator). Raises `BackupFailed`.
    """
    url = libpq_url(database_url)
    with _connect(url) as connection, archive.new_archive(file) as target:
        manifest = Manifest(
            version=__version__,
            created_at=datetime.now(UTC),
            schema_revision=revision_of(connection),
            extensions=_extensions(connection),
        )
        target.writestr(archive.MANIFEST, manifest.model_dump_json(indent=2))
        if secret_key.exists():
            target.writestr(archive.SECRET_KEY, secret_key.read_bytes())
        with target.open(archive.DUMP, "w", force_zip64=True) as entry:
            dump(connection, url, entry)
    return manifest


def restore(
    database_url: str,
    file: Path,
    *,
    secret_key: Path,
    known_revisions: Collection[str],
    replace: bool = False,
) -> Manifest:
    """Make the database what it was when `file` was written, and the secret key with it.

    The backup is loaded into a new database, which takes the place of the old one in one step: a
    failure at any moment leaves the old one as it is. The caller then migrates the schema.

    Raises `Conflict` when the schema is none of `known_revisions`, when somebody uses the
    database, or when it holds data and `replace` is false; `NotABackup`; `BackupFailed`.
    """
    url = libpq_url(database_url)
    with archive.open_archive(file) as (source, manifest):
        _require_known(manifest, known_revisions)
        with _connect(url) as connection:
            name = connection.info.dbname
            _require_unused(connection)
            if not replace and _has_rows(connection):
                raise Conflict(
                    f"The database {name} is not empty. Restoring replaces everything in it: say "
                    "so with --replace, after a backup of what is there now.",
                    code="not_empty",
                )
        with (
            _connect(_other(url, "template1" if name == "postgres" else "postgres")) as server,
            _new_database(server, name) as fresh,
            _staged_key(source, secret_key) as put_key,
        ):
            with source.open(archive.DUMP) as dumped:
                _fill(_other(url, fresh), dumped, manifest)
            old = _swap(server, name, fresh)
            put_key()
            server.execute(sql.SQL("drop database {}").format(sql.Identifier(old)))
    return manifest


def _require_known(manifest: Manifest, known_revisions: Collection[str]) -> None:
    revision = manifest.schema_revision
    if revision is not None and revision not in known_revisions:
        raise Conflict(
            f"This backup was made by dost {manifest.version}, whose database schema "
            f"({revision}) this dost ({__version__}) does not know. Update dost, then restore it.",
            code="newer_schema",
        )


def _require_unused(connection: psycopg.Connection) -> None:
    # Background workers have no user.
    others = (
        "select 1 from pg_stat_activity where datname = current_database()"
        " and pid <> pg_backend_pid() and usesysid is not null"
    )
    deadline = time.monotonic() + LEAVE_TIMEOUT
    while connection.execute(others).fetchone() is not None:
        if time.monotonic() > deadline:
            raise _in_use()
        time.sleep(0.05)


def _in_use() -> Conflict:
    return Conflict(
        "dost, or another program, is using this database. Stop it, then restore.", code="in_use"
    )


def _has_rows(connection: psycopg.Connection) -> bool:
    tables = connection.execute(
        "select nspname, relname from pg_class join pg_namespace n on n.oid = relnamespace"
        " where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema'"
        " and relname <> %s"
        " and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')",
        [REVISIONS],
    ).fetchall()
    exists = sql.SQL("select exists (select from {})")
    return any(
        connection.execute(exists.format(sql.Identifier(*table))).fetchone() == (True,)
        for table in tables
    )


def _extensions(connection: psycopg.Connection) -> list[str]:
    found = "select extname from pg_extension where extname <> 'plpgsql' order by extname"
    return [name for (name,) in connection.execute(found)]


@contextmanager
def _new_database(server: psycopg.Connection, name: str) -> Iterator[str]:
    """A database beside `name`, dropped at the end of the block if it is still there.

    Its name is always the same, so that what a killed restore left is found and dropped.
    """
    fresh = name[:40] + RESTORING
    drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(fresh))
    try:
        for suffix in (RESTORING, REPLACED):
            leftover = sql.Identifier(name[:40] + suffix)
            server.execute(sql.SQL("drop database if exists {}").format(leftover))
        server.execute(sql.SQL("create database {}").format(sql.Identifier(fresh)))
    except errors.ObjectInUse as error:
        raise _in_use() from error
    except errors.InsufficientPrivilege as error:
        raise BackupFailed(
            f"The database role {server.info.user} may not create databases, which restoring "
            f"needs. Let the administrator run: alter role {server.info.user} createdb"
        ) from error
    try:
        yield fresh
    finally:
        server.execute(drop)


@contextmanager
def _staged_key(source: ZipFile, path: Path) -> Iterator[Callable[[], None]]:
    """What puts the backup's secret key in place; all that may fail is done before."""
    if archive.SECRET_KEY not in source.namelist():
        yield lambda: None
        return
    with archive.staged(path, source.read(archive.SECRET_KEY)) as key:

        def put() -> None:
            key.replace(path)

        yield put


def _fill(url: str, dumped: IO[bytes], manifest: Manifest) -> None:
    with _connect(url) as connection:
        for extension in manifest.extensions:
            create = sql.SQL("create extension if not exists {}")
            try:
                connection.execute(create.format(sql.Identifier(extension)))
            except psycopg.Error as error:
                raise BackupFailed(
                    f"The database extension {extension} cannot be made here "
                    f"({error.diag.message_primary}). Let the administrator install it in the "
                    "database template1."
                ) from error
        load(connection, dumped, url)
        connection.execute("analyze")


def _swap(server: psycopg.Connection, name: str, fresh: str) -> str:
    """Give `fresh` the name `name` in one transaction; returns what the old one is called now."""
    old = name[:40] + REPLACED
    rename = sql.SQL("alter database {} rename to {}")
    try:
        with server.transaction():
            server.execute(rename.format(sql.Identifier(name), sql.Identifier(old)))
            server.execute(rename.format(sql.Identifier(fresh), sql.Identifier(name)))
    except errors.ObjectInUse as error:
        raise _in_use() from error
    except errors.InsufficientPrivilege as error:
        raise BackupFailed(
            f"The database role {server.info.user} does not own the database {name}, which "
            "restoring needs."
        ) from error
    return old


def _other(url: str, database: str) -> str:
    return make_conninfo("", **{**conninfo_to_dict(url), "dbname": database})


def _connect(url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise BackupFailed(f"The database is out of reach: {error}") from error
