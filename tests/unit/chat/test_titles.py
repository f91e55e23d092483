"""Titles from first prompts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.chat.titles import LONGEST, UNTITLED, title_of


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Hello", "Hello"),
        ("What is **PostgreSQL**? I forgot.", "What is PostgreSQL?"),
        ("# A heading\n\nand text", "A heading and text"),
        ("* one\n* two", "one two"),
        ("C# or F#", "C# or F#"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case and __bold__ and _it_", "snake_case and bold and it"),
        ("Explain `map` please", "Explain map please"),
        ("```py\nprint(1)\n``` Why?", "Why?"),
        ("数学は何ですか？ 次の", "数学は何ですか？"),
        ("Wait... what", "Wait"),
        ("Version 1.2 is out", "Version 1.2 is out"),
        ("  \n ", UNTITLED),
        ("word " * 40, "word " * 11 + "word…"),
        ("x" * 200, "x" * LONGEST + "…"),
    ],
)
def test_a_title_is_the_first_sentence_without_its_markup(prompt: str, title: str) -> None:
    assert title_of(prompt) == title


@given(st.text(max_size=3000))
def test_every_prompt_has_a_title_of_one_line(prompt: str) -> None:
    title = title_of(prompt)
    assert 0 < len(title) <= LONGEST + 1
    assert title == " ".join(title.split())
