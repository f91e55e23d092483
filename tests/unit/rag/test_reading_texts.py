"""Plain text, Markdown, code, tables, web pages, notebooks; and what a file is at all."""

from __future__ import annotations

import codecs

import pytest

from dost_ext.rag.reading import refusals
from dost_ext.rag.reading.parts import Contents, Part
from dost_ext.rag.reading.tables import ROWS
from tests.support.documents import mail, notebook, pdf, word, workbook, zipped
from tests.support.pictures import picture
from tests.support.reading import outcome_of, sentence_of

TURKISH = "İstanbul'da yağmur yağıyor; şemsiyeler açıldı, çocuklar sığınacak bir yer arıyor. " * 4


@pytest.mark.parametrize(
    "content",
    [
        TURKISH.encode(),
        codecs.BOM_UTF8 + TURKISH.encode(),
        TURKISH.encode("utf-16"),
        codecs.BOM_UTF16_BE + TURKISH.encode("utf-16-be"),
        TURKISH.encode("utf-32"),
        TURKISH.encode("cp1254"),
    ],
    ids=["utf-8", "utf-8-mark", "utf-16", "utf-16-be", "utf-32", "cp1254"],
)
def test_a_text_is_read_in_its_encoding(content: bytes) -> None:
    assert outcome_of("a.txt", content).parts == [Part(TURKISH.strip(), "plain")]


def test_what_databases_and_pipes_refuse_is_left_out() -> None:
    content = '{"cells": [{"cell_type": "markdown", "source": "a\\u0000b\\ud800c"}], "nbformat": 4}'
    assert outcome_of("a.ipynb", content.encode()).text == "abc"


def test_the_front_matter_of_markdown_gives_its_title() -> None:
    read = outcome_of("a.md", b"---\ntitle: Stations\ntags: [a]\n---\n\n# Water\n\nDeep.\n")
    assert read.contents == Contents("text/markdown", "Stations")
    assert read.parts == [Part("# Water\n\nDeep.", "markdown")]


def test_markdown_without_front_matter_is_named_by_its_heading() -> None:
    read = outcome_of("a.md", b"---\n\nA rule, then\n\n# Water #\n")
    assert (read.contents.title, read.text) == ("Water", "---\n\nA rule, then\n\n# Water #")


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.py", "text/x-python"),
        ("a.RS", "text/x-rust"),
        ("a.json", "application/json"),
        ("Makefile", "text/x-makefile"),
        ("a.svelte", "text/x-svelte"),
    ],
    ids=["python", "rust", "json", "makefile", "svelte"],
)
def test_source_code_keeps_its_lines(name: str, media_type: str) -> None:
    read = outcome_of(name, b"if x:\n    y = [1]\n")
    assert read.contents == Contents(media_type)
    assert read.parts == [Part("if x:\n    y = [1]", "code")]


def test_a_long_text_comes_in_pieces_that_end_with_a_paragraph() -> None:
    paragraph = "word " * 99 + "end."
    read = outcome_of("a.txt", "\n\n".join([paragraph] * 1000).encode())
    assert len(read.parts) > 3
    assert all(part.text.endswith("end.") for part in read.parts)
    assert read.text.split() == paragraph.split() * 1000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "name,size\nAda,1\n"),
        ("a.csv", "name;size\nAda;1\n"),
        ("a.csv", 'name|size\n"Ada"|1\n'),
        ("a.tsv", "name\tsize\nAda\t1\n"),
    ],
    ids=["comma", "semicolon", "bar", "tab"],
)
def test_separated_values_are_a_table(name: str, content: str) -> None:
    assert outcome_of(name, content.encode()).text == "| name | size |\n| --- | --- |\n| Ada | 1 |"


def test_a_long_table_repeats_its_header() -> None:
    content = "n,square\n" + "".join(f"{n},{n * n}\n" for n in range(2 * ROWS + 1))
    first, _, last = outcome_of("a.csv", content.encode()).parts
    assert first.text.startswith("| n | square |\n| --- | --- |\n| 0 | 0 |\n")
    assert last.text == "| n | square |\n| --- | --- |\n| 100 | 10000 |"


def test_a_web_page_is_what_people_see_of_it() -> None:
    page = b"""<!DOCTYPE html><title>Stations</title><style>p {}</style><nav>Home</nav>
    <script>alert(1)</script><h1>Water</h1><!-- not this --><p hidden>nor this</p>
    <p style="display: none">nor that</p><p>It is <a href="/deep">deep</a>.</p>
    <ul><li>a</li><li>b</li></ul><pre class="language-python"><code>x = 1
  y</code></pre><table><tr><th>n</th></tr><tr><td>1</td></tr></table>"""
    read = outcome_of("a.html", page)
    assert read.contents == Contents("text/html", "Stations")
    assert read.text == (
        "# Water\n\nIt is deep.\n\n- a\n- b\n\n```python\nx = 1\n  y\n```\n\n| n |\n| --- |\n| 1 |"
    )


def test_numbered_lists_keep_their_numbers() -> None:
    page = b"<html><ol start=3><li>a<ol><li>b</li></ol></li><li>c</li></ol><ol><li>d</li></ol>"
    text = outcome_of("a.html", page).text
    assert [line for line in text.splitlines() if line] == ["3. a", "   1. b", "4. c", "1. d"]


def test_a_web_page_is_read_in_the_encoding_it_declares() -> None:
    page = '<html><meta charset="iso-8859-9"><p>şığ</p></html>'.encode("iso-8859-9")
    assert outcome_of("a.html", page).text == "şığ"


def test_a_deeply_nested_web_page_is_read() -> None:
    assert outcome_of("a.html", b"<html>" + b"<div>" * 3000 + b"deep").text == "deep"


def test_a_notebook_gives_its_cells_and_outputs() -> None:
    code = {
        "cell_type": "code",
        "source": ["x = 1\n", "x"],
        "outputs": [
            {"output_type": "stream", "text": ["hi\n"]},
            {"output_type": "execute_result", "data": {"text/plain": "1", "text/html": "<b>1"}},
            {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["long"]},
            {"output_type": "display_data", "data": {"image/png": "aaaa"}},
        ],
    }
    read = outcome_of("a.ipynb", notebook({"cell_type": "markdown", "source": "# Title"}, code))
    assert read.contents == Contents("application/x-ipynb+json", "Title")
    assert read.text == (
        "# Title\n\n```python\nx = 1\nx\n```\n\n```\nhi\n```\n\n```\n1\n```\n\n"
        "```\nValueError: no\n```"
    )


def test_a_long_output_is_cut() -> None:
    output = {"output_type": "stream", "text": "a" * 10_000}
    read = outcome_of("a.ipynb", notebook({"cell_type": "code", "outputs": [output]}))
    assert 2000 < len(read.text) < 2100
    assert read.text.endswith("…\n```")


def test_a_mail_gives_its_fields_text_and_attachments() -> None:
    content = mail("Stations", "Hello Grace.\n", {"deep.pdf": pdf("Very deep."), "x.bin": b"\0\1"})
    read = outcome_of("m.eml", content)
    assert read.contents == Contents("message/rfc822", "Stations")
    assert read.parts[0].text.startswith(
        "Subject: Stations\nFrom: Ada <ada@example.org>\nTo: Grace <grace@example.org>\nDate: Mon"
    )
    assert read.parts[1:] == [
        Part("Hello Grace.", "plain"),
        Part("Very deep.", "plain", None, ("deep.pdf", "Page 1"), 1),
    ]
    assert [note.partition(":")[0] for note in read.notes] == ["x.bin"]


def test_a_mail_in_html_alone_is_read_as_markdown() -> None:
    read = outcome_of("m.eml", mail("S", "", html="<h2>Water</h2><p>Deep.</p>"))
    assert read.parts[1] == Part("## Water\n\nDeep.", "markdown")


def test_the_mails_of_a_mailbox_lie_under_their_subjects() -> None:
    box = b"".join(b"From a@b Mon\n" + mail(s, f"About {s}.") + b"\n" for s in ("one", "two"))
    read = outcome_of("box.mbox", box)
    assert read.contents == Contents("application/mbox")
    assert [part.headings for part in read.parts] == [("one.eml",)] * 2 + [("two.eml",)] * 2


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.txt", pdf("a"), "application/pdf"),
        ("a.pdf", b"Just words.", "text/plain"),
        ("a.pdf", word(("Normal", "a")), "wordprocessingml"),
        ("a.docx", workbook({"a": [["b"]]}), "spreadsheetml"),
        ("a.py", b"<!DOCTYPE html><p>a</p>", "text/html"),
        ("a.doc", rb"{\rtf1 a}", "application/rtf"),
        ("a", notebook({"cell_type": "raw", "source": "a"}), "x-ipynb+json"),
        ("a.xlsx", zipped({"a.txt": "a"}), "application/zip"),
        ("a.txt", mail("a", "b"), "message/rfc822"),
        ("a.md", b"<div align=center>a</div>", "text/markdown"),
    ],
    ids=["pdf", "text", "word", "xlsx", "html", "rtf", "notebook", "zip", "mail", "markdown"],
)
def test_a_file_is_what_it_holds_not_what_it_is_called(
    name: str, content: bytes, media_type: str
) -> None:
    assert media_type in outcome_of(name, content).contents.media_type


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", b"", "This file is empty."),
        ("a.txt", b" \n ", "This file is empty."),
        ("a.pdf", picture(), refusals.PICTURE),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', refusals.PICTURE),
        ("a.mp4", b"\0\0\0\x20ftypisom" + bytes(90), refusals.SOUND),
        ("a.mp3", b"ID3\4" + bytes(90), refusals.SOUND),
        ("a.txt", b"\x7fELF\2" + bytes(90), refusals.PROGRAM),
        ("a.csv", b"PAR1" + bytes(90), refusals.DATA),
        ("a.zip", b"7z\xbc\xaf\x27\x1c" + bytes(90), refusals.OTHER_ARCHIVE),
        ("a.xlsx", zipped({"xl/workbook.bin": "a"}), refusals.BINARY_WORKBOOK),
    ],
    ids=["empty", "blank", "png", "svg", "mp4", "mp3", "elf", "parquet", "7z", "xlsb"],
)
def test_what_has_no_words_is_refused_with_advice(name: str, content: bytes, sentence: str) -> None:
    assert sentence_of(name, content) == sentence


def test_noise_is_neither_text_nor_document() -> None:
    assert sentence_of("a.txt", bytes(range(256)) * 8).startswith("This is neither a text nor")


def test_more_characters_than_can_be_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dost_ext.rag.reading.reader.MOST_CHARACTERS", 10)
    assert "million characters" in sentence_of("a.txt", b"eleven letters")
