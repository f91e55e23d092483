"""dost's own format: what goes out comes in again, whatever it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dost_ext.notebooks import dost_json
from dost_ext.notebooks.portable import PortableConversation
from dost_ext.notebooks.reading import Skipped, conversations_in
from tests.support.conversations import NOW, conversations


@settings(max_examples=100, deadline=None)
@given(conversations())
def test_a_conversation_comes_back_as_it_went(conversation: PortableConversation) -> None:
    (found,) = conversations_in(dost_json.dump(conversation, NOW), NOW)
    assert found == conversation


@given(st.lists(conversations(), min_size=1, max_size=3))
@settings(max_examples=25, deadline=None)
def test_several_in_one_list_come_back(several: list[PortableConversation]) -> None:
    documents = [json.loads(dost_json.dump(c, NOW)) for c in several]
    found = list(conversations_in(json.dumps(documents).encode(), NOW))
    assert [c.title for c in found if isinstance(c, PortableConversation)] == [
        c.title for c in several
    ]


def document(**conversation: Any) -> dict[str, Any]:
    return {"format": "dost.conversation", "version": 1, "conversation": conversation}


def said(id: str, parent_id: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"id": id, "parent_id": parent_id, "role": "user", "content": "x", **fields}


def file(data: str) -> dict[str, Any]:
    return {"id": "f", "filename": "x.png", "data": data}


def only(value: Any) -> Any:
    (found,) = conversations_in(json.dumps(value).encode(), NOW)
    return found


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({**document(), "version": 2}, "version 2 of dost's format is not known here"),
        ({**document(), "version": None}, "version None of dost's format is not known here"),
        ({**document(), "conversation": 5}, "conversation: Input should be"),
        (document(messages=5), "messages: Input should be a valid list"),
        (document(messages=[said("a", role="god")]), "messages.0.role: Input should be 'system'"),
        (document(messages=[said("a", "b"), said("b", "a")]), "follow each other in a circle"),
        (document(messages=[said("a", "a")]), "follow each other in a circle"),
        (document(messages=[said("a", "gone")]), "'a' follows one that is not in the file"),
        (document(messages=[said("a"), said("a")]), "two of its messages have the id 'a'"),
        (document(messages=[said("a", content="x" * 6_000_001)]), "more than 6,000,000 characters"),
        (document(messages=[said(str(n)) for n in range(20_001)]), "more than 20,000 messages"),
        (document(system_prompt="x" * 200_001), "system prompt has more than 200,000 characters"),
        (document(params={"temperature": 9}), "params.temperature: Input should be less than"),
        (document(messages=[said("a", attachments=["f"])]), "a file that the message 'a' attaches"),
        (document(files=[file("%%%")]), "the file “x.png”: its base64 is broken"),
        (document(files=[file("JVBERi0=")]), "the file “x.png”: dost takes PNG, JPEG"),
        (document(created_at="yesterday"), "created_at: Input should be a valid datetime"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "entry",
)
def test_a_broken_document_is_refused_with_the_reason(entry: Any, reason: str) -> None:
    found = only([entry])
    assert isinstance(found, Skipped)
    assert found.reason.startswith("Entry 1: ")
    assert reason in found.reason


def test_what_is_skipped_has_its_title_and_place() -> None:
    found = only([document(title="Plans", messages=[said("a", "gone")])])
    assert found.reason.startswith("“Plans” (entry 1): ")


def test_what_cannot_be_stored_is_replaced() -> None:
    entry = document(
        title="a\0b", messages=[said("a", content="\ud800 \0", error={"\0": "\udfff"})]
    )
    found = only(entry)
    assert found.title == "a\ufffdb"
    assert found.messages[0].content == "\ufffd \ufffd"
    assert found.messages[0].error == {"\ufffd": "\ufffd"}


def test_numbers_without_a_place_in_the_database_are_left_out() -> None:
    entry = document(messages=[said("a", error={"big": 10**30, "status": 5})])
    text = json.dumps(entry).replace("5", "Infinity")
    (found,) = conversations_in(text.encode(), NOW)
    assert isinstance(found, PortableConversation)
    assert found.messages[0].error == {"big": None, "status": None}


def test_times_are_moved_to_where_they_can_have_been() -> None:
    entry = document(
        created_at="0001-01-01T00:00:00Z",
        updated_at="9999-01-01T00:00:00Z",
        messages=[said("a", created_at="2999-01-01T00:00:00+05:00"), said("b", "a")],
    )
    found = only(entry)
    assert (found.created_at, found.updated_at) == (datetime(1970, 1, 1, tzinfo=UTC), NOW)
    assert [m.created_at for m in found.messages] == [NOW, NOW]


def test_what_was_being_written_is_interrupted() -> None:
    found = only(document(messages=[said("a", status="streaming")]))
    assert found.messages[0].status == "interrupted"


def test_an_unknown_leaf_becomes_the_newest() -> None:
    tree = [said("a"), said("b", "a"), said("c", "a")]
    assert only(document(messages=tree, current_leaf_id="gone")).current == "c"


def test_what_a_later_dost_adds_is_passed_over() -> None:
    found = only({**document(title="x", colour="new"), "more": 1})
    assert found.title == "x"
