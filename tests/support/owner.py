"""The one account of a server under a crash test, and what it sees of its runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.support.client import PASSWORD, Client
from tests.support.dost_server import DostServer
from tests.support.fake_control import FakeControl
from tests.support.sse import Event, text_of


def sign_in(server: DostServer) -> Client:
    """The owner's account on a server, made when absent."""
    body = {"username": "owner", "password": PASSWORD}
    with Client(server.api) as fresh:
        made = fresh.post("auth/register", json=body)
        answer = made if made.is_success else fresh.post("auth/login", json=body)
    return Client(server.api, answer.json()["access_token"])


def queue(client: Client, **script: Any) -> None:
    """Tell the fake model of this client's server what to say next."""
    FakeControl(client).queue(**script)


def take_words(events: Iterator[Event], count: int) -> list[Event]:
    """Events until that many words have come."""
    taken: list[Event] = []
    while len(text_of(taken).split()) < count:
        taken.append(next(events))
    return taken


def message_of(client: Client, run: dict[str, Any]) -> dict[str, Any]:
    """The message that a run writes, as it is now."""
    return dict(client.tree(run["conversation_id"])["by_id"][run["message_id"]])


def let_models_run_code(client: Client, approval: str) -> None:
    """Choose whether code that models write runs by itself (`never`) or is asked for (`ask`)."""
    tools = {"run_code": {"enabled": True, "approval": approval}}
    client.ok("PATCH", "settings", json={"tools": tools})
