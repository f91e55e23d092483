"""Files that processes hold and no directory has: deleted while open, or in memory alone.

The links of /proc lead to them: proc(5); those that are in memory alone: memfd_create(2).
"""

from __future__ import annotations

import functools
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress

# A file system, and a file's number in it.
Key = tuple[int, int]
Files = dict[Key, os.stat_result]
BLOCK = 512


def nameless_of(pids: Iterable[int], *, mapped: bool) -> Files:
    """The files without a name that processes have open, each of them once.

    And those that are `mapped`, open or not: that takes the system thrice as long to say.
    """
    found: Files = {}
    for pid in pids:
        for status in (*_open(pid), *(_mapped(pid) if mapped else ())):
            if status.st_nlink == 0 and stat.S_ISREG(status.st_mode):
                found[status.st_dev, status.st_ino] = status
    return found


def size_of(files: Iterable[os.stat_result]) -> int:
    """Bytes that files take, without their holes."""
    return sum(status.st_blocks * BLOCK for status in files)


@functools.cache
def memory_device() -> int:
    """The file system of what is in memory alone: memfd, and memory that processes share."""
    descriptor = os.memfd_create("device")
    try:
        return os.fstat(descriptor).st_dev
    finally:
        os.close(descriptor)


def _open(pid: int) -> Iterator[os.stat_result]:
    try:
        directory = os.open(f"/proc/{pid}/fd", os.O_RDONLY)
    except OSError:
        return
    try:
        for name in os.listdir(directory):
            with suppress(OSError):  # closed meanwhile
                yield os.stat(name, dir_fd=directory)
    except OSError:  # the process has ended
        return
    finally:
        os.close(directory)


def _mapped(pid: int) -> Iterator[os.stat_result]:
    try:
        with open(f"/proc/{pid}/maps", "rb") as file:
            lines = file.read().splitlines()
    except OSError:
        return
    for line in lines:
        if line.endswith(b" (deleted)"):
            first, _, last = line.split(maxsplit=1)[0].decode().partition("-")
            with suppress(OSError):  # only an administrator is led there
                yield os.stat(f"/proc/{pid}/map_files/{int(first, 16):x}-{int(last, 16):x}")
