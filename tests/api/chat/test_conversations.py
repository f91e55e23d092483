"""Listing, changing and deleting conversations."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from typing import Any

import psycopg
import pytest

from tests.api.conftest import SignUp
from tests.support.client import Client

ABSENT = "01890000-0000-7000-8000-000000000000"


def titles(client: Client, **query: Any) -> list[str]:
    return [c["title"] for c in client.ok("GET", "conversations", params=query)["items"]]


def pages(client: Client, limit: int, **query: Any) -> list[list[str]]:
    """The ids on each page, to the last."""
    found, cursor = [], {}
    while True:
        page = client.ok("GET", "conversations", params={"limit": limit, **query, **cursor})
        found.append([c["id"] for c in page["items"]])
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


def test_a_new_conversation_holds_what_it_was_given(user: Client) -> None:
    given = {
        "title": "Plans",
        "model": "fake/echo",
        "params": {"temperature": 0.5, "stop": ["END"]},
        "system_prompt": "Be brief.",
        "tags": ["work", "2026"],
    }
    made = user.make_conversation(**given)
    assert {name: made[name] for name in given} == given
    assert made["current_leaf_id"] is None
    assert (made["pinned"], made["archived"], made["folder_id"]) == (False, False, None)
    assert user.ok("GET", f"conversations/{made['id']}") == made


def test_a_conversation_without_a_title_is_called_new(user: Client) -> None:
    assert user.make_conversation()["title"] == "New chat"


def test_the_list_is_pinned_first_then_newest(user: Client) -> None:
    made = {name: user.make_conversation(title=name) for name in "abcd"}
    user.ok("PATCH", f"conversations/{made['b']['id']}", json={"pinned": True})
    assert titles(user) == ["b", "d", "c", "a"]


def test_what_happens_in_a_conversation_moves_it_up(user: Client) -> None:
    first, _ = user.make_conversation(title="first"), user.make_conversation(title="second")
    user.add(first["id"], "news")
    assert titles(user) == ["first", "second"]


def test_renaming_does_not_move_a_conversation(user: Client) -> None:
    first, _ = user.make_conversation(title="first"), user.make_conversation(title="second")
    user.ok("PATCH", f"conversations/{first['id']}", json={"title": "renamed"})
    assert titles(user) == ["second", "renamed"]


def test_archived_conversations_are_listed_apart(user: Client) -> None:
    user.make_conversation(title="kept")
    old = user.make_conversation(title="old")
    user.ok("PATCH", f"conversations/{old['id']}", json={"archived": True})
    assert titles(user) == ["kept"]
    assert titles(user, archived=True) == ["old"]


def test_the_list_can_be_filtered_by_tag_and_pin(user: Client) -> None:
    user.make_conversation(title="both", tags=["red", "blue"])
    red = user.make_conversation(title="red", tags=["red"])
    user.make_conversation(title="none")
    user.ok("PATCH", f"conversations/{red['id']}", json={"pinned": True})
    assert titles(user, tag="red") == ["red", "both"]
    assert titles(user, tag="blue") == ["both"]
    assert titles(user, tag="red", pinned=False) == ["both"]


def test_pages_hold_everything_once_even_where_times_are_equal(
    user: Client, worker_database: str
) -> None:
    made = [user.make_conversation()["id"] for _ in range(7)]
    user.ok("PATCH", f"conversations/{made[3]}", json={"pinned": True})
    with psycopg.connect(worker_database) as connection:
        connection.execute(
            "update conversations set updated_at = '2026-01-01' where id = any(%s)", [made]
        )
    found = pages(user, 2)
    assert [len(page) for page in found] == [2, 2, 2, 1]
    newest_first = [made[3], *(i for i in reversed(made) if i != made[3])]
    assert [i for page in found for i in page] == newest_first


def test_a_page_that_is_exactly_full_is_the_last(user: Client) -> None:
    for _ in range(4):
        user.make_conversation()
    assert [len(page) for page in pages(user, 2)] == [2, 2]


def cursor(*place: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


@pytest.mark.parametrize(
    "forged",
    [
        "nonsense",
        "é",
        "====",
        cursor(),
        cursor(True, "2026-01-01T00:00:00", ABSENT),
        cursor(True, "2026-01-01T00:00:00+00:00", "x"),
        cursor(True, 5, ABSENT),
        cursor(True, "2026-01-01T00:00:00+00:00", 5),
        cursor(True, "2026-01-01T00:00:00+23:59", ABSENT),
        cursor(True, "0001-01-01T00:00:00+23:59", ABSENT),
        cursor(True, "9999-12-31T23:59:59-23:59", ABSENT),
        cursor({"a": 1}, "2026-01-01T00:00:00+00:00", ABSENT),
        base64.urlsafe_b64encode(b"5").decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_forged_cursor_is_refused_or_harmless(user: Client, forged: str) -> None:
    response = user.get("conversations", params={"cursor": forged})
    assert response.status_code in (200, 422)


def test_a_change_leaves_the_rest_alone(user: Client) -> None:
    made = user.make_conversation(title="a", tags=["t"], system_prompt="s", model="fake/echo")
    for change in (
        {"title": "b"},
        {"archived": True},
        {"tags": ["x", "y"]},
        {"model": None},
        {"params": {"seed": 7}},
        {"system_prompt": None},
    ):
        made |= change
        assert user.ok("PATCH", f"conversations/{made['id']}", json=change) == made


def test_null_empties_what_can_be_empty(user: Client) -> None:
    made = user.make_conversation(title="a", tags=["t"], params={"seed": 1})
    empty = {"title": None, "tags": None, "params": None}
    changed = user.ok("PATCH", f"conversations/{made['id']}", json=empty)
    assert (changed["title"], changed["tags"], changed["params"]) == ("New chat", [], {})


def test_tags_are_kept_once_each_in_their_order(user: Client) -> None:
    assert user.make_conversation(tags=["b", "a", "b"])["tags"] == ["b", "a"]


def test_a_leaf_of_another_conversation_cannot_be_chosen(user: Client) -> None:
    here, there = user.make_conversation(), user.make_conversation()
    message = user.add(there["id"], "there")
    body = {"current_leaf_id": message["id"]}
    assert user.patch(f"conversations/{here['id']}", json=body).status_code == 404


def test_a_deleted_conversation_is_gone_with_its_messages(user: Client) -> None:
    made = user.make_conversation()
    message = user.add(made["id"], "x")
    user.ok("DELETE", f"conversations/{made['id']}")
    assert user.get(f"conversations/{made['id']}").status_code == 404
    assert user.get(f"conversations/{made['id']}/messages").status_code == 404
    assert user.patch(f"messages/{message['id']}", json={"content": "y"}).status_code == 404
    assert user.delete(f"conversations/{made['id']}").status_code == 404
    assert titles(user) == []


def test_times_are_utc_whatever_the_databases_time_zone(user: Client, worker_database: str) -> None:
    made = user.make_conversation()
    assert made["created_at"].endswith("Z")
    assert all(
        earlier["updated_at"] >= later["updated_at"]
        for earlier, later in pairwise(user.ok("GET", "conversations")["items"])
    )


def test_nobody_sees_anothers_conversation(user: Client, sign_up: SignUp) -> None:
    made = user.make_conversation(title="secret")
    message = user.add(made["id"], "secret")
    stranger = sign_up()
    assert titles(stranger) == []
    path = f"conversations/{made['id']}"
    body = {"parent_id": message["id"], "role": "user", "content": "x"}
    attempts = [
        stranger.get(path),
        stranger.patch(path, json={"title": "mine"}),
        stranger.delete(path),
        stranger.get(f"{path}/messages"),
        stranger.post(f"{path}/messages", json=body),
        stranger.post(f"{path}/fork", json={"message_id": message["id"]}),
        stranger.patch(f"messages/{message['id']}", json={"content": "mine"}),
        stranger.delete(f"messages/{message['id']}"),
        stranger.post("chat", json={"conversation_id": made["id"], "content": "x"}),
        stranger.post("chat", json={"conversation_id": made["id"], "regenerate": message["id"]}),
    ]
    assert [a.status_code for a in attempts] == [404] * len(attempts)
    assert "secret" not in "".join(a.text for a in attempts)
    assert user.ok("GET", path)["title"] == "secret"
    assert user.tree(made["id"])["by_id"][message["id"]]["content"] == "secret"


def test_a_message_of_anothers_is_no_place_to_answer(user: Client, sign_up: SignUp) -> None:
    theirs = sign_up()
    message = theirs.add(theirs.make_conversation()["id"], "secret")
    mine = user.make_conversation()["id"]
    for body in (
        {"content": "x", "parent_id": message["id"]},
        {"regenerate": message["id"]},
        {"continue": message["id"]},
    ):
        response = user.post("chat", json={"conversation_id": mine, **body})
        assert response.status_code == 404
    body = {"parent_id": message["id"], "role": "user", "content": "x"}
    assert user.post(f"conversations/{mine}/messages", json=body).status_code == 404
    assert (
        user.patch(f"conversations/{mine}", json={"current_leaf_id": message["id"]}).status_code
        == 404
    )
