"""The server's secret, and the keys derived from it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dost_ext.core.errors import NotReady

MINIMUM_LENGTH = 32
# The purpose of the key that both servers and workers need.
EMBEDDERS = "embedders"


def load_secret(data_dir: Path) -> bytes:
    """The server's secret: from `DOST_SECRET_KEY`, else `DATA_DIR/secret.key`, made when absent.

    Servers that share a database must share the secret. Raises `NotReady` when it is too short.
    """
    given = os.environ.get("DOST_SECRET_KEY")
    try:
        secret = given.encode() if given else _from_file(data_dir / "secret.key")
    except OSError as error:
        raise NotReady(
            f"dost cannot keep its data in {data_dir}: {error.strerror}. "
            "Name another directory with --data-dir.",
            code="data_dir",
        ) from error
    if len(secret) < MINIMUM_LENGTH:
        raise NotReady(
            f"The secret key must have at least {MINIMUM_LENGTH} characters; "
            "make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
            code="secret_key",
        )
    return secret


def _from_file(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    candidate = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        # Linking fails when another server was first: both then read the same secret.
        descriptor = os.open(candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(candidate, path)
        except FileExistsError:
            pass
        finally:
            candidate.unlink()
    return path.read_bytes().strip()


def derive_key(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose, by HKDF-SHA256 (RFC 5869)."""
    return HKDF(SHA256(), length=32, salt=None, info=f"dost:{purpose}".encode()).derive(secret)
