"""The backup file: a zip of the database's dump, the server's secret key and a manifest."""

from __future__ import annotations

import os
import secrets
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ValidationError

from dost_ext.core.errors import Conflict, DostError, InvalidRequest

MANIFEST, DUMP, SECRET_KEY = "manifest.json", "dost.dump", "secret.key"
FORMAT_VERSION = 1


class Manifest(BaseModel):
    """What a backup says of itself."""

    format: Literal["dost-backup"] = "dost-backup"
    format_version: int = FORMAT_VERSION
    version: str  # of the dost that made it
    created_at: datetime
    schema_revision: str | None  # None: the database had no tables yet
    extensions: list[str]


class BackupFailed(DostError):
    """The backup could not be made or restored."""

    code = "backup_failed"


class NotABackup(InvalidRequest):
    """This file is not a backup made by dost, or it is damaged."""

    code = "not_a_backup"


@contextmanager
def new_archive(file: Path) -> Iterator[zipfile.ZipFile]:
    """A zip that becomes `file` at the end of the block, whole, durable and private, or not at all.

    Raises `BackupFailed` when the disk refuses.
    """
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        with open(unfinished, "xb", opener=_private) as target:
            with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
                yield archive
            target.flush()
            os.fsync(target.fileno())
        unfinished.replace(file)
        _sync_directory(file.parent)
    except OSError as error:
        raise BackupFailed(f"The backup {file} could not be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def open_archive(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """A backup to read, with its manifest.

    Raises `NotABackup`, also when damage shows while the block reads; `Conflict` when a newer dost
    made the file.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = Manifest.model_validate_json(archive.read(MANIFEST))
            if manifest.format_version > FORMAT_VERSION:
                raise Conflict(
                    f"This backup was made by dost {manifest.version}, which is newer than this "
                    "one. Update dost, then restore it.",
                    code="newer_backup",
                )
            archive.getinfo(DUMP)
            yield archive, manifest
    except FileNotFoundError as error:
        raise BackupFailed(f"There is no file {file}.") from error
    except OSError as error:
        raise BackupFailed(f"The backup {file} could not be read: {error.strerror}.") from error
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, ValidationError) as error:
        raise NotABackup from error


def copy(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy everything in pieces of a megabyte."""
    while piece := source.read(1_000_000):
        target.write(piece)


@contextmanager
def staged(path: Path, content: bytes) -> Iterator[Path]:
    """A durable, private file beside `path`, to be renamed to it or gone after the block."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with open(unfinished, "xb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield unfinished
    finally:
        unfinished.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_directory(directory: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(directory, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
