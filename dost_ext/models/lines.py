"""Cuts a stream of bytes into lines, however the network split it."""

from __future__ import annotations

# The longest line we hold: an image as base64 fits, an endless line does not fill the memory.
MAX_LINE_BYTES = 32 * 1024 * 1024


class LineTooLongError(Exception):
    """The upstream sent a line longer than 32 MB."""


class LineBuffer:
    """Holds the unfinished line between two reads; line ends are LF, CRLF or CR."""

    __slots__ = ("_parts", "_size", "_tail")

    def __init__(self) -> None:
        self._tail = b""
        # Pieces without a line end: joined once, since an endless line would be copied each time.
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that ``data`` completed, without their ends.

        Raises:
            LineTooLongError: the line being read has passed ``MAX_LINE_BYTES``.
        """
        if b"\n" not in data and b"\r" not in data and not self._tail.endswith(b"\r"):
            self._parts.append(data)
            self._size += len(data)
            if len(self._tail) + self._size > MAX_LINE_BYTES:
                raise LineTooLongError
            return []
        data = self._unfinished() + data
        held = b""
        if b"\r" in data:
            if data.endswith(b"\r"):  # may be half of a CRLF
                data, held = data[:-1], b"\r"
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = data.split(b"\n")
        self._tail = lines.pop() + held
        if len(self._tail) > MAX_LINE_BYTES:
            raise LineTooLongError
        return lines

    def close(self) -> list[bytes]:
        """Return the last line if the stream ended without a line end."""
        tail, self._tail = self._unfinished().rstrip(b"\r"), b""
        return [tail] if tail else []

    def _unfinished(self) -> bytes:
        unfinished = b"".join((self._tail, *self._parts))
        self._tail, self._size = b"", 0
        self._parts.clear()
        return unfinished
