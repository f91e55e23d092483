"""What was read of a document, in its order: from the beginning, around a passage, at a page."""

from __future__ import annotations

from typing import Any

import psycopg

from tests.api.conftest import SignUp
from tests.api.rag.conftest import Ask, SendAndRead
from tests.support.client import Client
from tests.support.documents import mail, pdf, slides, zipped

WORDS = "The keeper counts the ships that come in, and those that leave. " * 12
CHAPTERS = "\n\n".join(f"# Chapter {n}\n\nIt is number {n}. {WORDS}" for n in range(60))


def passages(client: Client, document: dict[str, Any], **query: Any) -> dict[str, Any]:
    """Some of a document."""
    return dict(client.ok("GET", f"documents/{document['id']}/passages", params=query))


def titles(found: dict[str, Any]) -> list[str]:
    """The headings in what was given."""
    blocks = [block for item in found["items"] for block in item["blocks"]]
    return [block["text"] for block in blocks if block["kind"] == "heading"]


def test_a_document_is_read_from_its_beginning_on(read: SendAndRead, user: Client) -> None:
    document = read("book.md", CHAPTERS.encode())
    found = passages(user, document, limit=3)
    assert titles(found) == ["Chapter 0", "Chapter 1", "Chapter 2"]
    assert (found["total"], found["at"]) == (60, None)
    assert titles(passages(user, document, start=58)) == ["Chapter 58", "Chapter 59"]


def test_it_is_read_around_a_passage_that_was_found(
    read: SendAndRead, user: Client, ask: Ask
) -> None:
    document = read("book.md", CHAPTERS.encode())
    (cited,) = ask("It is number 30", mode="text", k=1)
    found = passages(user, document, passage=cited["chunk_id"], limit=4)
    numbers = [item["number"] for item in found["items"]]
    assert found["at"] in numbers
    assert [item["id"] for item in found["items"]][2] == cited["chunk_id"]


def test_its_outline_leads_into_it(read: SendAndRead, user: Client) -> None:
    document = read("book.md", CHAPTERS.encode())
    outline = user.ok("GET", f"documents/{document['id']}")["outline"]
    found = passages(user, document, around=outline[40]["passage"], limit=1)
    assert titles(found) == [outline[40]["title"]] == ["Chapter 40"]


def test_a_page_leads_into_it(read: SendAndRead, user: Client) -> None:
    document = read("manual.pdf", pdf(*(f"Page {n}.\n{WORDS[:400]}" for n in range(1, 6))))
    found = passages(user, document, page=4, limit=1)
    assert [item["page"] for item in found["items"]] == [4]
    assert passages(user, document, page=99)["at"] == found["total"] - 1


def test_slides_that_say_little_are_told_apart(read: SendAndRead, user: Client) -> None:
    document = read("talk.pptx", slides(("One", "first"), ("Two", "second")))
    (passage,) = passages(user, document)["items"]
    said = [(block["kind"], block["page"] or block["text"]) for block in passage["blocks"]]
    assert said == [
        ("page", 1),
        ("heading", "One"),
        ("text", "first"),
        ("page", 2),
        ("heading", "Two"),
        ("text", "second"),
    ]


def test_passages_of_a_zip_and_of_a_mail_name_their_file(read: SendAndRead, ask: Ask) -> None:
    files = {"north.txt": b"The code is heron.", "south.txt": b"The code is gull."}
    read("codes.zip", zipped(files))
    (found, *_) = ask("heron", mode="text")
    assert (found["headings"], found["text"]) == (["north.txt"], "The code is heron.")
    read("codes.eml", mail("Codes", "As you asked.", {"east.txt": b"The code is teal."}))
    (found, *_) = ask("teal", mode="text")
    assert (found["headings"], found["text"]) == (["east.txt"], "The code is teal.")


def test_what_was_read_before_is_shown_by_its_words(
    read: SendAndRead, user: Client, worker_database: str
) -> None:
    document = read("notes.md", b"# Harbour\n\nFish.")
    with psycopg.connect(worker_database) as connection:
        connection.execute(
            "update chunks set layout = null where document_id = %s", [document["id"]]
        )
    (passage,) = passages(user, document)["items"]
    assert [(block["kind"], block["text"]) for block in passage["blocks"]] == [("plain", "Fish.")]


def test_nobody_else_reads_it(read: SendAndRead, sign_up: SignUp) -> None:
    document = read("notes.md", b"# Harbour\n\nFish.")
    assert sign_up().get(f"documents/{document['id']}/passages").status_code == 404
