"""Databases for tests: one server for the whole run, one migrated template, a copy for each need.

`DOST_TEST_DATABASE_URL` names another PostgreSQL server to use; its role must be allowed to create
databases (and the extensions that the migrations ask for).
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
from psycopg import sql

from dost_ext.core.embedded_postgres import EmbeddedPostgres

# A test server may forget everything when the machine dies; this halves the cost of a database.
# Every worker has several servers beside each other, each with connections of its own.
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "500",
}
TEMPLATE_LOCK = 0x646F7374  # any number that all workers agree on


@contextmanager
def server_url(shared_dir: Path) -> Iterator[str]:
    """The URL of a server shared by every worker that names the same `shared_dir`.

    The last worker that leaves stops it.
    """
    given = os.environ.get("DOST_TEST_DATABASE_URL")
    if given:
        yield given
        return
    server = EmbeddedPostgres(shared_dir, settings=FORGETFUL)
    try:
        yield server.start()
    finally:
        server.stop()


@contextmanager
def migrated_template(server_url: str, run: str, migrate: Callable[[str], None]) -> Iterator[str]:
    """The name of a database that `migrate(url)` has filled once for every worker of `run`.

    The last worker that leaves drops it.
    """
    digest = hashlib.sha256(run.encode()).digest()
    name = f"dost_template_{digest.hex()[:12]}"
    users = int.from_bytes(digest[:6], "big")
    with psycopg.connect(server_url, autocommit=True) as connection:
        with _alone(connection):
            connection.execute("select pg_advisory_lock_shared(%s)", [users])
            if not _exists(connection, name):
                unfinished = f"{name}_unfinished"
                _drop(connection, unfinished)
                _execute(connection, "create database {}", unfinished)
                migrate(with_database(server_url, unfinished))
                _execute(connection, "alter database {} rename to {}", unfinished, name)
        try:
            yield name
        finally:
            with _alone(connection):
                connection.execute("select pg_advisory_unlock_shared(%s)", [users])
                last = connection.execute("select pg_try_advisory_lock(%s)", [users]).fetchone()
                if last == (True,):
                    _drop(connection, name)


@contextmanager
def fresh_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """The URL of a new database, a copy of `template`, dropped at the end of the block."""
    name = f"dost_test_{uuid.uuid4().hex[:16]}"
    with psycopg.connect(server_url, autocommit=True) as connection, _alone(connection):
        _execute(connection, "create database {} template {}", name, template)
    try:
        yield with_database(server_url, name)
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            _drop(connection, name)


@contextmanager
def _alone(connection: psycopg.Connection) -> Iterator[None]:
    # PostgreSQL refuses to copy a template that somebody else is copying or filling.
    connection.execute("select pg_advisory_lock(%s)", [TEMPLATE_LOCK])
    try:
        yield
    finally:
        connection.execute("select pg_advisory_unlock(%s)", [TEMPLATE_LOCK])


def made_data_dir(data_dir: Path) -> Path:
    """Fill `data_dir` with a stopped server's cluster, to be copied by `copy_data_dir`."""
    server = EmbeddedPostgres(data_dir)
    server.start()
    server.stop()
    return data_dir


def copy_data_dir(made: Path, data_dir: Path) -> Path:
    """A cluster of its own for a test, in a tenth of the time that making one takes."""
    subprocess.run(["cp", "-a", str(made / "postgres"), str(data_dir)], check=True)
    return data_dir


def with_database(url: str, name: str) -> str:
    """The same server's URL for another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _exists(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute("select 1 from pg_database where datname = %s", [name])
    return found.fetchone() is not None


def _drop(connection: psycopg.Connection, name: str) -> None:
    _execute(connection, "drop database if exists {} with (force)", name)


def _execute(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def postmaster_of(data_dir: Path) -> psutil.Process:
    """The embedded server of a data directory."""
    lines = (data_dir / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
    return psutil.Process(int(lines[0]))
