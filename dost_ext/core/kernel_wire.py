"""Messages of Jupyter's kernel protocol as a WebSocket carries them."""

from __future__ import annotations

import json
import struct
from typing import Any

from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session
from jupyter_server.services.kernels.connection.base import (
    deserialize_binary_message,
    deserialize_msg_from_ws_v1,
    serialize_binary_message,
    serialize_msg_to_ws_v1,
)

from dost_ext.core.errors import MalformedRequest

Message = dict[str, Any]

# The name of the newer of the two ways; whoever names none speaks the older.
V1 = "v1.kernel.websocket.jupyter.org"
NO_MESSAGE = "This is no message of Jupyter's protocol: {}."
_PARTS = ("header", "parent_header", "metadata", "content")
_PACKER = Session()


def written(message: Message, channel: str, protocol: str | None) -> str | bytes:
    """A message of a channel, for a WebSocket of this protocol."""
    buffers = [bytes(buffer) for buffer in message.get("buffers") or ()]
    if protocol == V1:
        parts = [_PACKER.pack(message[part]) for part in _PARTS]
        v1: bytes = serialize_msg_to_ws_v1(  # type: ignore[no-untyped-call]
            [*parts, *buffers], channel
        )
        return v1
    whole = {part: message[part] for part in _PARTS} | {"channel": channel, "buffers": buffers}
    if buffers:
        older: bytes = serialize_binary_message(whole)  # type: ignore[no-untyped-call]
        return older
    return json.dumps(whole, default=json_default)


def read(data: str | bytes, protocol: str | None) -> tuple[str, Message]:
    """A message from a WebSocket of this protocol, with its channel.

    Raises `MalformedRequest` for what is none.
    """
    try:
        if isinstance(data, bytes):
            _demand_offsets(data, 8 if protocol == V1 else 4)
        if protocol == V1:
            channel, parts = deserialize_msg_from_ws_v1(data)  # type: ignore[no-untyped-call]
            message = dict(zip(_PARTS, map(json.loads, parts[:4]), strict=True))
            message["buffers"] = parts[4:]
        else:
            if isinstance(data, bytes):
                message = deserialize_binary_message(data)  # type: ignore[no-untyped-call]
            else:
                message = json.loads(data)
            channel = message.pop("channel", None) or "shell"
            message.setdefault("buffers", [])
        if not all(isinstance(message[part], dict) for part in _PARTS):
            raise TypeError("a part is no object")
        if not all(isinstance(message["header"][name], str) for name in ("msg_id", "msg_type")):
            raise TypeError("the header names no message")
    except (AttributeError, LookupError, TypeError, ValueError, struct.error) as error:
        raise MalformedRequest(NO_MESSAGE.format(error)) from None
    return str(channel), message


def _demand_offsets(data: bytes, width: int) -> None:
    """Refuse more offsets than there are bytes: Jupyter's readers would count them all."""
    number = int.from_bytes(data[:width], "little" if width == 8 else "big")
    if (number + 1) * width > len(data):
        raise ValueError("it is too short for its offsets")
