"""Word, PowerPoint, Excel, RTF and EPUB."""

from __future__ import annotations

import datetime

import pytest

from dost_ext.rag.reading import slides as slides_reader
from dost_ext.rag.reading import word as word_reader
from dost_ext.rag.reading.parts import Contents, Part
from tests.support.documents import (
    ENTITIES,
    book,
    slides,
    with_member,
    word,
    workbook,
)
from tests.support.reading import outcome_of, sentence_of

ROWS = [["Name", "Size"], ["Ada", 1.0], ["Grace", 2.5]]
TABLE = "| Name | Size |\n| --- | --- |\n| Ada | 1 |\n| Grace | 2.5 |"


def test_a_word_document_keeps_headings_lists_and_tables() -> None:
    content = word(
        ("Title", "Stations"),
        ("Heading 1", "Water"),
        ("Normal", "Its level."),
        ("List Bullet", "high"),
        ("List Bullet", "low"),
        table=[["Name", "Size"], ["a|b", "1"]],
        title="All stations",
    )
    read = outcome_of("w.docx", content)
    assert read.contents == Contents(word_reader.MEDIA_TYPE, "All stations")
    assert read.text == (
        "# Stations\n\n# Water\n\nIts level.\n\n- high\n- low\n\n"
        "| Name | Size |\n| --- | --- |\n| a\\|b | 1 |"
    )


def test_each_slide_is_a_part() -> None:
    read = outcome_of("s.pptx", slides(("Hello", "one\ntwo"), ("Bye", "end"), notes="Wave."))
    assert read.contents == Contents(slides_reader.MEDIA_TYPE, "", 2)
    assert read.parts == [
        Part("# Hello\n\n- one\n- two", "markdown", 1),
        Part("# Bye\n\nend\n\nNotes: Wave.", "markdown", 2),
    ]


def test_a_table_on_a_slide_is_a_table() -> None:
    assert outcome_of("s.pptx", slides(("T", ""), table=[["a", "b"], [1, 2]])).text == (
        "# T\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"
    )


def test_each_sheet_is_a_table_under_its_name() -> None:
    read = outcome_of("b.xlsx", workbook({"People": ROWS, "Empty": [], "More": [["x"], [True]]}))
    assert read.contents.pages == 3
    assert read.parts == [
        Part(TABLE, "markdown", 1, ("People",)),
        Part("| x |\n| --- |\n| True |", "markdown", 3, ("More",)),
    ]


def test_a_long_sheet_repeats_its_header() -> None:
    rows = [["n", "day"], *([n, datetime.date(2024, 1, 1)] for n in range(120))]
    parts = outcome_of("b.xlsx", workbook({"Days": rows})).parts
    assert [part.text.splitlines()[0] for part in parts] == ["| n | day |"] * 3
    assert parts[2].text.splitlines()[-1] == "| 119 | 2024-01-01 00:00:00 |"


def test_the_chapters_of_a_book_are_its_pages() -> None:
    read = outcome_of(
        "b.epub", book({"Water": "<h1>Water</h1><p>Deep.</p>", "Air": "<p>Thin.</p>"}, "Elements")
    )
    assert read.contents == Contents("application/epub+zip", "Elements", 2)
    assert read.parts == [
        Part("# Water\n\nDeep.", "markdown", 1),
        Part("Thin.", "markdown", 2, ("Air",)),
    ]


def test_rich_text_is_read_with_its_letters() -> None:
    content = (
        rb"{\rtf1\ansi\ansicpg1254{\info{\title Notes}}First \b line\b0.\par \'dcmit \u8364?.}"
    )
    read = outcome_of("n.rtf", content)
    assert read.contents == Contents("application/rtf", "Notes")
    assert read.text.split() == ["First", "line.", "Ümit", "€."]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "w.docx",
            with_member(word(("Normal", "a")), "word/document.xml", ENTITIES + b"<x>&b;</x>"),
        ),
        ("s.pptx", with_member(slides(("a", "b")), "ppt/slides/slide1.xml", ENTITIES + b"<x/>")),
        ("b.xlsx", with_member(workbook({"a": ROWS}), "xl/sharedStrings.xml", ENTITIES + b"<x/>")),
        ("b.epub", book({"a": "b"}, entities=ENTITIES)),
        (
            "utf16.docx",
            with_member(
                word(("Normal", "a")),
                "word/document.xml",
                '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16"),
            ),
        ),
    ],
    ids=["word", "slides", "workbook", "book", "utf-16"],
)
def test_xml_that_defines_entities_is_refused(name: str, content: bytes) -> None:
    assert sentence_of(name, content).startswith("This file defines XML entities")


@pytest.mark.parametrize(
    ("stream", "advice"),
    [
        ("WordDocument", "Save it as .docx"),
        ("Workbook", "Save it as .xlsx"),
        ("PowerPoint Document", "Save it as .pptx"),
        ("EncryptedPackage", "protected by a password"),
        ("Anything", "Save it as .docx, .pptx or .xlsx"),
    ],
    ids=["doc", "xls", "ppt", "encrypted", "other"],
)
def test_old_and_encrypted_office_files_say_what_to_do(stream: str, advice: str) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + stream.encode("utf-16-le")
    assert advice in sentence_of("letter.docx", content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("w.docx", word(("Normal", "a"))),
        ("s.pptx", slides(("a", "b"))),
        ("b.xlsx", workbook({"a": ROWS})),
        ("b.epub", book({"a": "b"})),
    ],
    ids=["word", "slides", "workbook", "book"],
)
def test_a_file_whose_end_is_missing_is_damaged(name: str, content: bytes) -> None:
    assert "damaged" in sentence_of(name, content[: len(content) // 2])


def test_a_word_document_without_its_body_is_damaged() -> None:
    content = with_member(word(("Normal", "a")), "word/document.xml", b"<w:document")
    assert sentence_of("w.docx", content) == "This Word document is damaged and cannot be read."
