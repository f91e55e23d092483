"""A restore that is killed: the database stays what it was, and the next restore works."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import dost_ext
from dost_ext.backup.service import backup, restore
from tests.support.postgres import fresh_database, server_url

RESTORE = """
import sys
from pathlib import Path
from dost_ext.backup.service import restore
url, file, key = sys.argv[1:]
restore(url, Path(file), secret_key=Path(key), known_revisions=[], replace=True)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server_url(tmp_path_factory.mktemp("server")) as url:
        yield url


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def restoring(server: str) -> bool:
    return bool(execute(server, "select 1 from pg_database where datname like '%restoring'"))


def test_a_killed_restore_changes_nothing(server: str, tmp_path: Path) -> None:
    file, key = tmp_path / "dost.backup", tmp_path / "secret.key"
    with fresh_database(server) as url:
        execute(url, "create table t as select n, repeat('x', 100) from generate_series(1, 1e5) n")
        backup(url, file, secret_key=key)
        execute(url, "update t set n = -n")
        child = subprocess.Popen(
            [sys.executable, "-c", RESTORE, url, str(file), str(key)],
            env={**os.environ, "PYTHONPATH": str(Path(dost_ext.__file__).parents[1])},
        )
        while not restoring(server):
            assert child.poll() is None
            time.sleep(0.005)
        child.kill()
        child.wait()
        assert execute(url, "select count(*), max(n) from t") == [(100_000, -1)]
        wait_until_unused(server)
        restore(url, file, secret_key=key, known_revisions=[], replace=True)
        assert execute(url, "select count(*), min(n) from t") == [(100_000, 1)]
        assert not restoring(server)


def wait_until_unused(server: str) -> None:
    """Wait until the killed restore's connections are gone."""
    deadline = time.monotonic() + 20
    others = "select 1 from pg_stat_activity where datname like '%restoring'"
    while execute(server, others):
        assert time.monotonic() < deadline
        time.sleep(0.02)
