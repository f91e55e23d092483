"""One PostgreSQL data directory: where it lies, how it is made, and the command that serves it."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from dost_ext.core.postgres_binaries import (
    Account,
    DatabaseUnavailable,
    environment,
    major_version,
    program,
)
from dost_ext.core.postgres_failures import explain
from dost_ext.core.postgres_guard import LOG

SUPERUSER = "postgres"
PORT = 5432  # only part of the socket's name; TCP takes a free port
SOCKET_NAME = f".s.PGSQL.{PORT}"
SOCKET_PATH_LIMIT = 107 if sys.platform == "linux" else 103  # bytes: sizeof(sun_path) - 1
HOME_PATH_LIMIT = 900  # bytes: PostgreSQL's MAXPGPATH (1024) less the names inside
SPACE_TO_CREATE, SPACE_TO_START = 150_000_000, 30_000_000  # bytes

# Durable (fsync and synchronous_commit stay on) and modest: most of it sits idle on a laptop.
SETTINGS = {
    "max_connections": "200",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    # Without standbys the log need only carry what crash recovery reads.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    # Three processes fewer than with io_method=worker.
    "io_method": "sync",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log never holds what users wrote: no statements, no failing keys.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
    "log_line_prefix": "%m [%p] ",
}


def shared_buffers(memory: int) -> str:
    """How much of a machine's memory, in bytes, the server may hold pages of tables in.

    Vectors and words of documents that do not fit are fetched from the system for each question,
    which takes three times as long. What is not used is not taken.
    """
    return f"{max(128, min(1024, memory // 2**20 // 16))}MB"


@dataclass(frozen=True)
class Postmaster:
    """What a running server says of itself in `postmaster.pid`."""

    pid: int
    port: int
    status: str  # starting, ready, stopping


class Cluster:
    """The data directory `home/data` with what belongs to it."""

    def __init__(self, home: Path, settings: Mapping[str, str], *, tcp: bool) -> None:
        self.home = home.resolve()
        self.data = self.home / "data"
        self.log = self.home / LOG
        self.password_file = self.home / "password"
        self.name = "dost-" + hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        self.tcp = tcp
        buffers = shared_buffers(psutil.virtual_memory().total)
        self._settings = {**SETTINGS, "shared_buffers": buffers, **settings}

    def make_home(self) -> None:
        """The directory of everything; root's server account has to walk through it."""
        mode = 0o711 if hasattr(os, "geteuid") and os.geteuid() == 0 else 0o700
        if len(os.fsencode(self.home)) > HOME_PATH_LIMIT:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
        self.home.mkdir(mode=mode, parents=True, exist_ok=True)

    def prepare(self) -> None:
        """Make the data directory unless it is there.

        Raises `DatabaseUnavailable` when it cannot serve: no space, not ours, another version.
        """
        if not self.data.exists():
            self._require_space(SPACE_TO_CREATE)
            self._create()
        self._check_version()
        self._require_space(SPACE_TO_START)
        if not Account(self.data).owns(self.data):
            raise DatabaseUnavailable(
                f"The database in {self.data} belongs to another user. Start dost as that user, "
                "or choose another place with --data-dir."
            )

    def command(self) -> list[str]:
        """The server's command line."""
        account = Account(self.data)
        options = {**self._settings, "cluster_name": self.name}
        if self.tcp:
            options |= {"listen_addresses": "127.0.0.1", "port": str(_free_port())}
            options |= {"unix_socket_directories": ""}
        else:
            quoted = str(self._make_socket_directory(account)).replace('"', '""')
            options |= {"listen_addresses": "", "port": str(PORT)}
            options |= {"unix_socket_directories": f'"{quoted}"'}
            options |= {"unix_socket_permissions": "0700"}
        server = program("postgres")
        words = [str(server), "-D", str(self.data)]
        for name, value in options.items():
            words += ["-c", f"{name}={value}"]
        return account.prefix(self.data, server) + words

    @property
    def socket_directory(self) -> Path:
        """Inside `home` where the path is short enough, else in the temporary directory."""
        uid = os.geteuid() if hasattr(os, "geteuid") else 0
        for place in (self.home / "run", Path(tempfile.gettempdir()) / f"{self.name}-{uid}"):
            fits = len(os.fsencode(place / SOCKET_NAME)) <= SOCKET_PATH_LIMIT
            # A comma separates hosts in a connection string.
            if fits and "," not in str(place):
                return place
        raise DatabaseUnavailable(
            f"The path of the temporary directory ({tempfile.gettempdir()}) is too long for a "
            "socket. Set TMPDIR to a shorter one."
        )

    def postmaster(self) -> Postmaster | None:
        """The running server, or None. A stale file, whoever has its pid now, is no server."""
        lines = self._pid_file_lines()
        if len(lines) < 8 or not self._serves(int(lines[0])):
            return None
        return Postmaster(int(lines[0]), int(lines[3]), lines[7].strip())

    def forget_stale(self) -> None:
        """Remove a pid file that is torn, or whose pid now belongs to somebody else's process.

        PostgreSQL copes with every other stale file by itself; with these it refuses to start.
        Call it only while no process of the server lives.
        """
        pid_file = self.data / "postmaster.pid"
        lines = self._pid_file_lines()
        stranger = bool(lines) and psutil.pid_exists(int(lines[0]))
        if pid_file.exists() and (stranger or not lines) and self.postmaster() is None:
            pid_file.unlink()
            if not self.tcp:
                (self.socket_directory / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def end_orphans(self) -> None:
        """End backends that outlived a killed postmaster: they would block the next one."""
        for process in psutil.process_iter(["cmdline"]):
            title = " ".join(process.info["cmdline"] or [])
            if title.startswith(f"postgres: {self.name}: "):
                process.kill()

    def log_size(self) -> int:
        """Bytes in the server's log."""
        return self.log.stat().st_size if self.log.exists() else 0

    def failure(self, since: int) -> DatabaseUnavailable:
        """Why the server did not start, from its log after byte `since`."""
        with self.log.open("rb") as file:
            file.seek(since)
            said = file.read(100_000).decode(errors="replace")
        return explain(said, self.home)

    def _create(self) -> None:
        """initdb beside the final place, then one rename: a crash leaves nothing half made."""
        unfinished = self.home / "data.tmp"
        account = Account(self.data)
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.password_file.write_text(secrets.token_urlsafe(32))
        self.password_file.chmod(0o600)
        account.give(unfinished)
        account.give(self.password_file)
        initdb = program("initdb")
        words = [str(initdb), "-D", str(unfinished), f"--username={SUPERUSER}"]
        words += ["--auth-local=trust", "--auth-host=scram-sha-256"]
        words += [f"--pwfile={self.password_file}", "--encoding=UTF8", "--locale=C"]
        words += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        done = subprocess.run(
            account.prefix(unfinished, initdb) + words,
            env=environment(),
            cwd=os.path.sep,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise explain(done.stderr, self.home)
        unfinished.rename(self.data)

    def _check_version(self) -> None:
        try:
            found = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            raise DatabaseUnavailable(
                f"{self.data} holds something else than a database. Move it away, or choose "
                "another place with --data-dir."
            ) from None
        if found != str(major_version()):
            raise DatabaseUnavailable(
                f"The database in {self.data} was made by PostgreSQL {found}; this dost brings "
                f"PostgreSQL {major_version()}. Make a backup with the dost that made it "
                "(`dost backup FILE`), then restore it into a new --data-dir with this one."
            )

    def _require_space(self, needed: int) -> None:
        free = shutil.disk_usage(self.home).free
        if free < needed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _make_socket_directory(self, account: Account) -> Path:
        directory = self.socket_directory
        try:
            directory.mkdir(mode=0o700)
            account.give(directory)
        except FileExistsError:
            status = directory.lstat()
            private = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o077
            if not private or not account.owns(directory):
                raise DatabaseUnavailable(
                    f"{directory} should be a private directory of the database's own, and is "
                    "not. Remove it."
                ) from None
        return directory

    def remove_socket_directory(self) -> None:
        """Leave nothing behind in the temporary directory."""
        if not self.tcp and self.home not in self.socket_directory.parents:
            with suppress(OSError):
                self.socket_directory.rmdir()

    def _pid_file_lines(self) -> list[str]:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
        return lines if lines and lines[0].strip().isdigit() else []

    def _serves(self, pid: int) -> bool:
        """Whether the process is a postmaster of this very data directory."""
        try:
            process = psutil.Process(pid)
            words = process.cmdline()
            alive = process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False
        return alive and str(self.data) in words and "postgres" in Path(words[0]).name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
