"""Somebody who may run code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dost_sandbox.probe import tried
from dost_sandbox.sandbox import Limits, Sandbox
from tests.support.client import Client
from tests.support.code import Coder

# Why there are no sandboxes on this machine, where tests of them would say nothing.
NO_SANDBOX = tried(Sandbox(Limits(memory=2**31, processes=256, disk=2**31)))
collect_ignore = ["test_isolation.py"] if NO_SANDBOX is not None else []


def pytest_report_header() -> str | None:
    """Say what is left out."""
    return f"no test of sandboxes: {NO_SANDBOX}" if NO_SANDBOX is not None else None


@pytest.fixture
def coder(admin: Client) -> Iterator[Coder]:
    """A conversation of somebody who may run code; it goes with the test, and its kernel too."""
    coder = Coder(admin)
    yield coder
    admin.delete(f"conversations/{coder.conversation_id}")
