"""The tree of messages: adding, editing, deleting, forking."""

from __future__ import annotations

import psycopg

from tests.api.conftest import SignUp
from tests.support.client import Client

DEPTH = 3000


def chain(client: Client, conversation_id: str, *contents: str) -> list[str]:
    """Messages one below the other; their ids."""
    ids: list[str] = []
    for content in contents:
        parent = ids[-1] if ids else None
        ids.append(client.add(conversation_id, content, parent)["id"])
    return ids


def test_a_message_is_added_where_it_was_asked_to_be(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    top = user.add(conversation, "question")
    below = user.add(conversation, "answer", top["id"], role="assistant")
    assert below["parent_id"] == top["id"]
    assert (below["role"], below["content"], below["status"]) == ("assistant", "answer", "complete")
    tree = user.tree(conversation)
    assert (tree["ids"], tree["leaf"]) == ([top["id"], below["id"]], below["id"])
    assert tree["by_id"][below["id"]] == below


def test_parents_come_before_children(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    a, b = chain(user, conversation, "a", "b")
    other = user.add(conversation, "other top")["id"]
    below_a = user.add(conversation, "second below a", a)["id"]
    below_b = user.add(conversation, "below b", b)["id"]
    messages = user.tree(conversation)
    places = {id: place for place, id in enumerate(messages["ids"])}
    assert set(places) == {a, b, other, below_a, below_b}
    for id, message in messages["by_id"].items():
        assert message["parent_id"] is None or places[message["parent_id"]] < places[id]


def test_a_reader_can_begin_with_the_end_of_the_branch_shown(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    a, b, c, d = chain(user, conversation, *"abcd")
    path = f"conversations/{conversation}/messages"
    end = user.ok("GET", f"{path}?last=2")
    assert ([m["id"] for m in end["items"]], end["partial"]) == ([c, d], True)
    user.ok("PATCH", f"conversations/{conversation}", json={"current_leaf_id": b})
    end = user.ok("GET", f"{path}?last=9")
    assert ([m["id"] for m in end["items"]], end["current_leaf_id"]) == ([a, b], b)
    assert end["partial"]


def test_the_end_of_a_branch_comes_with_the_versions_of_its_last_message(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    _, b, c = chain(user, conversation, *"abc")
    other = user.add(conversation, "other c", b)["id"]
    end = user.ok("GET", f"conversations/{conversation}/messages?last=2")
    assert ([m["id"] for m in end["items"]], end["current_leaf_id"]) == ([b, other, c], other)


def test_the_end_of_a_short_conversation_is_the_whole_of_it(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    path = f"conversations/{conversation}/messages"
    nothing = {"items": [], "current_leaf_id": None, "partial": False, "temporary": False}
    assert user.ok("GET", f"{path}?last=2") == nothing
    chain(user, conversation, "a", "b")
    assert user.ok("GET", f"{path}?last=2") == user.ok("GET", path)


def test_the_end_of_a_conversation_is_its_owners(user: Client, sign_up: SignUp) -> None:
    conversation = user.make_conversation()["id"]
    path = f"conversations/{conversation}/messages"
    assert sign_up().get(f"{path}?last=2").status_code == 404
    assert user.get(f"{path}?last=0").status_code == 422


def test_any_role_can_be_edited_in_place(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    for role in ("system", "user", "assistant", "tool"):
        message = user.add(conversation, "before", role=role)
        edited = user.ok("PATCH", f"messages/{message['id']}", json={"content": "after"})
        assert edited == message | {"content": "after"}


def test_a_message_is_rated_without_touching_it(user: Client) -> None:
    message = user.add(user.make_conversation()["id"], "x", role="assistant")
    path = f"messages/{message['id']}"
    assert user.ok("PATCH", path, json={"rating": 1}) == message | {"rating": 1}
    assert user.ok("PATCH", path, json={"rating": None})["rating"] is None
    assert user.patch(path, json={"rating": 2}).status_code == 422


def test_content_cannot_be_taken_away(user: Client) -> None:
    message = user.add(user.make_conversation()["id"], "x")
    assert user.patch(f"messages/{message['id']}", json={"content": None}).status_code == 422


def test_deleting_takes_the_whole_subtree(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    a, b, c = chain(user, conversation, "a", "b", "c")
    aside = user.add(conversation, "aside", b)["id"]
    user.ok("DELETE", f"messages/{b}")
    tree = user.tree(conversation)
    assert (tree["ids"], tree["leaf"]) == ([a], a)
    assert not {b, c, aside} & set(tree["ids"])


def test_deleting_the_shown_branch_shows_its_sibling(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    top, first = chain(user, conversation, "top", "first")
    deeper = user.add(conversation, "deeper", first)["id"]
    second = user.add(conversation, "second", top)["id"]
    user.ok("DELETE", f"messages/{second}")
    assert user.tree(conversation)["leaf"] == deeper


def test_deleting_another_branch_leaves_the_shown_one(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    top, first = chain(user, conversation, "top", "first")
    second = user.add(conversation, "second", top)["id"]
    user.ok("DELETE", f"messages/{first}")
    assert user.tree(conversation)["leaf"] == second


def test_deleting_everything_leaves_an_empty_conversation(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    top, _ = chain(user, conversation, "a", "b")
    user.ok("DELETE", f"messages/{top}")
    assert user.tree(conversation)["ids"] == []
    assert user.tree(conversation)["leaf"] is None
    assert user.ask("again", conversation_id=conversation).text == "again"


def test_another_branch_can_be_chosen(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    top, first = chain(user, conversation, "top", "first")
    user.add(conversation, "second", top)
    body = {"current_leaf_id": first}
    assert user.ok("PATCH", f"conversations/{conversation}", json=body)["current_leaf_id"] == first
    assert user.tree(conversation)["leaf"] == first


def test_a_fork_holds_a_copy_of_the_path(user: Client) -> None:
    source = user.make_conversation(title="Source", system_prompt="s", tags=["t"])
    a, b, _ = chain(user, source["id"], "a", "b", "c")
    user.add(source["id"], "beside", a)
    before = user.tree(source["id"])
    fork = user.ok("POST", f"conversations/{source['id']}/fork", json={"message_id": b})
    copied = user.tree(fork["id"])
    assert (fork["title"], fork["system_prompt"], fork["tags"]) == ("Source", "s", ["t"])
    assert [copied["by_id"][i]["content"] for i in copied["ids"]] == ["a", "b"]
    assert copied["leaf"] == copied["ids"][-1]
    assert not set(copied["ids"]) & set(before["ids"])
    user.ok("PATCH", f"messages/{copied['ids'][0]}", json={"content": "changed"})
    assert user.tree(source["id"]) == before


def test_a_message_of_another_conversation_cannot_be_forked_here(user: Client) -> None:
    here, there = user.make_conversation()["id"], user.make_conversation()["id"]
    body = {"message_id": user.add(there, "x")["id"]}
    assert user.post(f"conversations/{here}/fork", json=body).status_code == 404


def make_deep(database: str, conversation: str, top: str) -> str:
    """A chain of `DEPTH` messages below `top`, put there directly; the last one's id."""
    with psycopg.connect(database) as connection:
        row = connection.execute(
            """
            with ids as (
                select n, case when n = 0 then %(top)s::uuid else gen_random_uuid() end as id
                from generate_series(0, %(depth)s) as n
            ), added as (
                insert into messages (id, conversation_id, parent_id, role, content)
                select here.id, %(conversation)s, above.id, 'user', 'm' || here.n
                from ids here join ids above on above.n = here.n - 1
            )
            select id from ids where n = %(depth)s
            """,
            {"top": top, "conversation": conversation, "depth": DEPTH},
        ).fetchone()
    assert row is not None
    return str(row[0])


def test_a_chain_three_thousand_deep_works_like_any_other(
    user: Client, worker_database: str
) -> None:
    conversation = user.make_conversation()["id"]
    top = user.add(conversation, "top")["id"]
    leaf = make_deep(worker_database, conversation, top)
    assert len(user.tree(conversation)["ids"]) == DEPTH + 1
    answer = user.ask("deeper still", conversation_id=conversation, parent_id=leaf)
    assert answer.last.name == "done"
    fork = user.ok("POST", f"conversations/{conversation}/fork", json={"message_id": leaf})
    assert len(user.tree(fork["id"])["ids"]) == DEPTH + 1
    user.ok("DELETE", f"messages/{top}")
    assert user.tree(conversation)["ids"] == []
