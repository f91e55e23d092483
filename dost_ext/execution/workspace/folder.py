"""A directory whose content somebody else's code may change at any moment.

No link in it is followed, not even one that was a directory a moment ago: every step of a path is
opened from the directory before it (openat(2) with O_NOFOLLOW).
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from uuid import uuid4

from dost_ext.core.errors import Conflict, InvalidRequest, NotFound, TooLarge

# More than anybody reads.
MOST_ENTRIES = 2_000
DEEPEST = 12
LONGEST_NAME = 255

NO_FILE = "There is no such file."
NO_NAME = "A file needs a name of at most 255 bytes, without / and not beginning with a dot."
DISK_FULL = "The server's disk is full."
IN_THE_WAY = "Something else has this name."

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or directory; `path` from the folder's top, `size` in bytes, `changed_at` in s."""

    path: str
    is_directory: bool
    size: int
    changed_at: float


class Folder:
    """What is below a directory, but for names that begin with a dot."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def entries(self) -> tuple[list[Entry], bool]:
        """What there is, each directory before its content; whether there is more than that."""
        found: list[Entry] = []
        with suppress(FileNotFoundError):
            descriptor = os.open(self._root, _DIRECTORY)
            try:
                whole = self._collect(descriptor, PurePosixPath(), found)
            finally:
                os.close(descriptor)
            return found, not whole
        return found, False

    def _collect(self, directory: int, path: PurePosixPath, found: list[Entry]) -> bool:
        whole = True
        with os.scandir(directory) as scan:
            inside = sorted(scan, key=lambda entry: entry.name)
        for entry in inside:
            if entry.name.startswith("."):
                continue
            if len(found) >= MOST_ENTRIES:
                return False
            try:
                about = entry.stat(follow_symlinks=False)
            except OSError:  # it has gone
                continue
            is_directory = stat.S_ISDIR(about.st_mode)
            if not is_directory and not stat.S_ISREG(about.st_mode):
                continue
            below = path / os.fsencode(entry.name).decode("utf-8", "replace")
            size = 0 if is_directory else about.st_size
            found.append(Entry(str(below), is_directory, size, about.st_mtime))
            if is_directory:
                whole = self._enter(directory, entry.name, below, found) and whole
        return whole

    def _enter(self, directory: int, name: str, path: PurePosixPath, found: list[Entry]) -> bool:
        if len(path.parts) >= DEEPEST:
            return False
        try:
            descriptor = os.open(name, _DIRECTORY, dir_fd=directory)
        except OSError:  # it has gone, or is a link by now
            return True
        try:
            return self._collect(descriptor, path, found)
        finally:
            os.close(descriptor)

    def open(self, path: str) -> BinaryIO:
        """A file's content, to be closed. Raises `NotFound`."""
        # A pipe would be waited for.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        with self._parent(path) as (directory, name):
            try:
                descriptor = os.open(name, flags, dir_fd=directory)
            except OSError:
                raise NotFound(NO_FILE) from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise NotFound(NO_FILE)
        return os.fdopen(descriptor, "rb")

    def changed_at(self, path: str) -> float | None:
        """When a file was changed; None where there is nothing of that name."""
        with suppress(NotFound, OSError), self._parent(path) as (directory, name):
            return os.stat(name, dir_fd=directory, follow_symlinks=False).st_mtime
        return None

    def write(self, path: str, content: bytes, changed_at: float | None = None) -> Entry:
        """Put a file there, whole or not at all, as whoever has the folder.

        Directories on the way are made. Raises `InvalidRequest` for what is no path, `Conflict`
        where something is in the way, `TooLarge` where the disk is full.
        """
        owner = os.stat(self._root)
        try:
            with self._parent(path, making=owner) as (directory, name):
                draft = f".{uuid4()}"
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
                with os.fdopen(os.open(draft, flags, 0o600, dir_fd=directory), "wb") as file:
                    try:
                        _give(file.fileno(), owner)
                        file.write(content)
                        file.flush()
                        if changed_at is not None:
                            os.utime(file.fileno(), (changed_at, changed_at))
                        os.rename(draft, name, src_dir_fd=directory, dst_dir_fd=directory)
                    except BaseException:
                        with suppress(OSError):
                            os.unlink(draft, dir_fd=directory)
                        raise
                    about = os.fstat(file.fileno())
        except (FileExistsError, IsADirectoryError, NotADirectoryError):
            raise Conflict(IN_THE_WAY, code="in_the_way") from None
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise TooLarge(DISK_FULL, code="no_room") from None
        return Entry(path, False, about.st_size, about.st_mtime)

    def move_out(self, path: str, to: Path) -> None:
        """Move a file or directory to a place outside. Raises `NotFound`."""
        with self._parent(path) as (directory, name):
            try:
                os.rename(name, to, src_dir_fd=directory)
            except OSError:
                raise NotFound(NO_FILE) from None

    @contextmanager
    def _parent(self, path: str, making: os.stat_result | None = None) -> Iterator[tuple[int, str]]:
        """The directory that a path is in, and the name there. `making` whose the missing are."""
        *before, name = parts_of(path, NotFound(NO_FILE) if making is None else None)
        try:
            directory = os.open(self._root, _DIRECTORY)
        except OSError:
            raise NotFound(NO_FILE) from None
        try:
            for part in before:
                inner = self._step(directory, part, making)
                os.close(directory)
                directory = inner
            yield directory, name
        finally:
            os.close(directory)

    def _step(self, directory: int, part: str, making: os.stat_result | None) -> int:
        if making is None:
            try:
                return os.open(part, _DIRECTORY, dir_fd=directory)
            except OSError:
                raise NotFound(NO_FILE) from None
        with suppress(FileExistsError):
            os.mkdir(part, 0o700, dir_fd=directory)
            made = os.open(part, _DIRECTORY, dir_fd=directory)
            _give(made, making)
            return made
        try:
            return os.open(part, _DIRECTORY, dir_fd=directory)
        except OSError:  # a file, or a link
            raise Conflict(IN_THE_WAY, code="in_the_way") from None


def parts_of(path: str, refusal: NotFound | None = None) -> list[str]:
    """The steps of a path. Raises the refusal, or `InvalidRequest`, for what is no path."""
    parts = path.split("/")
    fits = all(
        part and not part.startswith(".") and len(part.encode("utf-8", "replace")) <= LONGEST_NAME
        for part in parts
    )
    if not fits or "\0" in path or len(parts) > DEEPEST or not _encodable(path):
        raise refusal or InvalidRequest(NO_NAME)
    return parts


def _encodable(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _give(descriptor: int, owner: os.stat_result) -> None:
    """Have somebody own a file, which only an administrator can do."""
    if os.geteuid() == 0:
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
