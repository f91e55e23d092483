"""The embedded PostgreSQL under kill -9: of its users, of itself, of everything."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

import dost_ext
from dost_ext.core.embedded_postgres import EmbeddedPostgres
from tests.support.postgres import copy_data_dir, made_data_dir

USER = """
import sys, os, signal, time
# Whoever runs the tests in the background has their interrupts ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from dost_ext.core.embedded_postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), grace=float(sys.argv[2]))
print(server.start(), flush=True)
{then}
sys.stdin.read()
server.stop()
"""

StartUser = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_data_dir(tmp_path_factory.mktemp("made"))


@pytest.fixture
def data_dir(made: Path, tmp_path: Path) -> Path:
    return copy_data_dir(made, tmp_path)


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    """A reference of the test's own; started by the test."""
    server = EmbeddedPostgres(data_dir)
    yield server
    server.stop()


@pytest.fixture
def start_user(tmp_path: Path) -> Iterator[StartUser]:
    """Start another process that uses the server in `tmp_path`; it stops when its input ends."""
    users: list[subprocess.Popen[str]] = []

    def start(grace: float = 60, then: str = "") -> subprocess.Popen[str]:
        user = subprocess.Popen(
            [sys.executable, "-c", USER.format(then=then), str(tmp_path), str(grace)],
            env={**os.environ, "PYTHONPATH": str(Path(dost_ext.__file__).parents[1])},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        users.append(user)
        return user

    yield start
    for user in users:
        with suppress(ProcessLookupError):
            os.killpg(user.pid, signal.SIGKILL)  # with its forked children
        user.wait()
        for pipe in (user.stdin, user.stdout):
            assert pipe is not None
            pipe.close()


def url_of(user: subprocess.Popen[str]) -> str:
    assert user.stdout is not None
    url = user.stdout.readline().strip()
    assert url.startswith("postgresql://")
    return url


def finish(user: subprocess.Popen[str]) -> None:
    assert user.stdin is not None
    user.stdin.close()
    assert user.wait(timeout=30) == 0


def kill(process: psutil.Process | subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


def postmaster(data_dir: Path) -> psutil.Process:
    pid_file = data_dir / "postgres" / "data" / "postmaster.pid"
    return psutil.Process(int(pid_file.read_text().splitlines()[0]))


def ended(process: psutil.Process) -> bool:
    # Whoever adopts an orphan may take its time to collect it.
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def wait_until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


class Writers:
    """Threads that insert numbers and remember those the database acknowledged."""

    def __init__(self, url: str, count: int = 4) -> None:
        execute(url, "create table if not exists numbers (n bigint)")
        self.acknowledged: list[int] = []
        self._url = url
        self._threads = [threading.Thread(target=self._write, args=[i]) for i in range(count)]
        for thread in self._threads:
            thread.start()
        wait_until(lambda: len(self.acknowledged) > 50)

    def _write(self, writer: int) -> None:
        try:
            with psycopg.connect(self._url, autocommit=True) as connection:
                for n in range(writer * 1_000_000, (writer + 1) * 1_000_000):
                    connection.execute("insert into numbers values (%s)", [n])
                    self.acknowledged.append(n)
        except psycopg.OperationalError:
            return

    def lost(self, url: str) -> set[int]:
        for thread in self._threads:
            thread.join()
        kept = {n for (n,) in execute(url, "select n from numbers")}
        return set(self.acknowledged) - kept


def test_processes_that_start_together_share_one_server(
    start_user: StartUser, tmp_path: Path
) -> None:
    users = [start_user() for _ in range(3)]
    (url,) = {url_of(user) for user in users}
    database = postmaster(tmp_path)
    for user in users:
        assert execute(url, "select 1") == [(1,)]
        finish(user)
    assert ended(database)


def test_a_killed_user_leaves_its_server_to_the_next(
    start_user: StartUser, server: EmbeddedPostgres, data_dir: Path
) -> None:
    user = start_user()
    url_of(user)
    orphan = postmaster(data_dir)
    kill(user)
    server.start()
    assert postmaster(data_dir) == orphan
    server.stop()
    assert ended(orphan)


def test_a_killed_user_takes_nothing_from_the_others(
    start_user: StartUser, server: EmbeddedPostgres
) -> None:
    user = start_user(grace=0)
    url_of(user)
    url = server.start()
    kill(user)
    with psycopg.connect(url) as connection:
        # Longer than the guard takes to look: an unused server would be gone by then.
        connection.execute("select pg_sleep(2.5)")


def test_a_server_without_users_ends_by_itself(start_user: StartUser, data_dir: Path) -> None:
    user = start_user(grace=0.5)
    url_of(user)
    orphan = postmaster(data_dir)
    kill(user)
    wait_until(lambda: ended(orphan))
    assert not (data_dir / "postgres" / "data" / "postmaster.pid").exists()


def test_a_forked_child_holds_no_reference(start_user: StartUser, data_dir: Path) -> None:
    user = start_user(then="if not os.fork(): print(os.getpid(), flush=True); time.sleep(600)")
    url_of(user)
    assert user.stdout is not None
    child, database = psutil.Process(int(user.stdout.readline())), postmaster(data_dir)
    finish(user)
    assert child.is_running()
    assert ended(database)


def test_ctrl_c_reaches_the_user_and_not_the_database(
    start_user: StartUser, server: EmbeddedPostgres, data_dir: Path
) -> None:
    user = start_user()
    url = url_of(user)
    with psycopg.connect(url) as connection:
        os.killpg(user.pid, signal.SIGINT)
        user.wait()
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_killed_postmaster_comes_back_with_every_acknowledged_row(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    writers = Writers(server.start())
    kill(postmaster(data_dir))
    assert writers.lost(server.ensure()) == set()


def test_a_backend_too_busy_to_notice_does_not_hold_up_the_next_server(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    busy = psycopg.connect(server.start())
    busy.pgconn.send_query(b"do $$ begin loop perform 1; end loop; end $$")
    active = "select 1 from pg_stat_activity where query like 'do $$%' and state = 'active'"
    wait_until(lambda: execute(server.ensure(), active))
    kill(postmaster(data_dir))
    assert execute(server.ensure(), "select 1") == [(1,)]


def test_killing_everything_loses_no_acknowledged_row(
    start_user: StartUser, server: EmbeddedPostgres, data_dir: Path
) -> None:
    for _ in range(2):
        user = start_user()
        writers = Writers(url_of(user))
        database = postmaster(data_dir)
        for process in [user, database.parent(), database, *database.children()]:
            assert process is not None
            process.kill()
        assert writers.lost(server.start()) == set()
        server.stop()


def test_without_its_guard_the_server_lives_and_still_stops(
    server: EmbeddedPostgres, data_dir: Path
) -> None:
    url = server.start()
    database = postmaster(data_dir)
    guard = database.parent()
    assert guard is not None
    kill(guard)
    assert execute(url, "select 1") == [(1,)]
    server.stop()
    assert ended(database)


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "600"])
    yield process
    process.kill()
    process.wait()


def test_a_stale_pid_file_harms_no_stranger(
    server: EmbeddedPostgres, data_dir: Path, stranger: subprocess.Popen[bytes]
) -> None:
    server.start()
    database = postmaster(data_dir)
    pid_file = data_dir / "postgres" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()[1:]
    socket_lock = next(iter(Path(server_socket(server)).glob("*.lock")))
    kill(database)
    for file in (pid_file, socket_lock):
        file.write_text("\n".join([str(stranger.pid), *lines]) + "\n")
    assert execute(server.ensure(), "select 1") == [(1,)]
    assert stranger.poll() is None


def server_socket(server: EmbeddedPostgres) -> str:
    with psycopg.connect(server.ensure()) as connection:
        return connection.info.host


def test_an_emptied_pid_file_does_not_matter(server: EmbeddedPostgres, data_dir: Path) -> None:
    server.start()
    kill(postmaster(data_dir))
    (data_dir / "postgres" / "data" / "postmaster.pid").write_text("")
    assert execute(server.ensure(), "select 1") == [(1,)]
