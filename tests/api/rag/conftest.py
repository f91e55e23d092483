"""Documents that the worker has read, and questions to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.worker import when_over, worker  # noqa: F401  (a fixture)

SendAndRead = Callable[..., dict[str, Any]]
Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def read(worker: None, user: Client) -> SendAndRead:  # noqa: F811
    """Sends a document and waits until it is read: `read("notes.md", b"# Notes")`."""

    def send(name: str, content: bytes, client: Client = user, **fields: str) -> dict[str, Any]:
        return when_over(client, client.send_document(name, content, **fields)["id"])

    return send


@pytest.fixture
def ask(user: Client) -> Ask:
    """Asks documents: `ask("What is written?")` is the passages."""

    def send(query: str, client: Client = user, **fields: Any) -> list[dict[str, Any]]:
        return list(client.ok("POST", "retrieve", json={"query": query, **fields})["items"])

    return send
