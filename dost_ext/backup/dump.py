"""pg_dump and pg_restore: a whole database to a stream and back."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from typing import IO

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dost_ext.backup.archive import BackupFailed, copy
from dost_ext.core.postgres_binaries import program

# Ownership belongs to the server, not to the data; extensions are made by `restore` itself, since
# a role that is no superuser may use them but not comment on them.
DUMP = ["--format=custom", "--compress=gzip:1", "--no-owner", "--no-privileges"]
DUMP += ["--exclude-extension=*"]
RESTORE = ["--format=custom", "--no-owner", "--no-privileges"]
RESTORE += ["--exit-on-error", "--single-transaction"]


def dump(connection: psycopg.Connection, url: str, target: IO[bytes]) -> None:
    """Write the database at `url` into `target` in pg_dump's custom format.

    `connection` is one to the same server, to learn whether it is encrypted. Raises
    `BackupFailed` with pg_dump's own words.
    """
    words = [_program("pg_dump", connection), *DUMP, f"--dbname={_without_password(url)}"]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            words,
            env=_environment(url),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        ) as process:
            assert process.stdout is not None
            copy(process.stdout, target)
        _check(process.returncode, said, "The database could not be dumped")


def load(connection: psycopg.Connection, source: IO[bytes], url: str) -> None:
    """Fill the database at `url` from what `dump` wrote: all of it or nothing.

    Raises `BackupFailed` with pg_restore's own words.
    """
    words = [_program("pg_restore", connection), *RESTORE, f"--dbname={_without_password(url)}"]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            words,
            env=_environment(url),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        ) as process:
            assert process.stdin is not None
            try:
                copy(source, process.stdin)
                process.stdin.close()
            except BrokenPipeError:
                pass  # It gave up; its exit code and its words say why.
            except BaseException:
                process.kill()  # Else it would take the end of its input for success.
                raise
        _check(process.returncode, said, "The backup could not be restored")


def _program(name: str, connection: psycopg.Connection) -> str:
    """The wheel's program, or the system's where the server speaks TLS, which the wheel lacks."""
    if not connection.pgconn.ssl_in_use:
        return str(program(name))
    found = shutil.which(name)
    if found is None:
        raise BackupFailed(
            f"The connection to this database is encrypted, and the {name} that comes with dost "
            "cannot encrypt. Install PostgreSQL's client programs (package postgresql-client)."
        )
    return found


def _without_password(url: str) -> str:
    # Command lines are for everybody to see.
    parameters = conninfo_to_dict(url)
    parameters.pop("password", None)
    return make_conninfo("", **parameters)


def _environment(url: str) -> dict[str, str]:
    password = conninfo_to_dict(url).get("password")
    given = {"PGPASSWORD": str(password)} if password else {}
    return {**os.environ, "LC_ALL": "C", **given}


def _check(code: int, said: IO[bytes], sentence: str) -> None:
    if code:
        said.seek(0)
        lines = said.read().decode(errors="replace").strip().splitlines()
        reason = next((line for line in lines if "error:" in line), "it gave no reason")
        raise BackupFailed(f"{sentence}: {reason.partition('error: ')[2] or reason}")
