"""What happens when several things happen at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.support.client import Client
from tests.support.fake_control import FakeControl

AT_ONCE = 6


def at_once(call: Callable[[int], Any], times: int = AT_ONCE) -> list[Any]:
    """What the calls return that begin together."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(call, range(times)))


def statuses(responses: list[httpx.Response]) -> Counter[int]:
    return Counter(response.status_code for response in responses)


def send(client: Client, **body: Any) -> httpx.Response:
    return client.post("chat", json={"model": "fake/echo", "stream": False, **body})


def test_one_continuation_at_a_time(user: Client, fake: FakeControl) -> None:
    answer = user.ask("Begin")
    body = {"conversation_id": answer.conversation_id, "continue": answer.message["id"]}
    fake.queue(reply=" and end", times=AT_ONCE, first_token_delay=0.5)
    found = at_once(lambda _: send(user, **body))
    assert statuses(found) == {200: 1, 409: AT_ONCE - 1}
    saved = user.tree(answer.conversation_id)["by_id"][answer.message["id"]]
    assert (saved["content"], saved["status"]) == ("Begin and end", "complete")


def test_turns_that_begin_together_all_become_branches(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    body = {"conversation_id": conversation, "parent_id": None}
    found = at_once(lambda n: send(user, content=f"question {n}", **body))
    assert statuses(found) == {200: AT_ONCE}
    tree = user.tree(conversation)["by_id"].values()
    tops = {m["content"] for m in tree if m["parent_id"] is None}
    assert tops == {f"question {n}" for n in range(AT_ONCE)}
    assert len(tree) == 2 * AT_ONCE


def test_regenerating_together_makes_siblings(user: Client) -> None:
    answer = user.ask("x")
    body = {"conversation_id": answer.conversation_id, "regenerate": answer.message["id"]}
    assert statuses(at_once(lambda _: send(user, **body))) == {200: AT_ONCE}
    assert len(user.tree(answer.conversation_id)["ids"]) == 2 + AT_ONCE


def test_what_is_deleted_while_it_is_answered_stays_deleted(user: Client) -> None:
    for _ in range(5):
        conversation = user.make_conversation()["id"]
        top = user.add(conversation, "top")["id"]

        def act(n: int, conversation: str = conversation, top: str = top) -> httpx.Response:
            if n == 2:
                return user.delete(f"conversations/{conversation}")
            if n == 4:
                return user.delete(f"messages/{top}")
            return send(user, content="x", conversation_id=conversation, parent_id=top)

        assert set(statuses(at_once(act))) <= {200, 204, 404, 409}
        assert user.get(f"conversations/{conversation}").status_code == 404
    assert user.ok("GET", "conversations")["items"] == []


def test_an_empty_conversation_deleted_in_that_moment_stays_deleted(user: Client) -> None:
    for _ in range(10):
        conversation = user.make_conversation()["id"]

        def act(n: int, conversation: str = conversation) -> httpx.Response:
            if n == 1:
                return user.delete(f"conversations/{conversation}")
            return send(user, content="x", conversation_id=conversation)

        assert set(statuses(at_once(act, 3))) <= {200, 204, 404, 409}
        assert user.get(f"conversations/{conversation}").status_code == 404


def test_deleting_twice_at_once_deletes_once(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    found = at_once(lambda _: user.delete(f"conversations/{conversation}"))
    assert statuses(found) == {204: 1, 404: AT_ONCE - 1}


def test_a_name_is_registered_once_by_many_at_once(anonymous: Client) -> None:
    body = {"username": "wanted-by-many", "password": "correct horse battery"}
    found = at_once(lambda _: anonymous.post("auth/register", json=body))
    assert statuses(found) == {201: 1, 409: AT_ONCE - 1}


def test_what_is_filed_while_its_folder_goes_is_kept(user: Client) -> None:
    for _ in range(5):
        folder = user.ok("POST", "folders", json={"name": "Brief"})["id"]
        ids = [user.make_conversation()["id"] for _ in range(AT_ONCE)]

        def act(n: int, folder: str = folder, ids: list[str] = ids) -> httpx.Response:
            if n == 3:
                return user.delete(f"folders/{folder}")
            return user.patch(f"conversations/{ids[n]}", json={"folder_id": folder})

        assert set(statuses(at_once(act))) <= {200, 204, 404}
        left = [user.ok("GET", f"conversations/{id_}")["folder_id"] for id_ in ids]
        assert left == [None] * AT_ONCE
    assert user.ok("GET", "folders")["items"] == []


def test_folders_that_are_moved_into_each_other_make_no_circle(user: Client) -> None:
    for _ in range(5):
        a, b = (user.ok("POST", "folders", json={"name": n})["id"] for n in "ab")
        moves = [(a, b), (b, a)]
        found = at_once(
            lambda n, moves=moves: user.patch(
                f"folders/{moves[n % 2][0]}", json={"parent_id": moves[n % 2][1]}
            )
        )
        assert set(statuses(found)) <= {200, 409}
        parents = {f["id"]: f["parent_id"] for f in user.ok("GET", "folders")["items"]}
        assert None in (parents[a], parents[b])
