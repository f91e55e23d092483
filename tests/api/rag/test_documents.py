"""Documents: sent, read by a real worker, listed, replaced, given back and deleted."""

from __future__ import annotations

import hashlib
from typing import Any

import psycopg
import pytest

from tests.api.conftest import SignUp
from tests.api.rag.conftest import Ask, SendAndRead, when_over
from tests.support.client import Client
from tests.support.documents import bomb, pdf, word
from tests.support.sse import events_in

NOTES = (
    b"# Harbour\n\nThe lighthouse keeper counts ships.\n\n# Market\n\nOn Fridays there is fish.\n"
)


def test_a_document_is_taken_at_once_and_read_later(worker: None, user: Client) -> None:
    response = user.post("documents", files={"file": ("notes.md", NOTES)})
    sent = response.json()
    assert (response.status_code, sent["status"], sent["chunks"]) == (202, "queued", 0)
    ready = when_over(user, sent["id"])
    told = {k: ready[k] for k in ("status", "stage", "progress", "media_type", "error", "notes")}
    assert told == {
        "status": "ready",
        "stage": "",
        "progress": 1.0,
        "media_type": "text/markdown",
        "error": None,
        "notes": [],
    }
    assert ready["outline"] == [
        {"level": 1, "title": "Harbour", "page": None, "passage": 0},
        {"level": 1, "title": "Market", "page": None, "passage": 0},
    ]


def test_its_progress_is_told_until_it_is_ready(worker: None, user: Client) -> None:
    sent = user.send_document("notes.md", NOTES)
    with user.stream("GET", f"documents/{sent['id']}/events") as response:
        told = [event.data["status"] for event in events_in(response.iter_bytes())]
    assert told[-1] == "ready"
    assert set(told) <= {"queued", "processing", "ready"}


def test_the_file_comes_back_as_it_was_sent(read: SendAndRead, user: Client) -> None:
    document = read("notes.md", NOTES)
    got = user.get(f"documents/{document['id']}/file")
    assert got.content == NOTES
    assert got.headers["content-disposition"].startswith('attachment; filename="notes.md"')


def test_the_same_file_is_the_document_that_is_there(read: SendAndRead, user: Client) -> None:
    first = read("notes.md", NOTES)
    again = user.send_document("copy of notes.md", NOTES)
    assert (again["id"], again["duplicate"], first["duplicate"]) == (first["id"], True, False)


def test_another_of_its_name_takes_its_place_in_a_collection(
    read: SendAndRead, ask: Ask, user: Client
) -> None:
    place = {"collection_id": user.ok("POST", "collections", json={"name": "Cellar"})["id"]}
    old = read("notes.md", b"The password of the cellar is marmalade.", **place)
    new = read("notes.md", b"The password of the cellar is porridge.", **place)
    assert user.get(f"documents/{old['id']}").status_code == 404
    found = ask("password of the cellar")
    assert [passage["document_id"] for passage in found] == [new["id"]]


def test_one_that_fails_does_not_take_its_place(read: SendAndRead, ask: Ask, user: Client) -> None:
    place = {"collection_id": user.ok("POST", "collections", json={"name": "Cellar"})["id"]}
    old = read("notes.pdf", b"The password of the cellar is marmalade.", **place)
    new = read("notes.pdf", b"%PDF-1.7 and nothing of a PDF", **place)
    assert (old["status"], new["status"]) == ("ready", "failed")
    assert [passage["document_id"] for passage in ask("password cellar")] == [old["id"]]


def test_outside_of_collections_a_name_means_nothing(read: SendAndRead, ask: Ask) -> None:
    sent = {read("notes.md", f"The password is {word}.".encode())["id"] for word in ("a", "b")}
    assert {passage["document_id"] for passage in ask("password")} == sent


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"%PDF-1.7 and nothing of a PDF", "damaged"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".docx"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "picture"),
        ("a.txt", b"   \n \n", "empty"),
        ("a.txt", b"", "empty"),
        ("a.zip", bomb(20), "zip bomb"),
        ("a.docx", word(("Normal", "words"))[:-200], "damaged"),
    ],
    ids=["pdf", "doc", "png", "blank", "empty", "bomb", "truncated"],
)
def test_what_cannot_be_read_says_why(
    read: SendAndRead, name: str, content: bytes, says: str
) -> None:
    document = read(name, content)
    assert document["status"] == "failed"
    assert says in document["error"]


def test_a_file_is_read_as_what_it_is_whatever_its_name(read: SendAndRead, ask: Ask) -> None:
    document = read("letter.docx", pdf("The lighthouse keeper counts ships."))
    assert (document["status"], document["media_type"]) == ("ready", "application/pdf")
    assert [passage["document_id"] for passage in ask("lighthouse keeper")] == [document["id"]]


def test_one_that_is_made_to_harm_does_not_hold_up_others(worker: None, user: Client) -> None:
    heading = b"# " + b"[" * 200_000
    sent = [
        user.ok("POST", "documents", files={"file": (f"{at}.md", content)})["id"]
        for at, content in enumerate((heading, NOTES))
    ]
    assert [when_over(user, one)["status"] for one in sent] == ["ready", "ready"]


def test_what_was_deleted_is_found_no_more(
    read: SendAndRead, ask: Ask, user: Client, worker_database: str
) -> None:
    document = read("notes.md", NOTES)
    assert ask("lighthouse")
    user.ok("DELETE", f"documents/{document['id']}")
    assert ask("lighthouse") == []
    with psycopg.connect(worker_database) as connection:
        for table in ("chunks", "chunk_words", "chunk_vectors", "document_files"):
            query = f"select count(*) from {table} where document_id = %s"
            assert connection.execute(query, (document["id"],)).fetchone() == (0,)


def test_the_counts_of_a_collection_are_those_of_its_documents(
    read: SendAndRead, user: Client, worker_database: str
) -> None:
    collection = user.ok("POST", "collections", json={"name": "Harbour"})["id"]
    gone = read("a.md", NOTES, collection_id=collection)
    read("b.md", b"Of lighthouses and ships.", collection_id=collection)
    user.ok("DELETE", f"documents/{gone['id']}")
    with psycopg.connect(worker_database) as connection:
        counted = connection.execute(
            "select term, chunks from term_counts where collection_id = %s and chunks > 0",
            (collection,),
        ).fetchall()
        whole = connection.execute(
            "select chunks, words from collections where id = %s", (collection,)
        ).fetchone()
    assert sorted(counted) == [("lighthous", 1), ("ship", 1)]
    assert whole == (1, 2)


def test_a_failed_one_is_read_once_more_when_asked(read: SendAndRead, user: Client) -> None:
    document = read("a.pdf", b"%PDF-1.7 and nothing of a PDF")
    again = user.ok("POST", f"documents/{document['id']}/retry")
    assert (again["status"], again["error"]) == ("queued", None)
    assert when_over(user, document["id"])["status"] == "failed"
    ready = read("b.txt", b"words")
    assert user.post(f"documents/{ready['id']}/retry").json()["code"] == "not_failed"


def test_lists_go_on_where_they_ended(read: SendAndRead, user: Client) -> None:
    sent = [user.send_document(f"{n}.txt", f"words {n}".encode())["id"] for n in range(5)]
    listed: list[str] = []
    page: dict[str, Any] = {"next_cursor": ""}
    while (cursor := page["next_cursor"]) is not None:
        page = user.ok("GET", "documents", params={"limit": 2, "cursor": cursor or None})
        listed += [item["id"] for item in page["items"]]
    assert listed == sent[::-1]


def test_lists_are_narrowed(read: SendAndRead, user: Client) -> None:
    collection = user.ok("POST", "collections", json={"name": "Harbour"})["id"]
    inside = read("ships.md", NOTES, collection_id=collection)["id"]
    read("broken.pdf", b"%PDF-1.7")

    def listed(**wanted: str) -> list[str]:
        return [d["filename"] for d in user.ok("GET", "documents", params=wanted)["items"]]

    assert listed(collection_id=collection) == ["ships.md"]
    assert listed(status="failed") == ["broken.pdf"]
    assert listed(q="SHIP") == ["ships.md"]
    assert user.ok("GET", f"documents/{inside}")["collection_id"] == collection


def test_a_folder_keeps_its_paths(read: SendAndRead, user: Client) -> None:
    names = ["trip/day 1/notes.md", "trip/day 2/notes.md"]
    for number, name in enumerate(names):
        read("notes.md", f"Day {number} of the trip".encode(), path=name)
    listed = user.ok("GET", "documents", params={"q": "trip"})["items"]
    assert sorted(item["filename"] for item in listed) == names


def test_documents_are_their_owners_alone(read: SendAndRead, ask: Ask, sign_up: SignUp) -> None:
    document = read("diary.md", b"The treasure is under the oak.")
    stranger = sign_up()
    for path in ("", "/file", "/events"):
        assert stranger.get(f"documents/{document['id']}{path}").status_code == 404
    assert stranger.delete(f"documents/{document['id']}").status_code == 404
    assert ask("treasure", stranger) == []
    named = {"query": "treasure", "document_ids": [document["id"]]}
    assert stranger.post("retrieve", json=named).status_code == 404


def test_a_deleted_account_leaves_nothing(
    read: SendAndRead, user: Client, worker_database: str
) -> None:
    document = read("diary.md", b"The treasure is under the oak.")
    user.ok("DELETE", "auth/me", json={"password": "correct horse battery"})
    digest = hashlib.sha256(b"The treasure is under the oak.").digest()
    with psycopg.connect(worker_database) as connection:
        query = "select count(*) from documents where id = %s or sha256 = %s and sender_id is null"
        assert connection.execute(query, (document["id"], digest)).fetchone() == (0,)
