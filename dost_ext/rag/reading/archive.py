"""ZIP archives of files of any kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from zipfile import ZipInfo

from dost_ext.rag.reading.caps import Unpacked
from dost_ext.rag.reading.mail import ReadWithin
from dost_ext.rag.reading.parts import Contents, Note, Read, Unreadable
from dost_ext.rag.reading.refusals import PASSWORD
from dost_ext.rag.reading.zips import Damaged, Zip

MEDIA_TYPE = "application/zip"
# What programs put beside what people wrote.
_SKIPPED = {"__MACOSX", "__pycache__", "node_modules", "venv", "Thumbs.db", "desktop.ini"}
_ENCRYPTED = 0x1  # general purpose bit 0, APPNOTE.TXT 4.4.4


def read_archive(content: bytes, unpacked: Unpacked, read_within: ReadWithin) -> Iterator[Read]:
    """Every file of an archive that can be read, under its path; a note on each that cannot.

    Raises `Unreadable` for bombs and for an archive that is encrypted as a whole.
    """
    packed = Zip(content, unpacked)
    members = [member for member in packed.members() if not _is_skipped(member.filename)]
    if members and all(_is_encrypted(member) for member in members):
        raise Unreadable(PASSWORD)
    yield Contents(MEDIA_TYPE)
    for member in members:
        if _is_encrypted(member):
            yield Note(f"{member.filename}: {PASSWORD}")
            continue
        try:
            unpacked_member = packed.read(member)
        except Damaged:
            yield Note(f"{member.filename}: This file is damaged.")
            continue
        # Empty files, such as Python's `__init__.py`, are no news.
        if unpacked_member:
            yield from read_within(member.filename, unpacked_member)


def _is_skipped(path: str) -> bool:
    return any(part in _SKIPPED or part.startswith(".") for part in PurePosixPath(path).parts)


def _is_encrypted(member: ZipInfo) -> bool:
    return bool(member.flag_bits & _ENCRYPTED)
