"""What may be kept: pictures, texts in UTF-8 and data for code; known by content, not by name."""

from __future__ import annotations

from dataclasses import dataclass

from dost_ext.core.downloads import plain_name, safe_name
from dost_ext.core.errors import InvalidRequest, TooLarge, UnsupportedType
from dost_ext.core.pictures import picture_of
from dost_ext.files.schemas import Kind

MOST_BYTES = 20 * 1024 * 1024
# A model reads a text whole, and four million letters are more than any reads.
MOST_TEXT_BYTES = 4 * 1024 * 1024
LONGEST_ENDING = 10

# A browser is told no other types: HTML and SVG would be documents that hold scripts.
TEXT_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "markdown": "text/markdown",
    "md": "text/markdown",
    "tsv": "text/tab-separated-values",
}
# Tables that are too long to be read whole are for code.
TABLES = ("text/csv", "text/tab-separated-values")
# What a file of data begins with, what else is in it, and its type and ending.
_ZIP = b"PK\x03\x04"
DATA_TYPES = (
    (b"PAR1", b"PAR1", "application/vnd.apache.parquet", "parquet"),
    (b"ARROW1", b"", "application/vnd.apache.arrow.file", "arrow"),
    (b"FEA1", b"", "application/vnd.apache.arrow.file", "feather"),
    (b"\x89HDF\r\n\x1a\n", b"", "application/x-hdf5", "h5"),
    (b"SQLite format 3\x00", b"", "application/vnd.sqlite3", "sqlite"),
    (b"\x93NUMPY", b"", "application/octet-stream", "npy"),
    (_ZIP, b".npy", "application/octet-stream", "npz"),
    (
        _ZIP,
        b"xl/workbook.",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    (b"\x1f\x8b", b"", "application/gzip", "gz"),
)
SUPPORTED = (
    "dost takes PNG, JPEG, GIF and WebP pictures, text files in UTF-8 (source code, txt, md, csv, "
    "json, log …), and data for code (Parquet, Arrow, xlsx, HDF5, SQLite, NumPy, gz). PDF, Word "
    "and other documents are added under Documents, where they can be searched."
)
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file that may be kept; width and height are a picture's, in pixels."""

    kind: Kind
    name: str
    media_type: str
    content: bytes
    width: int | None = None
    height: int | None = None


def known(filename: str, content: bytes) -> FileContent:
    """Find out what a file is. It takes milliseconds.

    Raises `UnsupportedType` for what is neither picture nor text nor data, `InvalidRequest` for an
    empty file and for too many pixels, `TooLarge` for too long a text.
    """
    if not content:
        raise InvalidRequest("The file is empty.")
    try:
        return known_picture(filename, content)
    except UnsupportedType:
        return _data(filename, content) or _text(filename, content)


def known_picture(filename: str, content: bytes) -> FileContent:
    """A picture. Raises as `known` does, and `UnsupportedType` for anything else."""
    if len(content) > MOST_BYTES:
        raise TooLarge(f"A file may hold {MOST_BYTES // 2**20} MB at most.")
    found = picture_of(content)
    name = _named(filename, "picture", found.media_type.partition("/")[2])
    return FileContent("image", name, found.media_type, content, found.width, found.height)


def _data(filename: str, content: bytes) -> FileContent | None:
    for beginning, inside, media_type, ending in DATA_TYPES:
        if content.startswith(beginning) and inside in content[len(beginning) :]:
            return FileContent("data", _named(filename, "data", ending), media_type, content)
    return None


def _text(filename: str, content: bytes) -> FileContent:
    # PostgreSQL, where the text will be part of a prompt, holds no NUL; a PDF may be plain ASCII.
    if b"\x00" in content or content.startswith(b"%PDF-") or not _is_utf8(content):
        raise UnsupportedType(SUPPORTED)
    name = _named(filename, "file", "txt")
    media_type = TEXT_TYPES.get(name.rpartition(".")[2].lower(), "text/plain")
    if len(content) > MOST_TEXT_BYTES:
        if media_type in TABLES:
            return FileContent("data", name, media_type, content)
        raise TooLarge(f"A text file may hold {MOST_TEXT_BYTES // 2**20} MB at most.")
    return FileContent("text", name, media_type, content)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _named(filename: str, fallback: str, ending: str) -> str:
    """The file's name as it is safe on any system; without one, the fallback's.

    A name that is safe stays as it is.
    """
    name = plain_name(filename).rstrip(" .")
    stem, dot, own = name.rpartition(".")
    if dot and own.isalnum() and len(own) <= LONGEST_ENDING:
        return f"{safe_name(stem, fallback)}.{own}"
    cut = safe_name(name, "")
    if not cut:
        return f"{fallback}.{ending}"
    # What was cut to length may have an ending by now.
    return cut if cut == name else _named(cut, fallback, ending)


def text_of(content: bytes) -> str:
    """The words of a text file."""
    return content.decode("utf-8", "replace").removeprefix(BYTE_ORDER_MARK)
