"""The parent process of the embedded PostgreSQL: it stops a server whose last user has died.

Started as `python -m` with the standard library alone, in a session of its own, so that a Ctrl+C
in the terminal reaches dost and not the database under it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from dost_ext.core.file_lock import FileLock

USERS_LOCK = "users.lock"  # shared by every dost process that uses the server
START_LOCK = "start.lock"  # owned while the server is being started or stopped
SERVER_LOCK = "server.lock"  # inherited by every process of the server
LOG = "server.log"

LOOK_EVERY = 1.0  # seconds
LOG_LIMIT = 5_000_000  # bytes; one older file of this size is kept
STOP_TIMEOUT = 60.0  # seconds that a fast shutdown may take before an immediate one


def guard(home: Path, grace: float, command: list[str]) -> int:
    """Run the server until it ends, or until nobody has used it for `grace` seconds.

    Returns the server's exit code.
    """
    server_lock = FileLock(home / SERVER_LOCK)
    if not server_lock.claim(wait=False):
        return 1
    inherited = () if sys.platform == "win32" else (server_lock.fileno(),)
    with open(home / LOG, "ab", opener=_private) as log:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=inherited
        )
    last_used = time.monotonic()
    while True:
        try:
            return server.wait(timeout=LOOK_EVERY)
        except subprocess.TimeoutExpired:
            _bound_log(home / LOG)
        with_nobody = _stop_if_unused(home, server, stop=time.monotonic() - last_used >= grace)
        if not with_nobody:
            last_used = time.monotonic()


def _stop_if_unused(home: Path, server: subprocess.Popen[bytes], *, stop: bool) -> bool:
    """Whether nobody uses the server; if so and `stop`, it is stopped while none can arrive."""
    starting, users = FileLock(home / START_LOCK), FileLock(home / USERS_LOCK)
    try:
        if not (starting.claim(wait=False) and users.claim(wait=False)):
            return False
        if stop:
            _stop(server)
        return True
    finally:
        users.release()
        starting.release()


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGINT)
    try:
        server.wait(timeout=STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGQUIT)
        server.wait()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _bound_log(log: Path) -> None:
    # The server appends, so its next line lands at the new beginning.
    if log.stat().st_size > LOG_LIMIT:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        with log.open("r+b") as file:
            file.truncate(0)


def main() -> None:
    """Entry point: HOME GRACE COMMAND…"""
    # It ends when its server ends; a handler, unlike SIG_IGN, is not inherited by the server.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: None)
    sys.exit(guard(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]) != 0)


if __name__ == "__main__":
    main()
