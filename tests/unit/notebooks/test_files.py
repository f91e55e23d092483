"""Files of every kind, whole and broken."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dost_ext.notebooks.portable import PortableConversation, Unreadable
from dost_ext.notebooks.reading import Skipped, conversations_in

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


def chat(title: str = "x", **more: Any) -> dict[str, Any]:
    return {"format": "dost.conversation", "version": 1, "conversation": {"title": title, **more}}


def zipped(**files: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return buffer.getvalue()


def read(content: bytes) -> list[str]:
    """Titles of what was read, and the reasons of the rest."""
    return [
        found.reason if isinstance(found, Skipped) else str(found.title)
        for found in conversations_in(content, NOW)
    ]


DEEP = b'{"a":' * 200_000
NOTHING = "There are no conversations in this file."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"hello", "The file is not valid JSON."),
        (b"\xff\xd8\xff\xe0 a picture", "The file is neither JSON in UTF-8 nor a ZIP archive."),
        (b"[", "The file is not valid JSON from its entry 1 on."),
        (b"[1 2]", "The file breaks off after its entry 1."),
        (DEEP, "The file is nested too deeply."),
        (b"[" + DEEP, "The file is nested too deeply."),
        (b"[" * 200_000, "The file is nested too deeply."),
        (b"9" * 10_000, "The file is not valid JSON."),
        (b"[]", NOTHING),
        (b"{}", NOTHING),
        (b"5", NOTHING),
        (b'[{"name": "a user"}]', NOTHING),
        (b"PK\x03\x04 no archive", "The ZIP archive is damaged."),
        (zipped(picture=b"\x89PNG"), NOTHING),
        (zipped(user={"id": 1}), NOTHING),
        (zipped(bomb=b"[" + b" " * 40_000_000), "The ZIP archive unpacks to far more"),
        (zipped(**{f"f{n}": b"x" for n in range(20_001)}), "more than 20,000 files"),
    ],
    ids=range(18),
)
def test_a_file_without_conversations_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content)
    assert reason in refused.value.detail


def test_one_broken_entry_does_not_spoil_the_rest() -> None:
    entries = [chat("a"), 5, {"title": "no chat"}, chat("b", messages=5), chat("c")]
    assert read(json.dumps(entries).encode()) == [
        "a",
        "“b” (entry 4): messages: Input should be a valid list.",
        "c",
        "Entry 2: this is no conversation that dost can read.",
        "Entry 3: this is no conversation that dost can read.",
    ]


def test_what_comes_before_the_break_is_kept() -> None:
    whole = json.dumps([chat("a"), chat("b")])
    assert read(whole[:-30].encode()) == ["a", "The file is not valid JSON from its entry 2 on."]
    assert read(whole.encode() + b" {}")[-1].startswith("The file goes on where its JSON ends")


def test_a_depth_bomb_behind_a_good_entry_is_named() -> None:
    content = b"[" + json.dumps(chat("a")).encode() + b"," + DEEP
    assert read(content) == ["a", "The file is nested too deeply."]


def test_an_archive_is_searched_by_content() -> None:
    archive = zipped(
        **{"one.dat": [chat("a")], "deep/two": chat("b"), "user.json": {"id": 1}, "x.png": b"\x89"}
    )
    assert sorted(read(archive)) == ["a", "b"]


def test_a_broken_file_in_an_archive_is_named() -> None:
    archive = zipped(**{"good.json": chat("a"), "bad.json": b"{nonsense"})
    assert read(archive) == ["a", "bad.json: The file is not valid JSON."]


def test_a_damaged_member_is_named() -> None:
    archive = zipped(**{"good.json": chat("a"), "bad.json": b"[" + bytes(range(32, 127)) * 9})
    place = archive.rindex(b"bad.json", 0, archive.rindex(b"PK\x01\x02"))
    broken = archive[: place + 12] + b"\xff\xff\xff\xff" + archive[place + 16 :]
    assert read(broken) == ["a", "bad.json: The file is damaged or locked."]


def test_a_byte_order_mark_and_other_unicode_are_read() -> None:
    text = json.dumps(chat("ğ 🙂"), ensure_ascii=False)
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert read(text.encode(encoding)) == ["ğ 🙂"]


SHAPES = st.fixed_dictionaries(
    {},
    optional={
        "mapping": st.dictionaries(
            st.text(max_size=2),
            JSON
            | st.fixed_dictionaries(
                {"message": JSON | st.fixed_dictionaries({"author": JSON, "content": JSON})},
                optional={"parent": st.text(max_size=2), "children": JSON},
            ),
            max_size=4,
        ),
        "history": st.fixed_dictionaries(
            {"messages": st.dictionaries(st.text(max_size=2), JSON | st.fixed_dictionaries({
                "role": st.sampled_from(["user", "assistant"]), "content": JSON,
                "parentId": st.text(max_size=2), "childrenIds": JSON, "timestamp": JSON,
                "usage": JSON, "error": JSON, "model": JSON}))},
            optional={"currentId": JSON},
        ),
        "messages": JSON,
        "format": st.just("dost.conversation"),
        "version": st.just(1),
        "conversation": JSON,
        "title": JSON,
        "current_node": JSON,
        "create_time": JSON,
        "meta": JSON,
        "tags": JSON,
        "chat": JSON,
    },
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(SHAPES, min_size=1, max_size=3))
def test_no_shape_breaks_a_reader(entries: list[Any]) -> None:
    try:
        found = list(conversations_in(json.dumps(entries).encode(), NOW))
    except Unreadable:
        return
    assert all(isinstance(f, PortableConversation | Skipped) for f in found)
