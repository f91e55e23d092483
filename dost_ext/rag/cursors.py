"""Where a list of documents goes on, as a word for its reader to give back."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from uuid import UUID

from dost_ext.core.errors import InvalidRequest


def cursor_of(created_at: datetime, document_id: UUID) -> str:
    """The cursor after a document."""
    return base64.urlsafe_b64encode(f"{created_at.isoformat()} {document_id}".encode()).decode()


def read_cursor(cursor: str) -> tuple[datetime, UUID]:
    """When the last document that is known was made, and its id. Raises `InvalidRequest`."""
    try:
        moment, _, document_id = base64.urlsafe_b64decode(cursor).decode().partition(" ")
        found = datetime.fromisoformat(moment)
        if found.tzinfo is None:
            raise ValueError
        return found, UUID(document_id)
    except (ValueError, binascii.Error, UnicodeDecodeError) as error:
        raise InvalidRequest("cursor: take next_cursor of the last answer") from error
