"""Providers' keys at rest: encrypted with a key derived from the server's secret."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken


class KeyBox:
    """Locks and unlocks keys (Fernet: AES-128-CBC with HMAC-SHA256).

    Args:
        key: 32 bytes, the same on all servers that share the database.
    """

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(urlsafe_b64encode(key))

    def lock(self, api_key: str) -> bytes:
        """The key as it may be stored."""
        return self._fernet.encrypt(api_key.encode())

    def unlock(self, locked: bytes) -> str | None:
        """The key; None if it was locked under another secret."""
        try:
            return self._fernet.decrypt(locked).decode()
        except InvalidToken:
            return None
