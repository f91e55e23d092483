"""Collections: who fills them, who reads them, and what becomes of them."""

from __future__ import annotations

from tests.api.conftest import SignUp
from tests.api.rag.conftest import Ask, SendAndRead
from tests.support.client import Client


def make(client: Client, **fields: object) -> str:
    return str(client.ok("POST", "collections", json={"name": "Papers", **fields})["id"])


def names(client: Client) -> list[str]:
    return [item["name"] for item in client.ok("GET", "collections")["items"]]


def test_a_collection_is_shown_as_it_was_made(user: Client) -> None:
    made = user.ok("POST", "collections", json={"name": " Papers ", "description": "Read these"})
    about = {k: made[k] for k in ("name", "description", "everyone", "readers", "mine")}
    assert about == {
        "name": "Papers",
        "description": "Read these",
        "everyone": False,
        "readers": [],
        "mine": True,
    }
    assert (made["documents"], made["chunks"]) == (0, 0)


def test_nobody_else_sees_it(user: Client, sign_up: SignUp) -> None:
    collection, stranger = make(user), sign_up()
    assert names(stranger) == []
    assert stranger.get(f"collections/{collection}").status_code == 404


def test_those_it_is_shared_with_read_it_and_change_nothing(
    read: SendAndRead, ask: Ask, user: Client, sign_up: SignUp
) -> None:
    reader = sign_up()
    collection = make(user, readers=[reader.username])
    document = read("a.md", b"The treasure is under the oak.", collection_id=collection)
    assert names(reader) == ["Papers"]
    assert [passage["document_id"] for passage in ask("treasure", reader)] == [document["id"]]
    sent = reader.post("documents", files={"file": ("b", b"x")}, data={"collection_id": collection})
    refused = [
        sent,
        reader.patch(f"collections/{collection}", json={"name": "Mine"}),
        reader.delete(f"collections/{collection}"),
        reader.delete(f"documents/{document['id']}"),
    ]
    assert [response.status_code for response in refused] == [403] * 4


def test_readers_do_not_learn_of_each_other(user: Client, sign_up: SignUp) -> None:
    one, other = sign_up(), sign_up()
    collection = make(user, readers=[one.username, other.username])
    assert user.ok("GET", f"collections/{collection}")["readers"] == sorted(
        [one.username, other.username]
    )
    assert one.ok("GET", f"collections/{collection}")["readers"] == []


def test_what_is_shared_no_more_is_gone_for_others(user: Client, sign_up: SignUp) -> None:
    reader = sign_up()
    collection = make(user, readers=[reader.username])
    user.ok("PATCH", f"collections/{collection}", json={"readers": []})
    assert names(reader) == []


def test_everyone_reads_what_is_for_everyone(user: Client, sign_up: SignUp) -> None:
    collection = make(user, everyone=True)
    assert sign_up().ok("GET", f"collections/{collection}")["mine"] is False
    user.ok("DELETE", f"collections/{collection}")


def test_an_unknown_reader_is_refused(user: Client) -> None:
    body = {"name": "Papers", "readers": ["nobody at all"]}
    refused = user.post("collections", json=body)
    assert refused.status_code == 422
    assert refused.json()["detail"] == "readers: there is no user named 'nobody at all'"


def test_its_documents_go_with_it(read: SendAndRead, ask: Ask, user: Client) -> None:
    collection = make(user)
    document = read("a.md", b"The treasure is under the oak.", collection_id=collection)
    user.ok("DELETE", f"collections/{collection}")
    assert user.get(f"documents/{document['id']}").status_code == 404
    assert ask("treasure") == []
