"""dost's own format: what goes out comes in again, whatever it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dost_ext.files.contents import known
from dost_ext.notebooks import dost_json
from dost_ext.notebooks.portable import PortableConversation, PortableMessage
from dost_ext.notebooks.reading import Skipped, conversations_in
from dost_ext.notebooks.settle import settle
from tests.support.pictures import picture

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
# Anything but NUL and halves of surrogate pairs, which no database column holds.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
NAMES = TEXT.filter(bool)
TIMES = st.datetimes(
    datetime(1970, 1, 2), datetime(2026, 11, 25), timezones=st.just(UTC), allow_imaginary=False
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT
OBJECTS = st.dictionaries(TEXT, SCALARS | st.lists(SCALARS, max_size=2), max_size=2)
COUNTS = st.integers(0, 10**9)
# Made once: building strategies takes longer than drawing from them.
MESSAGES = st.builds(
    PortableMessage,
    key=st.just(""),
    parent=st.none(),
    role=st.sampled_from(["system", "user", "assistant", "tool"]),
    content=TEXT,
    created_at=TIMES,
    reasoning=st.none() | NAMES,
    status=st.sampled_from(["complete", "interrupted", "cancelled", "error"]),
    model=st.none() | NAMES,
    params=st.none() | OBJECTS,
    usage=st.none() | st.fixed_dictionaries({"prompt_tokens": COUNTS, "duration_ms": COUNTS}),
    tool_calls=st.none() | st.lists(OBJECTS, max_size=1),
    error=st.none() | OBJECTS,
    rating=st.sampled_from([None, -1, 0, 1]),
)
FILES = st.lists(
    st.builds(known, TEXT, st.sampled_from([picture(), b"words", "# Öğle\n".encode()])), max_size=2
)
GROWN = st.lists(st.tuples(st.integers(0, 9), MESSAGES), max_size=6)
CONVERSATIONS = st.builds(
    PortableConversation,
    title=st.none() | NAMES,
    model=st.none() | NAMES,
    params=st.fixed_dictionaries({}, optional={"seed": st.integers(0, 99)}),
    system_prompt=st.none() | NAMES,
    tags=st.lists(NAMES, unique=True, max_size=3),
    folder=st.lists(NAMES.filter(str.strip).map(str.strip), max_size=3),
    pinned=st.booleans(),
    archived=st.booleans(),
    created_at=TIMES,
)


@st.composite
def conversations(draw: st.DrawFn) -> PortableConversation:
    """A conversation with everything that it may have, in the order in which dost lists it."""
    tree: list[PortableMessage] = []
    for number, (above, found) in enumerate(draw(GROWN)):
        parent = [None, *(m.key for m in tree)][above % (number + 1)]
        tree.append(replace(found, key=f"m{number}", parent=parent))
    conversation = draw(CONVERSATIONS)
    conversation.messages = tree
    conversation.files = {f"f{n}": file for n, file in enumerate(draw(FILES))}
    for message in tree if conversation.files else ():
        message.attachments = draw(st.lists(st.sampled_from([*conversation.files]), max_size=2))
    conversation.current = tree[draw(COUNTS) % len(tree)].key if tree else None
    return settle(conversation, NOW)


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
