"""A form with a file, as RFC 7578 has it; the standard library reads such forms and writes none."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """One file and some fields."""

    name: str
    content: bytes
    fields: Mapping[str, str]

    def encoded(self) -> tuple[str, bytes]:
        """Its content type, and its bytes."""
        boundary = secrets.token_hex(16)
        line = f"--{boundary}\r\n".encode()
        parts = [
            line + f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in self.fields.items()
        ]
        head = f'Content-Disposition: form-data; name="file"; filename="{_quoted(self.name)}"\r\n'
        kind = "Content-Type: application/octet-stream\r\n\r\n"
        parts += [line + f"{head}{kind}".encode() + self.content + b"\r\n"]
        body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
        return f"multipart/form-data; boundary={boundary}", body


def _quoted(name: str) -> str:
    """A file name as browsers write it into a header (the HTML standard, multipart/form-data)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
