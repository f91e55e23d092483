"""Takes uploaded files apart: JSON and ZIP archives of JSON, whatever the file is called."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from dost_ext.core.uploads import Upload
from dost_ext.files.contents import MOST_BYTES
from dost_ext.notebooks.pictures import Beside, nothing_beside
from dost_ext.notebooks.portable import Unreadable

MOST_MEMBERS = 20_000
MOST_UNPACKED = 256 * 1024 * 1024
# Text packs to a tenth of its size; what packs a hundred times smaller holds nothing.
MOST_RATIO = 100
# Below this even an archive of nothing but zeros does no harm.
HARMLESS = 32 * 1024 * 1024

_SPACE = re.compile(r"[ \t\r\n]*")
_BROKEN_MEMBER = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a file that may be a conversation, or what is wrong in its place."""

    file: str
    number: int
    value: Any = None
    trouble: str = ""
    beside: Beside = nothing_beside
    # Whether it is all there is, in no list and no archive.
    alone: bool = False

    @property
    def place(self) -> str:
        """Where it is, in words."""
        if self.alone:
            return "this file"
        return f"{self.file}, entry {self.number}" if self.file else f"entry {self.number}"


def entries_of(content: bytes) -> Iterator[Entry]:
    """The entries of a file, one by one. Raises `Unreadable` for what is neither JSON nor ZIP."""
    if not content:
        raise Unreadable("The file is empty.")
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _archived(content)
    else:
        yield from _listed(_decoded(content), "")


def _archived(content: bytes) -> Iterator[Entry]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN_MEMBER:
        raise Unreadable("The ZIP archive is damaged.") from None
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        _demand_harmless(members, len(content))
        neighbours = _Neighbours(archive, members)
        for member in members:
            for entry in _member(archive, member):
                yield replace(entry, beside=neighbours.find)


class _Neighbours:
    """The files of an archive by their names, without the folders they lie in."""

    def __init__(self, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._members = {m.filename.rpartition("/")[2]: m for m in members}
        self._names = sorted(self._members)

    def find(self, begins: str) -> Upload | None:
        """The first whose name begins so, under what is left of it; None if it cannot be read."""
        at = bisect_left(self._names, begins)
        name = self._names[at] if begins and at < len(self._names) else ""
        if not name.startswith(begins) or not name:
            return None
        member = self._members[name]
        if member.file_size > MOST_BYTES:
            return None
        try:
            with self._archive.open(member) as file:
                return Upload(name[len(begins) :].lstrip("-_"), file.read(member.file_size))
        except _BROKEN_MEMBER:
            return None


def _demand_harmless(members: list[zipfile.ZipInfo], packed: int) -> None:
    """Refuse an archive that would unpack to more than anybody's conversations."""
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS:
        raise Unreadable(f"The ZIP archive holds more than {MOST_MEMBERS:,} files.")
    if unpacked > MOST_UNPACKED or (unpacked > HARMLESS and unpacked > packed * MOST_RATIO):
        raise Unreadable("The ZIP archive unpacks to far more than it should.")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[Entry]:
    name = member.filename[-120:]
    try:
        with archive.open(member) as file:
            # An export holds images and pages, too; JSON shows at its first sign.
            head = file.read(64)
            if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[", b"{")):
                return
            # No more than was announced and checked, whatever comes out of it.
            text = _decoded(head + file.read(max(member.file_size - len(head), 0)))
        yield from _listed(text, name)
    except Unreadable as error:
        yield Entry(name, 1, trouble=error.detail)
    except _BROKEN_MEMBER:
        yield Entry(name, 1, trouble="The file is damaged or locked.")


def _decoded(content: bytes) -> str:
    try:
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        raise Unreadable("The file is neither JSON in UTF-8 nor a ZIP archive.") from None


def _listed(text: str, name: str) -> Iterator[Entry]:
    """The items of a list, read one by one so that memory holds one; or the one value there is."""
    at = _after_space(text, 0)
    if not text.startswith("[", at):
        value, at = _decode(text, at, "The file is not valid JSON.")
        items = _wrapped(value)
        for number, item in enumerate(items, 1):
            yield Entry(name, number, item, alone=item is value and not name)
    else:
        at = _after_space(text, at + 1)
        number = 0
        while not text.startswith("]", at):
            number += 1
            value, at = _decode(text, at, f"The file is not valid JSON from its entry {number} on.")
            yield Entry(name, number, value)
            at = _after_space(text, at)
            if text.startswith(",", at):
                at = _after_space(text, at + 1)
            elif not text.startswith("]", at):
                raise Unreadable(f"The file breaks off after its entry {number}.")
        at += 1
    if _after_space(text, at) < len(text):
        raise Unreadable("The file goes on where its JSON ends; the rest is left.")


def _wrapped(value: Any) -> list[Any]:
    """The conversations within an object that lists them under a name; else the value alone."""
    for name in ("conversations", "chats", "data"):
        if isinstance(value, dict) and isinstance(value.get(name), list):
            return list(value[name])
    return [value]


def _decode(text: str, at: int, trouble: str) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except RecursionError:
        raise Unreadable("The file is nested too deeply.") from None
    except ValueError:
        raise Unreadable(trouble) from None


_DECODER = json.JSONDecoder(parse_constant=lambda _: None)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at
