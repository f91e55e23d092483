"""Somebody who may run code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.client import Client
from tests.support.code import Coder


@pytest.fixture
def coder(admin: Client) -> Iterator[Coder]:
    """A conversation of somebody who may run code; it goes with the test, and its kernel too."""
    coder = Coder(admin)
    yield coder
    admin.delete(f"conversations/{coder.conversation_id}")
