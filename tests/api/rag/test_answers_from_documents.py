"""Chats that rest on documents: what the model is given, and what its answer cites."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.rag.conftest import SendAndRead
from tests.support.client import Client
from tests.support.documents import pdf
from tests.support.fake_control import FakeControl
from tests.support.town import BOOK, PAGES, cited, passages_of, sent, stages, town


@pytest.fixture(autouse=True)
def _with_fake(fake: FakeControl) -> None:
    """Every test looks at what the model was sent."""


def test_an_answer_rests_on_passages_and_cites_them(
    read: SendAndRead, user: Client, fake: FakeControl
) -> None:
    document = town(read)
    fake.queue(reply="It burned down in 1903 [1].")
    answer = user.ask("When did the library burn?", attachments=[passages_of(document)])
    citation = cited(answer)[0]
    assert citation | {"text": "", "score": 1, "chunk_id": None} == {
        "index": 1,
        "kind": "document",
        "document_id": document["id"],
        "chunk_id": None,
        "url": None,
        "title": "norburg.pdf",
        "page": 2,
        "headings": [],
        "text": "",
        "score": 1,
        "whole": False,
    }
    assert "It burned down in 1903" in citation["text"]
    given = sent(fake)
    assert "Passage [1]:\n```\n“norburg.pdf”, page 2\n\n" in given
    assert citation["text"] in given
    assert given.endswith("When did the library burn?")
    assert answer.names == ["run", "title", "status", "citations", "delta", "done"]
    assert answer.message["citations"] == cited(answer)


def test_citations_and_sources_are_kept(read: SendAndRead, user: Client) -> None:
    document = town(read)
    answer = user.ask("When did the library burn?", attachments=[passages_of(document)])
    tree = user.tree(answer.conversation_id)
    prompt = tree["by_id"][answer.run["user_message_id"]]
    assert prompt["sources"] == [
        {"kind": "document", "id": document["id"], "name": "norburg.pdf", "use": "passages"}
    ]
    assert tree["by_id"][answer.message["id"]]["citations"] == cited(answer)
    rejoined = user.rejoin(answer.run["run_id"])
    assert cited(rejoined) == cited(answer)


def test_a_collection_is_asked_as_a_whole(read: SendAndRead, user: Client) -> None:
    collection = user.ok("POST", "collections", json={"name": "Towns"})
    inside = town(read, collection_id=collection["id"])
    read("other.md", b"The library of Sudfeld burned down in 1950.")
    answer = user.ask("When did the library burn?", collection_ids=[collection["id"]])
    assert {one["document_id"] for one in cited(answer)} == {inside["id"]}
    tree = user.tree(answer.conversation_id)
    prompt = tree["by_id"][answer.run["user_message_id"]]
    assert prompt["sources"] == [
        {"kind": "collection", "id": collection["id"], "name": "Towns", "use": "auto"}
    ]


def test_a_short_document_is_given_whole_and_what_is_not_pointed_at_is_forgotten(
    read: SendAndRead, user: Client, fake: FakeControl
) -> None:
    document = town(read)
    fake.queue(reply="It opens at six [3].")
    answer = user.ask("When is bread?", attachments=[{"document_id": document["id"]}])
    assert [one["page"] for one in cited(answer)] == [1, 2, 3]
    assert all(one["whole"] for one in cited(answer))
    for page in PAGES:
        assert page in sent(fake)
    assert [one["index"] for one in answer.message["citations"]] == [3]
    fake.queue(reply="At six.")
    again = user.ask("When is bread?", attachments=[{"document_id": document["id"]}])
    assert again.message["citations"] is None


def test_a_long_document_is_given_in_passages_unless_it_is_asked_for_whole(
    read: SendAndRead, user: Client, fake: FakeControl
) -> None:
    document = read("keepers.pdf", pdf(*BOOK))
    by_itself = user.ask("Who counts ships?", attachments=[{"document_id": document["id"]}])
    assert len(cited(by_itself)) <= 10
    # The model's window is not known, so what is too long for a usual one is not given whole.
    whole = {"document_id": document["id"], "use": "whole"}
    answer = user.ask("Who counts ships?", attachments=[whole])
    assert len(cited(answer)) <= 10
    assert "“keepers.pdf” is too long to be given as a whole." in sent(fake)


def test_the_passages_of_a_prompt_hold_for_those_after_it(
    read: SendAndRead, user: Client, fake: FakeControl
) -> None:
    document = town(read)
    fake.queue(reply="It was built in 1871 [1].")
    first = user.ask("When was the harbour built?", attachments=[passages_of(document)])
    fake.queue(reply="How long is the mole of the harbour of Norburg?")
    fake.queue(reply="340 metres [1].")
    second = user.ask("And how long is its mole?", conversation_id=first.conversation_id)
    assert second.text == "340 metres [1]."
    assert stages(second) == ["rewriting", "searching"]
    (searched,) = (e.data["detail"] for e in second.events if e.data.get("stage") == "searching")
    assert searched == "How long is the mole of the harbour of Norburg?"
    assert cited(second)[0]["page"] == 1
    # The numbers of the first answer are not those of the second.
    earlier = fake.requests()[-1]["body"]["messages"][-2]["content"]
    assert earlier == "It was built in 1871."


def test_a_follow_up_is_said_in_full_only_where_passages_are_looked_for(
    read: SendAndRead, user: Client, fake: FakeControl
) -> None:
    whole, passages = {"document_id": town(read)["id"]}, passages_of(town(read))
    for attached in (whole, passages):
        first = user.ask("When was the harbour built?", attachments=[attached])
        fake.reset()
        user.ask("What is this document about?", conversation_id=first.conversation_id)
        assert len(fake.requests()) == 1


@pytest.mark.parametrize(
    "script",
    [
        {"reply": "Here is a wonderful recipe with chocolate, vanilla and strawberries."},
        {"reply": "word " * 300},
        {"reply": ""},
        {"fault": "500"},
    ],
    ids=["nonsense", "talk", "silence", "failure"],
)
def test_a_model_that_cannot_say_a_question_in_full_does_not_spoil_the_search(
    read: SendAndRead, user: Client, fake: FakeControl, script: dict[str, Any]
) -> None:
    document = town(read)
    first = user.ask("When was the harbour built?", attachments=[passages_of(document)])
    fake.queue(**script)
    fake.queue(reply="340 metres [1].")
    second = user.ask("And how long is the mole?", conversation_id=first.conversation_id)
    assert second.text == "340 metres [1]."
    assert cited(second)[0]["page"] == 1


def test_where_nothing_fits_it_says_so(read: SendAndRead, user: Client, fake: FakeControl) -> None:
    document = town(read)
    answer = user.ask(
        "How do transistors amplify electric currents?", attachments=[passages_of(document)]
    )
    assert cited(answer) == []
    assert answer.message["citations"] == []
    assert "“norburg.pdf”" in sent(fake)
    assert "nothing in there fits" in sent(fake)


@pytest.mark.parametrize(
    "question",
    ["What is this document about?", "Summarise it, please.", "Bu belgeyi özetler misin?", ""],
)
def test_a_question_about_the_whole_gets_its_outline_and_all_its_parts(
    read: SendAndRead, user: Client, fake: FakeControl, question: str
) -> None:
    parts = "".join(
        f"# Part {n}: {name}\n\n" + f"The {name} of Norburg is described here. " * 30 + "\n\n"
        for n, name in enumerate(("harbour", "library", "bakery", "school", "mill"), 1)
    )
    document = read("guide.md", parts.encode())
    answer = user.ask(question, attachments=[passages_of(document)])
    given = sent(fake)
    for heading in ("Part 1: harbour", "Part 3: bakery", "Part 5: mill"):
        assert given.index(heading) < given.index("[1]")
    found = {heading for one in cited(answer) for heading in one["headings"]}
    assert found == {
        "Part 1: harbour",
        "Part 2: library",
        "Part 3: bakery",
        "Part 4: school",
        "Part 5: mill",
    }


def test_a_shared_answer_names_no_document(
    read: SendAndRead, user: Client, anonymous: Client, fake: FakeControl
) -> None:
    document = town(read)
    fake.queue(reply="It burned down in 1903 [1].")
    answer = user.ask("When did the library burn?", attachments=[passages_of(document)])
    share = user.ok("POST", f"conversations/{answer.conversation_id}/share")
    shown = anonymous.get(f"shared/{share['token']}")
    sources = shown.json()["messages"][1]["sources"]
    assert sources == [{"index": 1, "title": None, "page": 2, "url": None}]
    private = [document["id"], document["filename"], cited(answer)[0]["text"]]
    assert [word for word in private if word in shown.text] == []
