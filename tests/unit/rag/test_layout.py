"""How passages are shown: read one after the other they are the document, with its marks."""

from __future__ import annotations

from dost_ext.rag.chunking.chunker import MOST, Chunker
from dost_ext.rag.chunking.layout import Shown, shown, stored
from dost_ext.rag.reading.parts import Part

SENTENCE = "The ship came in at noon and left again before the sun went down. "


def flow(*parts: Part) -> list[list[Shown]]:
    """What each passage shows."""
    chunker = Chunker()
    found = [chunk for part in parts for chunk in chunker.take(part)] + [*chunker.rest()]
    return [[*shown(chunk.text, stored(chunk.layout))] for chunk in found]


def test_headings_stand_where_they_stood_whether_or_not_a_passage_holds_them() -> None:
    (passage,) = flow(Part("# Fish\n\nOn Friday.\n\n## Bread\n\n*Every* day.", "markdown"))
    assert passage == [
        Shown("heading", "Fish", 1),
        Shown("text", "On Friday."),
        Shown("heading", "Bread", 2),
        Shown("text", "*Every* day."),
    ]


def test_pages_are_told_where_they_begin_also_within_a_passage() -> None:
    (passage,) = flow(Part("# One", "markdown", 1), Part("words", "markdown", 2))
    assert passage == [
        Shown("page", page=2),
        Shown("heading", "One", 1),
        Shown("text", "words"),
    ]
    (passage,) = flow(Part("a", "plain", 1), Part("b", "plain", 2))
    assert [(one.kind, one.page, one.text) for one in passage] == [
        ("page", 1, ""),
        ("plain", None, "a"),
        ("page", 2, ""),
        ("plain", None, "b"),
    ]


def test_the_rows_of_a_long_table_go_on_under_its_header() -> None:
    rows = "\n".join(f"| {n} | the price of item number {n} |" for n in range(200))
    table = f"| No | Price |\n| --- | --- |\n{rows}"
    one_sheet = [Part(table, "markdown", 1, ("Prices",)), Part(table, "markdown", 1, ("Prices",))]
    first, *rest = flow(*one_sheet, Part(table, "markdown", 2, ("Costs",)))
    assert [one.kind for one in first] == ["page", "part", "table"]
    blocks = [one for passage in rest for one in passage]
    new = [one.kind for one in blocks if not one.goes_on]
    assert new == ["page", "part", "table"]


def test_code_has_its_language_and_no_fence() -> None:
    code = "\n".join(f"value_{n} = compute({n})" for n in range(200))
    passages = flow(Part(f"```python\n{code}\n```", "markdown"))
    blocks = [one for passage in passages for one in passage]
    assert {(one.kind, one.language) for one in blocks} == {("code", "python")}
    assert [one.goes_on for one in blocks] == [False] + [True] * (len(blocks) - 1)
    assert "\n".join(one.text for one in blocks) == code


def test_code_that_is_a_file_stays_as_it_is() -> None:
    code = '```\n"""No fence, but lines."""\n```'
    assert flow(Part(code, "code")) == [[Shown("code", code)]]


def test_no_passage_is_of_two_files() -> None:
    passages = flow(
        Part("From: Ada", "plain"),
        Part("a", "plain", None, ("a.txt",), 1),
        Part("b", "plain", None, ("b.zip", "b.txt"), 2),
        Part("# c", "markdown", None, ("b.zip", "c.md"), 2),
    )
    assert passages == [
        [Shown("plain", "From: Ada")],
        [Shown("file", "a.txt", 1), Shown("plain", "a")],
        [Shown("file", "b.zip", 1), Shown("file", "b.txt", 2), Shown("plain", "b")],
        [Shown("file", "c.md", 2), Shown("heading", "c", 3)],
    ]


def test_the_outline_knows_the_passages_of_its_headings() -> None:
    chunker = Chunker()
    text = f"# One\n\n{SENTENCE * 10}\n\n# Two\n\n{SENTENCE * 10}\n\n## Three"
    found = [*chunker.take(Part(text, "markdown")), *chunker.rest()]
    assert [entry.passage for entry in chunker.outline] == [0, 1, 1]
    assert len(found) == 2


def test_every_word_of_a_passage_is_shown() -> None:
    text = f"# One\n\n{SENTENCE * 80}\n\n- a\n- b\n\n```\nx\n```\n\n> said\n\n    indented\n\nend"
    chunker = Chunker()
    found = [*chunker.take(Part(text, "markdown", 1)), *chunker.rest()]
    assert max(len(chunk.text) for chunk in found) <= MOST
    for chunk in found:
        lengths = [piece.length for piece in chunk.layout if piece.length]
        assert sum(lengths) + 2 * (len(lengths) - 1) == len(chunk.text)
