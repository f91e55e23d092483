"""Retrieval: by words, by meaning and by both, in the collections one names and in no others."""

from __future__ import annotations

import pytest

from tests.api.rag.conftest import Ask, SendAndRead
from tests.support.client import Client

ANIMALS = b"""# Cats

A cat sleeps most of the day and hunts mice at night.

# Cars

The automobile needs petrol, and its engine must be warm.

# Codes

The access code of station KX-4471 is 90125.
"""


def headings(passages: list[dict[str, object]]) -> list[object]:
    return [passage["headings"] for passage in passages]


LONG = b"\n\n".join(
    b"# %s\n\n%s" % (title, text * 12)
    for title, text in (
        (b"Cats", b"A cat sleeps most of the day and hunts mice at night. "),
        (b"Cars", b"The automobile needs petrol, and its engine must be warm. "),
        (b"Codes", b"The access code of station KX-4471 is 90125. "),
    )
)


def test_a_passage_knows_where_it_is_from(read: SendAndRead, ask: Ask) -> None:
    document = read("animals.md", ANIMALS)
    (passage,) = ask("access code KX-4471")
    assert {k: passage[k] for k in ("document_id", "filename", "page", "headings")} == {
        "document_id": document["id"],
        "filename": "animals.md",
        "page": None,
        "headings": [],
    }
    assert "The access code of station KX-4471 is 90125." in passage["text"]
    assert 0 < passage["score"] <= 1


@pytest.mark.parametrize(
    ("mode", "question", "heading"),
    [
        ("text", "KX-4471", "Codes"),
        ("vector", "pets that catch rodents", "Cats"),
        ("vector", "fuel for vehicles", "Cars"),
        ("hybrid", "which code opens station KX-4471?", "Codes"),
        ("hybrid", "fuel for vehicles", "Cars"),
    ],
)
def test_what_fits_best_comes_first(
    read: SendAndRead, ask: Ask, mode: str, question: str, heading: str
) -> None:
    read("animals.md", LONG)
    assert headings(ask(question, mode=mode))[0] == [heading]


def test_words_that_are_nowhere_find_nothing(read: SendAndRead, ask: Ask) -> None:
    read("animals.md", LONG)
    assert ask("xylophone", mode="text") == []
    assert ask("the of and", mode="text") == []


@pytest.mark.parametrize("query", ["' | ! & ( :* <->", "\\'", "%_;--", "a" * 5000, "😀"])
def test_any_characters_may_be_asked(read: SendAndRead, ask: Ask, query: str) -> None:
    read("animals.md", LONG)
    assert ask(query, k=3) is not None


def test_as_many_come_as_are_asked_for(read: SendAndRead, ask: Ask) -> None:
    read("animals.md", LONG)
    assert [len(ask("cat automobile code", k=k)) for k in (1, 2, 3, 50)] == [1, 2, 3, 3]


def test_only_what_is_named_is_searched(read: SendAndRead, ask: Ask, user: Client) -> None:
    made = [user.ok("POST", "collections", json={"name": n})["id"] for n in "ab"]
    one = read("a.txt", b"the treasure is here", collection_id=made[0])["id"]
    two = read("b.txt", b"the treasure is there", collection_id=made[1])["id"]
    three = read("c.txt", b"the treasure is nowhere")["id"]

    def found(**named: list[str]) -> set[object]:
        return {passage["document_id"] for passage in ask("treasure", **named)}

    assert found() == {one, two, three}
    assert found(collection_ids=[made[0]]) == {one}
    assert found(document_ids=[two, three]) == {two, three}
    assert found(collection_ids=[made[0]], document_ids=[three]) == {one, three}
    assert found(collection_ids=[]) == set()


def test_a_turkish_text_is_found_by_other_forms_of_its_words(read: SendAndRead, ask: Ask) -> None:
    text = (
        "İstanbul'da deniz kıyısındaki eski evler ve bu evlerin bahçeleri çok güzeldir. Ama "
        "her şey için de bir zaman vardır ve biz bunu daha sonra anladık; çünkü o gün hava "
        "gibi deniz de sakindi."
    )
    read("istanbul.txt", text.encode())
    assert len(ask("evlerde bahçe", mode="text")) == 1


def test_a_question_needs_words(user: Client) -> None:
    refused = [user.post("retrieve", json={"query": query}) for query in ("", "  ")]
    assert [response.status_code for response in refused] == [422, 422]
