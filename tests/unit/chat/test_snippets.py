"""The piece of a message that shows why it was found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dost_ext.chat.search_query import Word
from dost_ext.chat.snippets import LONGEST, snippet_of


def shown(text: str, *words: Word) -> tuple[str, list[str]]:
    """The snippet, and the parts of it that are marked."""
    snippet, matches = snippet_of(text, words)
    units = snippet.encode("utf-16-le")
    return snippet, [units[2 * b : 2 * e].decode("utf-16-le") for b, e in matches]


def test_a_short_text_is_shown_whole() -> None:
    assert shown("One small\n cat", Word("cat")) == ("One small cat", ["cat"])


def test_a_long_text_is_cut_at_words() -> None:
    text = "before " * 100 + "a giraffe came " + "after " * 100
    snippet, marked = shown(text, Word("giraffe"))
    assert marked == ["giraffe"]
    assert snippet.startswith("…before before")
    assert snippet.endswith("after…")
    assert len(snippet) <= LONGEST + 2


def test_the_piece_with_most_of_the_words_is_shown() -> None:
    text = "a cat " + "and so on " * 80 + "the cat met a dog"
    assert shown(text, Word("cat"), Word("dog"))[1] == ["cat", "dog"]


def test_marks_case_and_endings_hide_nothing() -> None:
    assert shown("Yeni IŞIKLAR, Running", Word("isik"), Word("running", ["run"]))[1] == [
        "IŞIKLAR",
        "Running",
    ]


def test_a_short_word_is_not_found_inside_another() -> None:
    assert shown("goal: go on", Word("go"))[1] == ["go"]


def test_what_lies_beyond_the_first_plane_counts_as_two() -> None:
    assert snippet_of("😀 cat", [Word("cat")]) == ("😀 cat", [(3, 6)])


def test_a_text_without_the_words_shows_its_beginning() -> None:
    snippet, marked = shown("word " * 100, Word("absent"))
    assert (snippet[:9], marked) == ("word word", [])


@given(st.text(max_size=400), st.lists(st.from_regex(r"\A[a-z0-9]{1,6}\Z"), min_size=1, max_size=4))
def test_places_always_lie_in_the_snippet(text: str, plain: list[str]) -> None:
    snippet, matches = snippet_of(text, [Word(word) for word in plain])
    length = len(snippet.encode("utf-16-le", "surrogatepass")) // 2
    assert all(0 <= begin < end <= length for begin, end in matches)
