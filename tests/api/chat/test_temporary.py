"""Temporary chats: whole conversations that the database never hears of."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.api.conftest import SignUp
from tests.support.client import PASSWORD, Answer, Client
from tests.support.dost_server import DostServer, wait_until
from tests.support.fake_control import FakeControl

MARK = "xylophone-of-glass"


def begin(client: Client, content: str = MARK, **fields: Any) -> Answer:
    """The first turn of a temporary chat."""
    return client.ask(content, temporary=True, **fields)


def dump(url: str) -> str:
    """Every row of every table, as text."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        rows = [
            row
            for schema, table in tables
            for row in connection.execute(
                sql.SQL("select t::text from {} t").format(sql.Identifier(schema, table))
            )
        ]
    return "\n".join(str(row) for row in rows)


def test_nothing_of_it_reaches_the_database_or_the_log(
    server: DostServer, user: Client, fake: FakeControl, worker_database: str
) -> None:
    fake.queue(reasoning=f"{MARK} thought", reply=f"{MARK} said")
    first = begin(user, f"{MARK} asked", system_prompt=f"{MARK} ordered", params={"stop": [MARK]})
    chat = first.conversation_id
    user.ask(f"{MARK} again", conversation_id=chat)
    user.ask(conversation_id=chat, regenerate=first.message["id"])
    user.ok("PATCH", f"messages/{first.message['id']}", json={"content": f"{MARK} edited"})
    saved = dump(worker_database)
    assert "alembic" not in saved  # and yet there are rows
    assert user.username in saved
    for trace in (MARK, chat, first.run["run_id"], first.message["id"]):
        assert trace not in saved
        assert trace not in server.printed()


def test_nobody_who_listens_hears_of_it(user: Client) -> None:
    with user.following("GET", "events") as events:
        chat = begin(user).conversation_id
        marker = user.make_conversation(title="Told of")
        assert next(events).data["id"] == marker["id"]
    assert user.ok("GET", f"conversations/{chat}")["temporary"] is True


def test_it_is_in_no_list_search_or_export(user: Client) -> None:
    chat = begin(user).conversation_id
    assert user.ok("GET", "conversations")["items"] == []
    assert user.ok("GET", "conversations", params={"q": MARK})["items"] == []
    assert user.ok("GET", "runs")["items"] == []
    assert MARK.encode() not in user.get("conversations/export").content
    for path in (f"conversations/{chat}/export?format=md", f"conversations/{chat}/share"):
        assert user.get(path).status_code == 404


def test_no_title_is_made(user: Client) -> None:
    assert begin(user).names == ["run", "delta", "done"]


def test_it_goes_on_like_any_conversation(user: Client, fake: FakeControl) -> None:
    first = begin(user, "one", system_prompt="Be kind.")
    second = user.ask("two", conversation_id=first.conversation_id)
    assert [m["content"] for m in fake.requests()[-1]["body"]["messages"]] == [
        "Be kind.",
        "one",
        "one",
        "two",
    ]
    tree = user.tree(first.conversation_id)
    assert tree["leaf"] == second.message["id"]
    assert [m["content"] for m in tree["by_id"].values()] == ["one", "one", "two", "two"]
    assert tree["by_id"][second.message["id"]] == second.message


def test_regenerating_adds_a_version_that_can_be_shown(user: Client) -> None:
    first = begin(user)
    chat = first.conversation_id
    again = user.ask(conversation_id=chat, regenerate=first.message["id"])
    assert again.message["parent_id"] == first.message["parent_id"]
    body = {"current_leaf_id": first.message["id"], "model": "fake/other"}
    changed = user.ok("PATCH", f"conversations/{chat}", json=body)
    assert (changed["current_leaf_id"], changed["model"]) == (first.message["id"], "fake/other")


def test_an_answer_that_was_stopped_goes_on(user: Client, fake: FakeControl) -> None:
    fake.queue(tokens=5_000, tokens_per_second=100)
    with user.sending("Long", temporary=True) as events:
        run = next(events).data
        next(events)
        assert user.ok("POST", f"runs/{run['run_id']}/cancel")["status"] == "cancelled"
    kept = user.tree(run["conversation_id"])["by_id"][run["message_id"]]
    assert kept["status"] == "cancelled"
    fake.queue(reply=" The end.")
    more = {"conversation_id": run["conversation_id"], "continue": run["message_id"]}
    assert user.ask(**more).message["content"] == f"{kept['content']} The end."


def test_a_run_is_rejoined_while_it_is_written_and_after(user: Client, fake: FakeControl) -> None:
    fake.queue(tokens=40, tokens_per_second=100)
    with user.sending("Long", temporary=True) as events:
        run = next(events).data
        next(events)
    halfway = user.tree(run["conversation_id"])["by_id"][run["message_id"]]
    assert halfway["run_id"] == run["run_id"]
    rest = user.rejoin(run["run_id"], halfway["seq"])
    assert halfway["content"] + rest.text == rest.message["content"]
    assert user.rejoin(run["run_id"]).text == rest.message["content"]
    assert user.run(run["run_id"])["status"] == "complete"


def test_without_streaming_the_answer_comes_whole(user: Client) -> None:
    body = {"content": "x", "model": "fake/echo", "temporary": True, "stream": False}
    answer = user.ok("POST", "chat", json=body)
    assert answer["message"]["content"] == "x"
    assert user.tree(answer["conversation_id"])["leaf"] == answer["message"]["id"]


def test_deleting_a_message_shows_what_is_left(user: Client) -> None:
    first = begin(user)
    second = user.ask("two", conversation_id=first.conversation_id)
    user.ok("DELETE", f"messages/{second.run['user_message_id']}")
    tree = user.tree(first.conversation_id)
    assert (len(tree["ids"]), tree["leaf"]) == (2, first.message["id"])


def test_a_model_that_fails_says_so(user: Client, fake: FakeControl) -> None:
    fake.queue(fault="401")
    answer = begin(user)
    assert answer.last.name == "error"
    assert user.tree(answer.conversation_id)["by_id"][answer.run["message_id"]]["error"]


def test_what_is_deleted_is_gone(user: Client, fake: FakeControl) -> None:
    fake.queue(tokens=5_000, tokens_per_second=100)
    with user.sending("Long", temporary=True) as events:
        run = next(events).data
        user.ok("DELETE", f"conversations/{run['conversation_id']}")
        assert list(events)[-1].data["message"]["status"] == "cancelled"
    for path in (
        f"conversations/{run['conversation_id']}",
        f"conversations/{run['conversation_id']}/messages",
        f"runs/{run['run_id']}",
        f"runs/{run['run_id']}/events",
    ):
        assert user.get(path).status_code == 404
    again = {"content": "x", "conversation_id": run["conversation_id"]}
    assert user.post("chat", json=again).status_code == 404


def test_nobody_else_reaches_it(user: Client, sign_up: SignUp, admin: Client) -> None:
    mine = begin(user)
    chat, message, run = mine.conversation_id, mine.message["id"], mine.run["run_id"]
    for other in (sign_up(), admin):
        assert other.get(f"conversations/{chat}").status_code == 404
        assert other.get(f"conversations/{chat}/messages").status_code == 404
        assert other.delete(f"conversations/{chat}").status_code == 404
        assert other.post(f"conversations/{chat}/keep").status_code == 404
        assert other.patch(f"messages/{message}", json={"content": "y"}).status_code == 404
        assert other.delete(f"messages/{message}").status_code == 404
        assert other.get(f"runs/{run}").status_code == 404
        assert other.get(f"runs/{run}/events").status_code == 404
        assert other.post(f"runs/{run}/cancel").status_code == 404
        body = {"content": "x", "conversation_id": chat, "temporary": True}
        assert other.post("chat", json=body).status_code == 404
    assert len(user.tree(chat)["ids"]) == 2


def test_it_goes_with_the_session_that_began_it(server: DostServer, user: Client) -> None:
    login = {"username": user.username, "password": PASSWORD}
    with Client(server.api) as anonymous:
        token = anonymous.ok("POST", "auth/login", json=login)["access_token"]
    with Client(server.api, token) as phone:
        theirs, mine = begin(phone).conversation_id, begin(user).conversation_id
        phone.ok("POST", "auth/logout")
    wait_until(lambda: user.get(f"conversations/{theirs}").status_code == 404)
    assert user.get(f"conversations/{mine}").status_code == 200


def test_the_one_left_alone_longest_makes_room(user: Client) -> None:
    chats = [begin(user).conversation_id for _ in range(6)]
    found = [user.get(f"conversations/{chat}").status_code for chat in chats]
    assert found == [404, 200, 200, 200, 200, 200]


def test_a_full_one_takes_no_more(user: Client) -> None:
    chat = begin(user, "x" * 999_000).conversation_id
    body = {"content": "y" * 10_000, "conversation_id": chat}
    refused = user.post("chat", json=body)
    assert (refused.status_code, refused.json()["code"]) == (413, "temporary_full")
    assert len(user.tree(chat)["ids"]) == 2


def test_a_kept_one_is_a_conversation_like_any_other(user: Client) -> None:
    first = begin(user, "Storks of Anatolia")
    chat = first.conversation_id
    user.ask(conversation_id=chat, regenerate=first.message["id"])
    before = user.tree(chat)
    kept = user.ok("POST", f"conversations/{chat}/keep")
    assert (kept["id"], kept["title"], kept["temporary"]) == (chat, "Storks of Anatolia", False)
    assert user.tree(chat) == before
    assert [c["id"] for c in user.ok("GET", "conversations", params={"q": "storks"})["items"]] == [
        chat
    ]
    assert user.ok("POST", f"conversations/{chat}/keep") == kept
    assert user.ask("And now?", conversation_id=chat).text == "And now?"


def test_one_that_is_being_answered_cannot_be_kept_yet(user: Client, fake: FakeControl) -> None:
    fake.queue(tokens=5_000, tokens_per_second=100)
    with user.sending("Long", temporary=True) as events:
        run = next(events).data
        refused = user.post(f"conversations/{run['conversation_id']}/keep")
        assert refused.status_code == 409
        user.ok("POST", f"runs/{run['run_id']}/cancel")


@pytest.mark.parametrize("changes", [{"title": "x"}, {"pinned": True}, {"tags": ["x"]}])
def test_it_has_nothing_that_only_a_saved_one_has(user: Client, changes: dict[str, Any]) -> None:
    chat = begin(user).conversation_id
    assert user.patch(f"conversations/{chat}", json=changes).status_code == 409


def test_a_saved_conversation_does_not_become_temporary(user: Client) -> None:
    saved = user.ask("x").conversation_id
    body = {"content": "y", "conversation_id": saved, "temporary": True}
    assert user.post("chat", json=body).status_code == 404


def test_it_takes_no_files_for_they_are_saved(user: Client) -> None:
    file = user.attach("notes.md", b"# Notes")
    body = {"content": "Look", "temporary": True, "attachments": [{"file_id": file["id"]}]}
    refused = user.post("chat", json=body)
    assert refused.status_code == 422
    assert "files are saved, and a temporary chat is not" in refused.json()["detail"]


def test_one_of_several_answers_is_picked_in_it(user: Client) -> None:
    first = begin(user, models=["fake/echo", "fake/script"])
    tree = user.tree(first.conversation_id)
    second = [m for m in tree["by_id"].values() if m["role"] == "assistant"][1]
    assert second["choice_id"] is not None
    assert user.ok("POST", f"messages/{second['id']}/pick") == second | {"choice_id": None}
    after = user.tree(first.conversation_id)
    assert after["leaf"] == second["id"]
    assert {m["choice_id"] for m in after["by_id"].values()} == {None}


def test_a_reader_who_begins_with_its_end_is_given_all_of_it(user: Client) -> None:
    first = begin(user)
    path = f"conversations/{first.conversation_id}/messages"
    assert user.ok("GET", f"{path}?last=1") == user.ok("GET", path)
