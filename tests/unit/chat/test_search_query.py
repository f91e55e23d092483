"""What is typed into the search box, taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.chat.search_query import SearchQuery, Word, parse, tsquery


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", SearchQuery()),
        ("Two  words", SearchQuery(words=["Two", "words"])),
        ("same same", SearchQuery(words=["same"])),
        ('"in quotes"', SearchQuery(words=["in", "quotes"])),
        ("tag:a tag:b x", SearchQuery(words=["x"], tags=["a", "b"])),
        ('tag:"two words"', SearchQuery(tags=["two words"])),
        ('folder:"My work" x', SearchQuery(words=["x"], folder="My work")),
        ("MODEL:llama", SearchQuery(model="llama")),
        ("pinned:yes archived:any", SearchQuery(pinned=True, archived=None)),
        ("pinned:no archived:true", SearchQuery(pinned=False, archived=True)),
        ("pinned:maybe", SearchQuery(words=["pinned", "maybe"])),
        ("tag:", SearchQuery(words=["tag"])),
        ("http://x", SearchQuery(words=["http", "x"])),
        ("100% _ * ' \\ ) & | ! :* <->", SearchQuery(words=["100"])),
    ],
)
def test_a_query_is_read_as_it_is_meant(typed: str, meant: SearchQuery) -> None:
    assert parse(typed) == meant


@given(st.text(max_size=500))
def test_anything_that_is_typed_is_a_query(typed: str) -> None:
    words = parse(typed).words
    assert all(word.isalnum() for word in words)
    assert len(words) <= 12


def test_a_word_finds_what_its_stems_begin() -> None:
    words = [Word("running", ["run", "running"]), Word("kitaplar", ["kitaplar", "kitap"])]
    assert tsquery(words) == "('run':*) & ('kitap':*)"


def test_one_or_two_letters_are_a_word_of_their_own() -> None:
    assert tsquery([Word("a"), Word("go")]) == "('a') & ('go')"


def test_a_stem_of_two_letters_finds_nothing_by_itself() -> None:
    assert tsquery([Word("goes", ["go"])]) == "('goes':*)"
