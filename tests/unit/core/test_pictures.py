"""Pictures are known by their content."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from dost_ext.core.errors import InvalidRequest, UnsupportedType
from dost_ext.core.pictures import Picture, picture_of


def drawn(format_name: str, size: tuple[int, int] = (3, 2)) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, format_name)
    return out.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A PNG whose header promises more than the file holds."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    data = struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    return b"\x89PNG\r\n\x1a\n" + chunk + data


@pytest.mark.parametrize("name", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_is_known_by_its_content(name: str) -> None:
    assert picture_of(drawn(name)) == Picture(f"image/{name.lower()}", 3, 2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"%PDF-1.7",
        drawn("BMP"),
        drawn("PNG")[:20],
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(UnsupportedType):
        picture_of(content)


@pytest.mark.parametrize("side", [10_001, 20_000])
def test_a_picture_that_would_fill_the_memory_is_refused(side: int) -> None:
    with pytest.raises(InvalidRequest, match="million pixels"):
        picture_of(claiming(side, side))
