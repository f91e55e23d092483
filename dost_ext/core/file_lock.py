"""A lock on a file that the kernel drops by itself when the process that holds it dies."""

from __future__ import annotations

import os
import sys
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WINDOWS_SHARES = 4096  # Windows has no shared lock here: each holder locks one byte of these.


class FileLock:
    """One file that many processes may share or one may own.

    Each object is a holder of its own, also within one process. Forked children let go of it:
    otherwise a child that outlives its parent would keep the parent's lock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        _open_locks.add(self)

    @property
    def held(self) -> bool:
        """Whether this object holds the lock, shared or not."""
        return self._descriptor is not None

    def share(self) -> None:
        """Hold the lock together with others; waits while somebody owns it alone."""
        self._take(shared=True, wait=True)

    def claim(self, *, wait: bool) -> bool:
        """Own the lock alone. Without `wait`, False at once when anybody else holds it."""
        return self._take(shared=False, wait=wait)

    def _take(self, *, shared: bool, wait: bool) -> bool:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        taken = False
        try:
            taken = _lock(descriptor, shared=shared, wait=wait)
        finally:
            if not taken:
                os.close(descriptor)
        self._descriptor = descriptor if taken else None
        return taken

    def release(self) -> None:
        """Let go; nothing happens when the lock is not held."""
        if self._descriptor is not None:
            # Closing is enough, and does not free a copy that a child inherited on purpose.
            os.close(self._descriptor)
            self._descriptor = None

    def fileno(self) -> int:
        """The descriptor that carries the lock, for a child that is to hold it too."""
        assert self._descriptor is not None
        return self._descriptor


@contextmanager
def owning(path: Path) -> Iterator[None]:
    """Own the lock of `path` during the block, waiting for it as long as it takes."""
    lock = FileLock(path)
    lock.claim(wait=True)
    try:
        yield
    finally:
        lock.release()


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock of `path` at this moment."""
    lock = FileLock(path)
    free = lock.claim(wait=False)
    lock.release()
    return free


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, shared: bool, wait: bool) -> bool:
        while True:
            if shared:
                taken = any(_lock_bytes(descriptor, at, 1) for at in range(WINDOWS_SHARES))
            else:
                taken = _lock_bytes(descriptor, 0, WINDOWS_SHARES)
            if taken or not wait:
                return taken
            time.sleep(0.05)

    def _lock_bytes(descriptor: int, start: int, count: int) -> bool:
        os.lseek(descriptor, start, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, count)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int, *, shared: bool, wait: bool) -> bool:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


_open_locks: weakref.WeakSet[FileLock] = weakref.WeakSet()


def _release_in_child() -> None:
    for lock in list(_open_locks):
        lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_release_in_child)
