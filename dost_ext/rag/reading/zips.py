"""ZIP files that cannot harm: what comes out is counted, and XML that defines entities refused.

Word, PowerPoint, Excel and EPUB files are ZIPs of XML. The libraries that read them unpack members
whole and trust sizes in headers, so each such file goes through `check` before.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from dost_ext.rag.reading.caps import HARMLESS_BYTES, MOST_SHRINKING, Unpacked
from dost_ext.rag.reading.parts import Unreadable

_PIECE = 1024 * 1024
_XML_ENDINGS = (".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx", ".svg", ".vml")
# The seed of billion laughs, quadratic blow-up and external entities. Office files never have one.
_ENTITY = b"<!entity"

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


class Damaged(Unreadable):
    """A ZIP, or a member of one, does not come out whole."""


class Zip:
    """A ZIP file in memory."""

    def __init__(self, content: bytes, unpacked: Unpacked, *, what: str = "archive") -> None:
        """Open it. `what` is what people call such a file, in sentences.

        Raises `Unreadable` for what is no ZIP.
        """
        self._unpacked = unpacked
        self._what = what
        try:
            self._file = zipfile.ZipFile(io.BytesIO(content))
        except DAMAGED as error:
            raise self.damaged() from error

    def damaged(self) -> Damaged:
        """What is said of a file whose parts do not come out whole."""
        return Damaged(f"This {self._what} is damaged and cannot be read.")

    def members(self) -> Iterator[zipfile.ZipInfo]:
        """Each file in it, in the archive's order, counted."""
        for info in self._file.infolist():
            if not info.is_dir():
                self._unpacked.add_member()
                yield info

    def names(self) -> set[str]:
        """The paths of all files in it."""
        return set(self._file.namelist())

    def read(self, member: str | zipfile.ZipInfo) -> bytes:
        """A member's bytes.

        Raises `Unreadable` for one that is damaged or a bomb, `KeyError` for one that is not there.
        """
        return b"".join(self._pieces(self._info(member)))

    def check(self) -> None:
        """Unpack every member once, piece by piece.

        Raises `Unreadable` for bombs, for XML that defines entities, and for damage.
        """
        for info in self._file.infolist():
            is_xml = info.filename.lower().endswith(_XML_ENDINGS)
            before = b""
            for piece in self._pieces(info):
                if is_xml:
                    refuse_entities(before + piece)
                    before = piece[-2 * len(_ENTITY) :]

    def _info(self, member: str | zipfile.ZipInfo) -> zipfile.ZipInfo:
        return member if isinstance(member, zipfile.ZipInfo) else self._file.getinfo(member)

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        size = 0
        try:
            with self._file.open(info) as member:
                while piece := member.read(_PIECE):
                    size += len(piece)
                    self._unpacked.add(len(piece))
                    self._refuse_bomb(size, info.compress_size)
                    yield piece
        except DAMAGED as error:
            raise self.damaged() from error

    def _refuse_bomb(self, size: int, packed: int) -> None:
        if size > HARMLESS_BYTES and size > MOST_SHRINKING * max(packed, 1):
            raise Unreadable(
                f"This {self._what} is packed so that it grows without measure (a “zip bomb”); "
                "it was not unpacked."
            )


def refuse_entities(xml: bytes) -> None:
    """Raise `Unreadable` for XML that defines entities, in UTF-8 or UTF-16."""
    if _ENTITY in xml.replace(b"\0", b"").lower():
        raise Unreadable(
            "This file defines XML entities, which can be used to attack what reads it; "
            "it was not read."
        )
