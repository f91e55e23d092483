"""The one stream that a tab keeps open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.conftest import SignUp
from tests.support.client import Client
from tests.support.fake_control import FakeControl
from tests.support.sse import Event


@pytest.fixture
def feed(user: Client) -> Iterator[Iterator[Event]]:
    """The news of `user`, from the moment the test begins."""
    with user.following("GET", "events") as events:
        yield events


def test_a_conversation_is_told_of_from_its_making_to_its_end(
    user: Client, feed: Iterator[Event]
) -> None:
    made = user.make_conversation(title="a")
    path = f"conversations/{made['id']}"
    user.ok("PATCH", path, json={"title": "b", "pinned": True})
    user.ok("DELETE", path)
    heard = [next(feed) for _ in range(3)]
    assert [event.name for event in heard] == ["conversation"] * 3
    assert [event.data["id"] for event in heard] == [made["id"]] * 3
    assert (heard[0].data["title"], heard[1].data["title"]) == ("a", "b")
    assert heard[1].data["pinned"] is True
    assert heard[2].data == {"id": made["id"], "deleted": True}


def test_a_turn_is_told_of(user: Client, feed: Iterator[Event]) -> None:
    answer = user.ask("Hello")
    heard = [next(feed) for _ in range(3)]
    run = {"run_id": answer.run["run_id"], "conversation_id": answer.conversation_id}
    assert heard[0].data["title"] == "Hello"
    assert [(e.name, e.data) for e in heard[1:]] == [
        ("run", {**run, "status": "streaming"}),
        ("run", {**run, "status": "complete"}),
    ]


def test_a_stopped_turn_is_told_of(user: Client, feed: Iterator[Event], fake: FakeControl) -> None:
    fake.queue(tokens=5000, tokens_per_second=50)
    with user.sending("Endless") as events:
        user.ok("POST", f"runs/{next(events).data['run_id']}/cancel")
    heard = [next(feed) for _ in range(3)]
    assert heard[2].data["status"] == "cancelled"


def test_every_tab_hears_and_no_other_account(
    user: Client, sign_up: SignUp, feed: Iterator[Event]
) -> None:
    stranger = sign_up()
    with (
        user.following("GET", "events") as other_tab,
        stranger.following("GET", "events") as elsewhere,
    ):
        mine, theirs = user.make_conversation(), stranger.make_conversation()
        assert next(feed).data["id"] == next(other_tab).data["id"] == mine["id"]
        assert next(elsewhere).data["id"] == theirs["id"]


def test_what_changes_in_a_tree_is_told_of(user: Client, feed: Iterator[Event]) -> None:
    conversation = user.make_conversation()["id"]
    message = user.add(conversation, "x")
    user.ok("PATCH", f"messages/{message['id']}", json={"content": "y"})
    user.ok("DELETE", f"messages/{message['id']}")
    assert [next(feed).data["id"] for _ in range(4)] == [conversation] * 4
