"""Conversations as Markdown, and the names of files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.core.downloads import attachment, safe_name
from dost_ext.notebooks.markdown import closed, dump
from dost_ext.notebooks.portable import PortableConversation, PortableMessage

AT = datetime(2026, 11, 25, 14, 3, tzinfo=UTC)


def test_the_shown_branch_is_written_and_no_other() -> None:
    messages = [
        PortableMessage("q", None, "user", "Why?", AT),
        PortableMessage("a", "q", "assistant", "No.", AT, model="m"),
        PortableMessage("b", "q", "assistant", "Yes.", AT, model="m", reasoning="hm\nso"),
    ]
    found = PortableConversation(title="Two\nlines", messages=messages, current="b")
    assert dump(found).decode() == (
        "# Two lines\n\n---\n\n## You\n\n*2026-11-25 14:03 UTC*\n\nWhy?\n\n---\n\n"
        "## m\n\n*2026-11-25 14:03 UTC*\n\n> **Thoughts**\n>\n> hm\n> so\n\nYes.\n"
    )


def test_an_answer_that_was_cut_in_its_code_does_not_swallow_the_next() -> None:
    assert closed("```py\nx = 1") == "```py\nx = 1\n```"
    assert closed("````\n```\n") == "````\n```\n````"
    assert closed("~~~\n```\n~~~\n") == "~~~\n```\n~~~"
    assert closed("```a`b") == "```a`b"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Plans", "Plans"),
        ("../../etc/passwd", "etc passwd"),
        ('a<b>:"c|d?*', "a b c d"),
        ("con", "chat"),
        ("nul.txt", "chat"),
        ("...", "chat"),
        ("", "chat"),
        ("a\x00\r\nb", "a b"),
        ("\u202egpj.exe", "gpj.exe"),
        ("Öğle 🙂", "Öğle 🙂"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_title_becomes_a_name_that_is_safe_everywhere(title: str, name: str) -> None:
    assert safe_name(title, "chat") == name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_title_breaks_out_of_the_header(title: str) -> None:
    header = attachment(f"{safe_name(title, 'chat')}.md")
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_a_header_has_a_name_for_old_clients_and_one_in_unicode() -> None:
    assert attachment("Öğle 🙂.md") == (
        "attachment; filename=\"Ogle .md\"; filename*=UTF-8''%C3%96%C4%9Fle%20%F0%9F%99%82.md"
    )
    assert attachment("日本.json").startswith('attachment; filename="download.json"')


def test_what_an_answer_points_at_is_listed_below_it() -> None:
    cited = [
        {"index": 1, "title": "a_b.pdf", "page": 3, "text": "x", "score": 1},
        {"index": 2, "title": "other.pdf", "text": "y", "score": 1},
    ]
    answer = PortableMessage("a", None, "assistant", "It burned [1].", citations=cited)
    written = dump(PortableConversation(messages=[answer], current="a")).decode()
    assert written.endswith("It burned [1].\n\n- \\[1\\] “a\\_b.pdf”, page 3\n")
