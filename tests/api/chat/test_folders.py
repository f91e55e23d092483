"""Folders, tags, and changes to many conversations at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import SignUp
from tests.support.client import Client
from tests.support.fake_control import FakeControl

ABSENT = "01890000-0000-7000-8000-000000000000"


def folder(client: Client, name: str, parent: str | None = None, **fields: Any) -> str:
    """The id of a new folder."""
    body = {"name": name, "parent_id": parent, **fields}
    return str(client.ok("POST", "folders", json=body)["id"])


def listed(client: Client, **query: Any) -> list[str]:
    return [c["title"] for c in client.ok("GET", "conversations", params=query)["items"]]


def names(client: Client) -> dict[str, str | None]:
    """Each folder's name and the name of the one it lies in."""
    items = client.ok("GET", "folders")["items"]
    by_id = {item["id"]: item["name"] for item in items}
    return {item["name"]: by_id.get(item["parent_id"]) for item in items}


def test_folders_lie_in_folders(user: Client) -> None:
    work = folder(user, "  Work ")
    folder(user, "Paper", work)
    assert names(user) == {"Work": None, "Paper": "Work"}


def test_a_chat_is_filed_and_listed_there(user: Client) -> None:
    work = folder(user, "Work")
    user.make_conversation(title="filed", folder_id=work)
    loose = user.make_conversation(title="loose")
    assert listed(user, folder_id=work) == ["filed"]
    assert listed(user, folder_id="none") == ["loose"]
    assert sorted(listed(user)) == ["filed", "loose"]
    user.ok("PATCH", f"conversations/{loose['id']}", json={"folder_id": work})
    assert sorted(listed(user, folder_id=work)) == ["filed", "loose"]
    user.ok("PATCH", f"conversations/{loose['id']}", json={"folder_id": None})
    assert listed(user, folder_id=work) == ["filed"]


def test_a_folder_counts_its_chats(user: Client) -> None:
    work = folder(user, "Work")
    user.make_conversation(folder_id=work)
    old = user.make_conversation(folder_id=work)
    user.ok("PATCH", f"conversations/{old['id']}", json={"archived": True})
    assert [f["conversations"] for f in user.ok("GET", "folders")["items"]] == [1]


def test_what_is_in_a_dissolved_folder_moves_to_where_it_was(user: Client) -> None:
    work = folder(user, "Work")
    paper = folder(user, "Paper", work)
    folder(user, "Figures", paper)
    made = user.make_conversation(folder_id=paper)
    user.ok("DELETE", f"folders/{paper}")
    assert names(user) == {"Work": None, "Figures": "Work"}
    assert user.ok("GET", f"conversations/{made['id']}")["folder_id"] == work


def test_a_folder_never_lies_in_itself(user: Client) -> None:
    outer = folder(user, "outer")
    inner = folder(user, "inner", outer)
    for parent in (inner, outer):
        answer = user.patch(f"folders/{outer}", json={"parent_id": parent})
        assert (answer.status_code, answer.json()["detail"]) == (
            409,
            "A folder cannot lie in itself.",
        )
    assert names(user) == {"outer": None, "inner": "outer"}


def test_folders_lie_eight_levels_deep_at_most(user: Client) -> None:
    parent = None
    for level in range(8):
        parent = folder(user, f"level {level}", parent)
    assert user.post("folders", json={"name": "x", "parent_id": parent}).status_code == 409
    top = folder(user, "top")
    folder(user, "below", top)
    deep = user.ok("GET", "folders")["items"]
    seventh = next(f["id"] for f in deep if f["name"] == "level 6")
    assert user.patch(f"folders/{top}", json={"parent_id": seventh}).status_code == 409


@pytest.mark.parametrize("body", [{"name": ""}, {"name": "  "}, {"name": "x" * 101}, {}])
def test_a_folder_needs_a_name(user: Client, body: dict[str, str]) -> None:
    assert user.post("folders", json=body).status_code == 422


def test_nobody_uses_another_ones_folder(user: Client, sign_up: SignUp) -> None:
    theirs = folder(sign_up(), "theirs")
    mine = user.make_conversation()
    for method, path, body in [
        ("PATCH", f"folders/{theirs}", {"name": "x"}),
        ("DELETE", f"folders/{theirs}", None),
        ("POST", "folders", {"name": "x", "parent_id": theirs}),
        ("POST", "conversations", {"folder_id": theirs}),
        ("PATCH", f"conversations/{mine['id']}", {"folder_id": theirs}),
        ("POST", "conversations/batch", {"ids": [mine["id"]], "folder_id": theirs}),
    ]:
        assert user.request(method, path, json=body).status_code == 404
    assert listed(user, folder_id=theirs) == []


def test_a_folders_prompt_holds_for_the_chats_in_it(user: Client, fake: FakeControl) -> None:
    outer = folder(user, "outer", system_prompt="Speak like a pirate.")
    inner = folder(user, "inner", outer)
    made = user.make_conversation(folder_id=inner)
    user.ask("Hello", conversation_id=made["id"])
    assert fake.requests()[-1]["body"]["messages"][0] == {
        "role": "system",
        "content": "Speak like a pirate.",
    }


def test_a_chats_own_prompt_comes_before_its_folders(user: Client, fake: FakeControl) -> None:
    outer = folder(user, "outer", system_prompt="Speak like a pirate.")
    made = user.make_conversation(folder_id=outer, system_prompt="Be brief.")
    user.ask("Hello", conversation_id=made["id"])
    assert fake.requests()[-1]["body"]["messages"][0]["content"] == "Be brief."


def test_tags_are_counted(user: Client, sign_up: SignUp) -> None:
    user.make_conversation(tags=["red", "blue"])
    user.make_conversation(tags=["red"])
    sign_up().make_conversation(tags=["green"])
    assert user.ok("GET", "tags")["items"] == [
        {"name": "blue", "conversations": 1},
        {"name": "red", "conversations": 2},
    ]


def test_many_chats_are_moved_and_archived_at_once(user: Client) -> None:
    work = folder(user, "Work")
    ids = [user.make_conversation(title=f"n{i}")["id"] for i in range(3)]
    body = {"ids": ids[:2], "folder_id": work, "archived": True}
    assert user.ok("POST", "conversations/batch", json=body) == {"changed": 2}
    assert sorted(listed(user, folder_id=work, archived=True)) == ["n0", "n1"]
    assert listed(user) == ["n2"]


def test_many_chats_are_deleted_at_once_and_what_they_wrote_stops(
    user: Client, sign_up: SignUp, fake: FakeControl
) -> None:
    fake.queue(tokens=5000, tokens_per_second=50)
    theirs = sign_up().make_conversation(title="theirs")["id"]
    with user.sending("Endless") as events:
        running = next(events).data["conversation_id"]
        ids = [running, user.make_conversation()["id"], theirs, ABSENT]
        body = {"ids": ids, "delete": True}
        assert user.ok("POST", "conversations/batch", json=body) == {"changed": 2}
        list(events)
    assert listed(user) == []


@pytest.mark.parametrize(
    "changes", [{}, {"delete": True, "archived": True}, {"delete": False}, {"title": "x"}]
)
def test_a_batch_is_changes_or_a_deletion(user: Client, changes: dict[str, Any]) -> None:
    body = {"ids": [user.make_conversation()["id"]], **changes}
    assert user.post("conversations/batch", json=body).status_code == 422
    assert len(listed(user)) == 1
