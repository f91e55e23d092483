"""The pictures in a message, in each of the three dialects."""

from __future__ import annotations

import base64
import binascii
from typing import Any


def pictures_in(message: dict[str, Any]) -> list[str]:
    """The type and size of each picture, e.g. ``image/png of 68 bytes``."""
    found = [("picture", data) for data in message.get("images") or ()]  # Ollama
    content = message.get("content")
    for part in content if isinstance(content, list) else ():
        if part.get("type") == "image_url":  # OpenAI
            head, _, data = part["image_url"]["url"].partition(";base64,")
            found.append((head.removeprefix("data:"), data))
        elif part.get("type") == "image":  # Anthropic
            found.append((part["source"]["media_type"], part["source"]["data"]))
    return [f"{kind} of {_size(data)} bytes" for kind, data in found]


def _size(data: str) -> int:
    """The decoded size; 0 for what is no base64."""
    try:
        return len(base64.b64decode(data, validate=True))
    except binascii.Error:
        return 0
