"""Documents of every kind, made by the formats' own libraries, and some that mean harm."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Any

import docx
import openpyxl
import pptx
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

from tests.support.pictures import picture

LINE_HEIGHT = 16
Rows = Sequence[Sequence[Any]]
# The seed of billion laughs, within a document type.
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def pdf(
    *pages: str,
    chapters: Mapping[int, Sequence[tuple[int, str]]] | None = None,
    title: str = "",
    password: str = "",
    owner_password: str = "",
) -> bytes:
    """A PDF with a page for each text, whose lines are as the text has them.

    `chapters` are the outline's entries by page, from 1: level, from 0, and title.
    """
    written = io.BytesIO()
    locked = StandardEncryption(password, owner_password or None, strength=128)
    canvas = Canvas(written, pagesize=A4, encrypt=locked if password or owner_password else None)
    canvas.setTitle(title)
    for number, text in enumerate(pages, 1):
        for level, entry in (chapters or {}).get(number, ()):
            canvas.bookmarkPage(f"{number}-{level}-{entry}")
            canvas.addOutlineEntry(entry, f"{number}-{level}-{entry}", level)
        for line, words in enumerate(text.splitlines()):
            canvas.drawString(60, 780 - LINE_HEIGHT * line, words)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def pdf_with_scan(*pages: str) -> bytes:
    """A PDF in which every empty page is a picture."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=A4)
    for text in pages:
        if text:
            canvas.drawString(60, 780, text)
        else:
            canvas.drawImage(ImageReader(io.BytesIO(picture(size=(60, 80)))), 60, 60, 300, 400)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def pdf_with_table(rows: Rows, before: str = "") -> bytes:
    """A PDF with a line of text and a table under it."""
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=A4)
    canvas.drawString(60, 780, before)
    table = Table([[str(value) for value in row] for row in rows], colWidths=110)
    table.wrapOn(canvas, 400, 400)
    table.drawOn(canvas, 60, 500)
    canvas.save()
    return written.getvalue()


def pdf_of_operators(operators: bytes) -> bytes:
    """A PDF of one page with this content stream, as it is."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources "
        b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(operators), operators),
    ]
    written, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(written)
    written += b"xref\n0 5\n0000000000 65535 f \n"
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(written)


def slow_pdf() -> bytes:
    """A PDF whose one page keeps pypdf busy for a minute and more."""
    return pdf_of_operators(b"BT /F1 9 Tf " + b"1 0 0 1 9 9 Tm (ab) Tj " * 250_000 + b"ET")


def word(*paragraphs: tuple[str, str], table: Rows = (), title: str = "") -> bytes:
    """A Word document of paragraphs, each with its style's name, and a table at the end."""
    document = docx.Document()
    document.core_properties.title = title
    for style, text in paragraphs:
        document.add_paragraph(text, style)
    if table:
        made = document.add_table(len(table), len(table[0]))
        for row, values in zip(made.rows, table, strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = str(value)
    return _saved(document)


def slides(*titles_and_texts: tuple[str, str], notes: str = "", table: Rows = ()) -> bytes:
    """A presentation; notes and table are the last slide's."""
    presentation = pptx.Presentation()
    for title, text in titles_and_texts:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    if notes:
        slide.notes_slide.notes_text_frame.text = notes
    if table:
        width, height = presentation.slide_width, presentation.slide_height
        made = slide.shapes.add_table(len(table), len(table[0]), 0, 0, width, height).table
        for row, values in enumerate(table):
            for column, value in enumerate(values):
                made.cell(row, column).text = str(value)
    return _saved(presentation)


def workbook(sheets: Mapping[str, Rows]) -> bytes:
    """An Excel workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return _saved(book)


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """A ZIP archive."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return written.getvalue()


def with_member(archive: bytes, name: str, content: bytes) -> bytes:
    """A ZIP with one of its files replaced."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        members = {info.filename: packed.read(info) for info in packed.infolist()}
    return zipped({**members, name: content})


def bomb(megabytes: int) -> bytes:
    """So many megabytes of zeros, packed."""
    return zipped({"zeros.txt": b"0" * (megabytes * 1024 * 1024)})


def book(chapters: Mapping[str, str], title: str = "A book", entities: bytes = b"") -> bytes:
    """An EPUB with a table of contents; the chapters are HTML, by their headings."""
    names = [f"c{number}.xhtml" for number in range(1, len(chapters) + 1)]
    items = "".join(
        f'<item id="{name}" href="text/{name}" media-type="application/xhtml+xml"/>'
        for name in names
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in names)
    links = "".join(
        f'<li><a href="text/{name}">{heading}</a></li>'
        for name, heading in zip(names, chapters, strict=True)
    )
    navigation = f"<html xmlns:e='x'><body><nav e:type='toc'><ol>{links}</ol></nav></body></html>"
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata><title>'
        f'{title}</title></metadata><manifest><item id="nav" href="nav.xhtml" properties="nav" '
        f'media-type="application/xhtml+xml"/>{items}</manifest><spine>{spine}</spine></package>'
    )
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/p.opf"/>'
            "</rootfiles></container>",
            "OPS/p.opf": entities + package.encode(),
            "OPS/nav.xhtml": navigation,
            **{
                f"OPS/text/{name}": f"<html><body>{html}</body></html>"
                for name, html in zip(names, chapters.values(), strict=True)
            },
        }
    )


def mail(
    subject: str, text: str, attachments: Mapping[str, bytes] | None = None, html: str = ""
) -> bytes:
    """A mail from Ada to Grace."""
    message = EmailMessage()
    message["From"] = "Ada <ada@example.org>"
    message["To"] = "Grace <grace@example.org>"
    message["Subject"] = subject
    message["Date"] = "Mon, 1 Jan 2024 10:00:00 +0000"
    if text:
        message.set_content(text)
    if html:
        message.add_alternative(html, "html") if text else message.set_content(html, "html")
    for name, content in (attachments or {}).items():
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()


def notebook(*cells: dict[str, Any], language: str = "python") -> bytes:
    """A notebook of cells."""
    metadata = {"language_info": {"name": language}}
    return json.dumps(
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    ).encode()


def _saved(document: Any) -> bytes:
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()
