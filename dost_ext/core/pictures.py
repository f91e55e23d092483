"""Pictures that people send: known by what is in them, whatever name or type they came with."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from dost_ext.core.errors import InvalidRequest, UnsupportedType

# What every browser and every vision model reads. SVG is missing on purpose: it is a document
# that can hold scripts.
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
# Decoded, a pixel takes four bytes in every browser that shows the picture.
MOST_PIXELS = 100_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture's header says; width and height in pixels."""

    media_type: str
    width: int
    height: int


def picture_of(content: bytes) -> Picture:
    """Read the header of a picture; its pixels are never decoded.

    Raises `UnsupportedType` for what is no PNG, JPEG, GIF or WebP, and `InvalidRequest` for more
    than `MOST_PIXELS`.
    """
    # It takes longer to import than most requests take in all.
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(MEDIA_TYPES)) as image:
                width, height = image.size
                media_type = MEDIA_TYPES[str(image.format)]
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UnsupportedType("This is not a PNG, JPEG, GIF or WebP picture.") from error
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    return Picture(media_type, width, height)


def _too_many_pixels() -> InvalidRequest:
    millions = MOST_PIXELS // 1_000_000
    return InvalidRequest(f"The picture has more than {millions} million pixels. Make it smaller.")
