"""What a file is, by its content; its name only tells kinds of text apart."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from dost_ext.rag.reading.languages import code_type
from dost_ext.rag.reading.parts import Unreadable
from dost_ext.rag.reading.refusals import refuse_known, refuse_old_office, refuse_packed
from dost_ext.rag.reading.texts import is_text


class Format(StrEnum):
    """What kinds of files can be read, as people call them."""

    PDF = "PDF"
    WORD = "Word document"
    SLIDES = "PowerPoint presentation"
    WORKBOOK = "Excel workbook"
    BOOK = "EPUB book"
    ARCHIVE = "ZIP archive"
    RICH_TEXT = "RTF document"
    HTML = "web page"
    NOTEBOOK = "notebook"
    MAIL = "e-mail"
    MAILBOX = "mailbox"
    TABLE = "table"
    MARKDOWN = "Markdown text"
    CODE = "source code"
    PLAIN = "text"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is. The media type is that of texts which one format covers many of."""

    format: Format
    media_type: str = ""


_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 4096
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_ANY_TAG = re.compile(rb"<(?:[a-z][a-z0-9]*)[\s>/]", re.IGNORECASE)
_MAIL_FIELD = re.compile(
    rb"^(from|to|cc|subject|date|received|return-path|message-id|mime-version|delivered-to|reply-to"
    rb"|x-[a-z-]+|dkim-signature|content-type|content-transfer-encoding):",
    re.IGNORECASE,
)
_FIELD = re.compile(rb"^([!-9;-~]+:|[ \t])")
_MARKDOWN_NAMES = (".md", ".markdown", ".mdown", ".mkd", ".mdx", ".rmd", ".qmd")
_TABLE_NAMES = {".csv": "text/csv", ".tsv": "text/tab-separated-values"}
# What a member of a ZIP says about the whole.
_OFFICE = {
    "word/document.xml": Format.WORD,
    "ppt/presentation.xml": Format.SLIDES,
    "xl/workbook.xml": Format.WORKBOOK,
}


def kind_of(filename: str, content: bytes) -> Kind:
    """Find out what a file is.

    Raises `Unreadable`, with what to do instead, for what has no words that can be read.
    """
    if not content.strip():
        raise Unreadable("This file is empty.")
    if _is_pdf(content):
        return Kind(Format.PDF)
    if content.startswith(_OLE2):
        refuse_old_office(content)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(content)
    refuse_known(content)
    if content.startswith(b"{\\rtf"):
        return Kind(Format.RICH_TEXT)
    if not is_text(content):
        raise Unreadable(
            "This is neither a text nor a document of a kind that can be read. "
            "Save it as PDF, Word, HTML or text and upload that."
        )
    return _kind_of_text(PurePosixPath(filename.lower()).suffix, filename, content)


def _is_pdf(content: bytes) -> bool:
    # Readers accept something before the header; a text that speaks of PDF has no objects.
    return content.startswith(b"%PDF-") or (b"%PDF-" in content[:1024] and b" obj" in content)


def _kind_of_zip(content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = set(packed.namelist())
            start = packed.read("mimetype")[:100] if _is_small(packed, "mimetype") else b""
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        raise Unreadable(
            "This file is damaged: it begins like a ZIP or Office file, but its end is missing. "
            "Upload it again."
        ) from error
    if start.startswith(b"application/epub+zip") or "META-INF/container.xml" in names:
        return Kind(Format.BOOK)
    for member, format_ in _OFFICE.items():
        if member in names:
            return Kind(format_)
    refuse_packed(names, start)
    return Kind(Format.ARCHIVE)


def _is_small(packed: zipfile.ZipFile, name: str) -> bool:
    return name in packed.namelist() and packed.getinfo(name).file_size < _HEAD


def _kind_of_text(ending: str, filename: str, content: bytes) -> Kind:
    head = content[:_HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if head.lstrip().startswith(b"{") and _is_notebook(ending, content):
        return Kind(Format.NOTEBOOK)
    if _HTML.match(head) or (ending in (".html", ".htm", ".xhtml") and _ANY_TAG.search(content)):
        return Kind(Format.HTML)
    if head.startswith(b"From ") and _is_mail(head.partition(b"\n")[2], least=2):
        return Kind(Format.MAILBOX)
    if _is_mail(head, least=1 if ending == ".eml" else 3):
        return Kind(Format.MAIL)
    if ending in _TABLE_NAMES:
        return Kind(Format.TABLE, _TABLE_NAMES[ending])
    if ending in _MARKDOWN_NAMES:
        return Kind(Format.MARKDOWN)
    if media_type := code_type(filename):
        return Kind(Format.CODE, media_type)
    return Kind(Format.PLAIN)


def _is_notebook(ending: str, content: bytes) -> bool:
    if ending != ".ipynb" and b'"nbformat"' not in content:
        return False
    try:
        notebook = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(notebook, dict) and isinstance(
        notebook.get("cells", notebook.get("worksheets")), list
    )


def _is_mail(head: bytes, *, least: int) -> bool:
    """Whether a file begins with nothing but header fields, `least` of them those of mails."""
    known = set()
    for line in head.splitlines():
        if not line.strip():
            break
        if not _FIELD.match(line):
            return False
        if field := _MAIL_FIELD.match(line):
            known.add(field[1].lower())
    return len(known) >= least and bool(known & {b"from", b"received", b"date", b"message-id"})
