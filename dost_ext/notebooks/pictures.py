"""The pictures of foreign conversations, where their file holds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dost_ext.core.errors import InvalidRequest, TooLarge, UnsupportedType
from dost_ext.core.uploads import Upload
from dost_ext.files.contents import FileContent, known_picture
from dost_ext.files.data_urls import content_of

# A file that lies beside the conversations in their archive, by how its name begins.
Beside = Callable[[str], Upload | None]


def nothing_beside(begins: str) -> Upload | None:
    """There is no archive, or nothing else in it."""
    return None


def picture(file: Upload | None) -> FileContent | None:
    """A picture that dost may keep; None where there is none."""
    if file is None:
        return None
    try:
        return known_picture(file.filename, file.content)
    except (UnsupportedType, InvalidRequest, TooLarge):
        return None


def embedded_picture(url: Any) -> FileContent | None:
    """The picture in a data URL; None for any other."""
    try:
        return picture(Upload("", content_of(url))) if isinstance(url, str) else None
    except ValueError:
        return None
