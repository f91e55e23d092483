"""dost's own PostgreSQL: started by the first process that needs it, stopped by the last.

Each process that uses the server shares `users.lock`, which the kernel releases however the
process ends. Starting and stopping are serialised by `start.lock`. The server's processes inherit
`server.lock`: while it is held, some process of the server is alive, whoever started it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import psycopg
from psycopg import sql

import dost_ext
from dost_ext.core.file_lock import FileLock, is_free, owning
from dost_ext.core.postgres_binaries import DatabaseUnavailable, environment, program
from dost_ext.core.postgres_cluster import PORT, SUPERUSER, Cluster, Postmaster
from dost_ext.core.postgres_failures import explaining
from dost_ext.core.postgres_guard import (
    SERVER_LOCK,
    START_LOCK,
    STOP_TIMEOUT,
    USERS_LOCK,
)

DATABASE = ROLE = "dost"
GRACE = 10.0  # seconds that a server whose users were all killed waits for the next one
START_TIMEOUT = 60.0  # seconds; recovery after a crash takes most of it
ORPHAN_PATIENCE = 1.0  # seconds that backends get to notice their postmaster's death
LOOK_EVERY = 0.01
RETRY_EVERY = 0.1

STILL_RECOVERING = "The database is still recovering. Wait a little and start dost again."
IN_USE_ELSEWHERE = (
    "The database is in use by a dost on another machine or in another container. Give each its "
    "own --data-dir, or one PostgreSQL server with --database-url."
)


class EmbeddedPostgres:
    """A reference to the PostgreSQL server in `data_dir/postgres`.

    Every method blocks (call it through `asyncio.to_thread`) and may be called from any thread.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        settings: Mapping[str, str] | None = None,
        tcp: bool = os.name == "nt",
        grace: float = GRACE,
    ) -> None:
        """`settings` override the server's; `tcp` listens on 127.0.0.1 instead of a socket.

        `grace` is for how many seconds the server outlives users that were all killed.
        """
        self._cluster = Cluster(data_dir / "postgres", settings or {}, tcp=tcp)
        self._grace = grace
        self._users = FileLock(self._cluster.home / USERS_LOCK)
        self._mutex = threading.RLock()
        self._process: psutil.Process | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._url = ""

    def start(self) -> str:
        """Take a reference, starting the server when it does not run; returns dost's URL.

        The URL (`postgresql://…`) is for libpq and psycopg. Raises `DatabaseUnavailable`.
        """
        with self._mutex, explaining(self._cluster.home):
            self._cluster.make_home()
            with owning(self._cluster.home / START_LOCK):
                new = not self._users.held
                if new:
                    self._users.share()
                try:
                    self._run()
                except BaseException:
                    if new:
                        self._users.release()
                    raise
            return self._url

    def ensure(self) -> str:
        """Start the server again if it died; cheap while it lives. Returns its URL."""
        with self._mutex:
            if not self._users.held:
                raise DatabaseUnavailable("The database has been stopped.")
            return self._url if self._alive() else self.start()

    def stop(self) -> None:
        """Drop the reference; the last one out stops the server and waits until it has ended."""
        with self._mutex:
            if not self._users.held:
                return
            with owning(self._cluster.home / START_LOCK):
                self._users.release()
                if self._users.claim(wait=False):
                    try:
                        self._shut_down()
                    finally:
                        self._users.release()
            self._process = None
            if self._guard is not None:
                self._guard.poll()

    def _alive(self) -> bool:
        try:
            return (
                self._process is not None
                and self._process.is_running()
                and self._process.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.Error:
            return False

    def _run(self) -> None:
        """Find the server running or start it; then see to the database in it."""
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            postmaster = self._find() or self._launch()
            try:
                self._create_database(postmaster)
                break
            except psycopg.OperationalError:
                # We met it while it was dying, or recovering from the death of a backend.
                if time.monotonic() > deadline:
                    raise
                time.sleep(RETRY_EVERY)
        self._process = psutil.Process(postmaster.pid)
        self._url = self._address(postmaster, DATABASE, ROLE)

    def _find(self) -> Postmaster | None:
        """The server that is ready, or None once no process of an earlier one is left."""
        began = time.monotonic()
        while not is_free(self._cluster.home / SERVER_LOCK):
            postmaster = self._cluster.postmaster()
            if postmaster is not None and postmaster.status == "ready":
                return postmaster
            waited = time.monotonic() - began
            if waited > START_TIMEOUT:
                raise DatabaseUnavailable(STILL_RECOVERING if postmaster else IN_USE_ELSEWHERE)
            if postmaster is None and waited > ORPHAN_PATIENCE:
                self._cluster.end_orphans()
            time.sleep(LOOK_EVERY)
        return None

    def _launch(self) -> Postmaster:
        """Start the server under its guard and wait until it is ready."""
        cluster = self._cluster
        cluster.prepare()
        cluster.forget_stale()
        log_start = cluster.log_size()
        words = [sys.executable, "-P", "-s", "-S", "-m", "dost_ext.core.postgres_guard"]
        self._guard = subprocess.Popen(
            [*words, str(cluster.home), str(self._grace), *cluster.command()],
            env={**environment(), "PYTHONPATH": str(Path(dost_ext.__file__).parents[1])},
            cwd=os.path.sep,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Windows
        )
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            postmaster = cluster.postmaster()
            if postmaster is not None and postmaster.status == "ready":
                return postmaster
            if self._guard.poll() is not None:
                raise cluster.failure(log_start)
            time.sleep(LOOK_EVERY)
        raise DatabaseUnavailable(STILL_RECOVERING)

    def _shut_down(self) -> None:
        postmaster = self._cluster.postmaster()
        if postmaster is not None:
            _interrupt(postmaster, "fast")
            deadline = time.monotonic() + STOP_TIMEOUT
            while not is_free(self._cluster.home / SERVER_LOCK):
                if time.monotonic() > deadline:
                    _interrupt(postmaster, "immediate")
                    break
                time.sleep(LOOK_EVERY)
        self._cluster.remove_socket_directory()

    def _create_database(self, postmaster: Postmaster) -> None:
        """dost's role, no superuser, and its database, unless they are there."""
        with self._superuser(postmaster, "postgres") as connection:
            found = "select 1 from pg_database where datname = %s"
            if connection.execute(found, [DATABASE]).fetchone() is not None:
                return
        with self._superuser(postmaster, "template1") as connection:
            # Only a superuser may create it; here each new database inherits it.
            connection.execute("create extension if not exists vector")
        role, database = sql.Identifier(ROLE), sql.Identifier(DATABASE)
        with self._superuser(postmaster, "postgres") as connection:
            found = "select 1 from pg_roles where rolname = %s"
            if connection.execute(found, [ROLE]).fetchone() is None:
                create = sql.SQL("create role {} login createdb password {}")
                connection.execute(create.format(role, sql.Literal(self._password())))
            connection.execute(sql.SQL("create database {} owner {}").format(database, role))

    def _superuser(self, postmaster: Postmaster, database: str) -> psycopg.Connection:
        address = self._address(postmaster, database, SUPERUSER)
        return psycopg.connect(address, autocommit=True, connect_timeout=10)

    def _password(self) -> str:
        return self._cluster.password_file.read_text()

    def _address(self, postmaster: Postmaster, database: str, user: str) -> str:
        if self._cluster.tcp:
            password = quote(self._password(), safe="")
            return f"postgresql://{user}:{password}@127.0.0.1:{postmaster.port}/{database}"
        where = urlencode({"host": str(self._cluster.socket_directory), "port": PORT})
        return f"postgresql://{user}@/{database}?{where}"


def _interrupt(postmaster: Postmaster, mode: str) -> None:
    if os.name == "nt":
        subprocess.run([program("pg_ctl"), "kill", _WINDOWS_SIGNALS[mode], str(postmaster.pid)])
    else:
        os.kill(postmaster.pid, signal.SIGINT if mode == "fast" else signal.SIGQUIT)


_WINDOWS_SIGNALS = {"fast": "INT", "immediate": "QUIT"}
