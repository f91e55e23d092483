"""Why the embedded PostgreSQL cannot run, in sentences that say what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from dost_ext.core.postgres_binaries import DatabaseUnavailable
from dost_ext.core.postgres_guard import LOG

CAUSES = {
    r"No space left on device|Disk quota exceeded": "There is no space left for the database in "
    "{home}. Free some, or choose another disk with --data-dir.",
    r"Cannot allocate memory|could not map anonymous shared memory": "There is not enough memory "
    "to start the database.",
    r"setpriv: .*Operation not permitted": "PostgreSQL does not run as root, and this container "
    "does not let dost start it as another user. Start dost as an ordinary user.",
    r"could not look up effective user ID": "This user has no entry in /etc/passwd, which "
    "PostgreSQL requires. Add one, or point dost to a PostgreSQL server with --database-url.",
    r"error while loading shared libraries|Exec format error|cannot execute": "The embedded "
    "PostgreSQL does not run on this platform. Point dost to a PostgreSQL server with "
    "--database-url.",
    r"File name too long": "The path {home} is too long. Choose a shorter --data-dir.",
    r"Read-only file system|Permission denied": "dost may not write into {home}. Make it "
    "writable, or choose another place with --data-dir.",
}


def explain(said: str, home: Path) -> DatabaseUnavailable:
    """The error for what PostgreSQL's programs, or the system, said; `home` is the cluster's."""
    for pattern, sentence in CAUSES.items():
        if re.search(pattern, said):
            return DatabaseUnavailable(sentence.format(home=home))
    causes = re.findall(r"(?:FATAL|PANIC|error): +(.+)", said)
    reason = causes[-1] if causes else said.strip()[-300:] or "no reason given"
    return DatabaseUnavailable(
        f"The database did not start: {reason.rstrip('.')}. Its log is {home / LOG}."
    )


@contextmanager
def explaining(home: Path) -> Iterator[None]:
    """Turn what the system or the server refuses into a `DatabaseUnavailable`."""
    try:
        yield
    except OSError as error:
        raise explain(f"error: {error.strerror or error}", home) from error
    except psycopg.OperationalError as error:
        raise explain(f"error: {error}", home) from error
