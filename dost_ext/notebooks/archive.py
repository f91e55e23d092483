"""A ZIP archive that is sent while it is written."""

from __future__ import annotations

import zipfile
from datetime import datetime


class _Pieces:
    """What has been written since it was last taken."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, piece: bytes, /) -> int:
        """Keep a piece."""
        self._written += piece
        return len(piece)

    def flush(self) -> None:
        """Everything is where it belongs already."""

    def close(self) -> None:
        """There is nothing to close."""

    def take(self) -> bytes:
        """All there is, once."""
        taken = bytes(self._written)
        self._written.clear()
        return taken


class Archive:
    """Packs files one by one; each call answers with the bytes to send."""

    def __init__(self, now: datetime) -> None:
        self._pieces = _Pieces()
        self._zip = zipfile.ZipFile(self._pieces, "w", zipfile.ZIP_DEFLATED)
        self._now = now

    def add(self, name: str, content: bytes) -> bytes:
        """Pack a file. It blocks."""
        member = zipfile.ZipInfo(name, self._now.timetuple()[:6])
        member.compress_type = zipfile.ZIP_DEFLATED
        member.external_attr = 0o644 << 16
        self._zip.writestr(member, content)
        return self._pieces.take()

    def end(self) -> bytes:
        """The list of all files, with which an archive ends."""
        self._zip.close()
        return self._pieces.take()
