"""PDF files: pages, outlines, tables, scans and damage."""

from __future__ import annotations

import pytest

from dost_ext.rag.reading import caps
from dost_ext.rag.reading.paragraphs import blocks_of, paragraphs_of
from dost_ext.rag.reading.parts import Contents, Part
from dost_ext.rag.reading.pdf import SCANNED
from dost_ext.rag.reading.refusals import PASSWORD
from tests.support.documents import pdf, pdf_of_operators, pdf_with_scan, pdf_with_table
from tests.support.reading import outcome_of, sentence_of


def test_each_page_is_a_part_with_its_number() -> None:
    read = outcome_of("two.pdf", pdf("The first.", "The second.", title="Two pages"))
    assert read.contents == Contents("application/pdf", "Two pages", 2)
    assert read.parts == [Part("The first.", "plain", 1), Part("The second.", "plain", 2)]


def test_pages_lie_under_the_entries_of_the_outline() -> None:
    chapters = {2: [(0, "Water"), (1, "Level"), (1, "Flow")], 4: [(0, "Air")]}
    read = outcome_of("o.pdf", pdf("a", "b", "c", "d", "e", chapters=chapters))
    assert [part.headings for part in read.parts] == [
        (),
        ("Water", "Level"),
        ("Water", "Flow"),
        ("Air",),
        ("Air",),
    ]


def test_a_table_keeps_its_rows() -> None:
    rows = [["Region", "Q1", "Q2"], ["North", 3, 4], ["South East", 5, 6], ["West", 7, 8]]
    text = outcome_of("t.pdf", pdf_with_table(rows, "Sales in two quarters.")).text
    assert text == (
        "Sales in two quarters.\n\n"
        "Region | Q1 | Q2\nNorth | 3 | 4\nSouth East | 5 | 6\nWest | 7 | 8"
    )


def test_lines_that_the_page_broke_are_joined() -> None:
    lines = [
        "The keeper of the station writes down what he sees in the large book",
        "near the window, and he does so every hour of the day with great exact-",
        "ness.",
        "The next paragraph begins here and is as long as the first one was.",
    ]
    assert paragraphs_of(lines) == (
        "The keeper of the station writes down what he sees in the large book near the window, "
        "and he does so every hour of the day with great exactness.\n\n"
        "The next paragraph begins here and is as long as the first one was."
    )


def test_items_of_a_list_stay_apart() -> None:
    assert paragraphs_of(["Bring:", "• bread", "• water"]) == "Bring:\n\n• bread\n\n• water"


def test_two_columns_of_prose_are_no_table() -> None:
    column = "the keeper writes down what he sees in the book"
    assert blocks_of([f"{column}     {column}"] * 6) is None


def test_a_head_that_runs_over_the_pages_is_read_once() -> None:
    pages = [
        f"Annual report\nThe text of {name}.\nAnd more.\n{n}" for n, name in ((1, "a"), (2, "b"))
    ]
    first, second = outcome_of("r.pdf", pdf(*pages)).parts
    assert "Annual report" in first.text
    assert second.text == "The text of b. And more."


@pytest.mark.parametrize(
    ("pages", "note"),
    [
        (["a", ""], "Page 2 is pictures of text"),
        (["", "b", "", "", "", "f", ""], "Pages 1, 3–5 and 7 are pictures of text"),
    ],
    ids=["one", "several"],
)
def test_pages_that_are_scans_are_named(pages: list[str], note: str) -> None:
    (found,) = outcome_of("s.pdf", pdf_with_scan(*pages)).notes
    assert found == f"{note} (scans); their words cannot be searched."


def test_a_pdf_of_scans_alone_needs_ocr() -> None:
    assert sentence_of("s.pdf", pdf_with_scan("", "")) == SCANNED


def test_a_pdf_with_a_password_is_refused() -> None:
    assert sentence_of("p.pdf", pdf("secret", password="open sesame")) == PASSWORD


def test_a_pdf_that_only_forbids_printing_is_read() -> None:
    assert outcome_of("p.pdf", pdf("not secret", owner_password="owner")).text == "not secret"


def test_a_pdf_whose_end_is_missing_is_rescued_or_refused() -> None:
    whole = pdf("one", "two", "three")
    assert outcome_of("t.pdf", whole[:-200]).text == "one\n\ntwo\n\nthree"
    assert "damaged" in sentence_of("t.pdf", whole[:200])


def test_a_pdf_without_words_says_so() -> None:
    assert sentence_of("e.pdf", pdf("")) == "There are no words in this file."


def test_more_pages_than_can_be_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caps, "MOST_PAGES", 2)
    assert sentence_of("l.pdf", pdf("a", "b", "c")).startswith("This PDF has 3 pages; at most 2")


def test_ten_thousand_pages_are_refused() -> None:
    kids = b" ".join([b"3 0 R"] * 10_000)
    many = pdf_of_operators(b"BT /F1 9 Tf (a) Tj ET").replace(
        b"[3 0 R] /Count 1", b"[" + kids + b"] /Count 10000"
    )
    assert sentence_of("many.pdf", many).startswith("This PDF has 10,000 pages")


def test_a_broken_page_costs_only_itself() -> None:
    whole = pdf("one", "two", "three")
    second = whole.index(b"/Filter", whole.index(b"/Filter") + 1)
    read = outcome_of("b.pdf", whole[:second] + b"/Filtex" + whole[second + 7 :])
    assert [part.page for part in read.parts] == [1, 3]
