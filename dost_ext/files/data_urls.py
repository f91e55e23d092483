"""Files within a URL (RFC 2397)."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

_DATA_URL = re.compile(r"data:([\w.+/;=-]*),(.*)", re.DOTALL)


def is_data_url(url: str) -> bool:
    """Whether it holds its content itself."""
    return _DATA_URL.fullmatch(url) is not None


def content_of(url: str) -> bytes:
    """What a data URL holds. Raises ValueError for another URL and for broken base64."""
    found = _DATA_URL.fullmatch(url)
    if found is None:
        raise ValueError("not a data URL")
    options, data = found.groups()
    raw = unquote_to_bytes(data)
    if ";base64" not in options:
        return raw
    try:
        return base64.b64decode(raw, validate=True)
    except binascii.Error as error:
        raise ValueError("broken base64") from error
