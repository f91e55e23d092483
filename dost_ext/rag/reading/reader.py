"""Reads a file of any kind, within the caps, whatever the file does to the libraries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dost_ext.rag.reading.caps import DEEPEST, MOST_CHARACTERS, MOST_NOTES, Unpacked
from dost_ext.rag.reading.kinds import Format, Kind, kind_of
from dost_ext.rag.reading.parts import Contents, Note, Part, Read, Unreadable

NO_WORDS = "There are no words in this file."
TOO_DEEP = "This file lies too deep within other archives."
_CONTAINERS = (Format.ARCHIVE, Format.MAIL, Format.MAILBOX)
_LONGEST_TITLE = 300
# NUL, which PostgreSQL refuses, and halves of characters, which UTF-8 has no bytes for.
_NO_CHARACTERS = re.compile("[\0\ud800-\udfff]")
# Programs' own words where a title is missing.
_NO_TITLES = re.compile(
    r"(?:untitled|unnamed|untitled document|document\d*|presentation\d*|powerpoint presentation"
    r"|slide 1|book\d*|\(anonymous\)|anonymous|unspecified)?",
    re.IGNORECASE,
)
_PROGRAMS = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - ")


def read(filename: str, content: bytes, *, main_text: bool = False) -> Iterator[Read]:
    """Read a file: first one `Contents`, then its parts in reading order, and notes.

    Of a web page `main_text` is what it is about, without what surrounds that.

    Every part's text is valid Unicode without NUL, stripped and not empty, and there is at least
    one. Whoever reads to the end has the whole file, but for what the notes name.

    Raises `Unreadable`, before or after the first parts, with a sentence for people. What a library
    raised is its cause; only `MemoryError` comes as it is.
    """
    kind = kind_of(filename, content)
    if main_text and kind.format is Format.HTML:
        from dost_ext.rag.reading.page import read_page

        items = _translated(read_page(content), kind.format)
    else:
        items = _translated(_read_as(kind, content, _Nest(Unpacked())), kind.format)
    contents = next(items)
    assert isinstance(contents, Contents)
    yield replace(contents, title=_title(contents.title))
    yield from _complete(items)


class _Nest:
    """Reads what lies in archives and mails, however deep they allow."""

    def __init__(self, unpacked: Unpacked, depth: int = 0) -> None:
        self.unpacked = unpacked
        self._depth = depth

    def read(self, name: str, content: bytes) -> Iterator[Read]:
        """A file within, its name the outermost heading; a note where it cannot be read.

        Raises `Unreadable` when all files within are too much together.
        """
        try:
            kind = kind_of(name, content)
            if self._depth >= DEEPEST and kind.format in _CONTAINERS:
                raise Unreadable(TOO_DEEP)
            inner = _Nest(self.unpacked, self._depth + 1)
            for item in _translated(_read_as(kind, content, inner), kind.format):
                if isinstance(item, Part):
                    yield _under(name, item, kind)
                elif isinstance(item, Note):
                    yield Note(f"{name}: {item.text}")
        except Unreadable as error:
            if self.unpacked.is_exhausted:
                raise
            yield Note(f"{name}: {error.sentence}")


def _under(name: str, part: Part, kind: Kind) -> Part:
    headings = (name, *part.headings)
    # Pages count those of the whole; of a file within they are told in words.
    if part.page is not None and kind.format is Format.PDF:
        headings = (name, f"Page {part.page}", *part.headings)
    return replace(part, page=None, headings=headings, files=part.files + 1)


def _read_as(kind: Kind, content: bytes, nest: _Nest) -> Iterator[Read]:
    """Imports what reads a kind when there is a file of it: a text needs no library."""
    match kind.format:
        case Format.PDF:
            from dost_ext.rag.reading.pdf import read_pdf

            return read_pdf(content)
        case Format.WORD | Format.SLIDES | Format.WORKBOOK | Format.BOOK:
            return _read_packed(kind, content, nest.unpacked)
        case Format.ARCHIVE | Format.MAIL | Format.MAILBOX:
            return _read_container(kind, content, nest)
        case Format.HTML:
            from dost_ext.rag.reading.html import read_html

            return read_html(content)
        case Format.RICH_TEXT:
            from dost_ext.rag.reading.rich_text import read_rich_text

            return read_rich_text(content)
        case _:
            return _read_text(kind, content)


def _read_packed(kind: Kind, content: bytes, unpacked: Unpacked) -> Iterator[Read]:
    match kind.format:
        case Format.WORD:
            from dost_ext.rag.reading.word import read_word

            return read_word(content, unpacked)
        case Format.SLIDES:
            from dost_ext.rag.reading.slides import read_slides

            return read_slides(content, unpacked)
        case Format.WORKBOOK:
            from dost_ext.rag.reading.sheets import read_workbook

            return read_workbook(content, unpacked)
        case _:
            from dost_ext.rag.reading.book import read_book

            return read_book(content, unpacked)


def _read_container(kind: Kind, content: bytes, nest: _Nest) -> Iterator[Read]:
    match kind.format:
        case Format.ARCHIVE:
            from dost_ext.rag.reading.archive import read_archive

            return read_archive(content, nest.unpacked, nest.read)
        case Format.MAILBOX:
            from dost_ext.rag.reading.mail import read_mailbox

            return read_mailbox(content, nest.read)
        case _:
            from dost_ext.rag.reading.mail import read_mail

            return read_mail(content, nest.read)


def _read_text(kind: Kind, content: bytes) -> Iterator[Read]:
    from dost_ext.rag.reading import notebook, sheets, texts

    match kind.format:
        case Format.NOTEBOOK:
            return notebook.read_notebook(content)
        case Format.TABLE:
            return sheets.read_table(content, kind.media_type)
        case Format.MARKDOWN:
            return texts.read_markdown(content)
        case Format.CODE:
            return texts.read_code(content, kind.media_type)
        case _:
            return texts.read_plain(content)


def _translated(items: Iterator[Read], format_: Format) -> Iterator[Read]:
    """Make what a library raises a sentence."""
    try:
        yield from items
    except (Unreadable, MemoryError):
        raise
    # Libraries promise nothing about damaged files, and raise what their code runs into.
    except Exception as error:
        raise Unreadable(f"This {format_} is damaged and cannot be read.") from error


def _complete(items: Iterator[Read]) -> Iterator[Read]:
    """Parts that keep `read`'s promises, then the first of the notes.

    Raises `Unreadable` when there are no words, or too many.
    """
    characters = 0
    notes: list[Note] = []
    for item in items:
        if isinstance(item, Note):
            notes.append(item)
        elif isinstance(item, Part) and (text := _NO_CHARACTERS.sub("", item.text).strip()):
            characters += len(text)
            if characters > MOST_CHARACTERS:
                raise Unreadable(
                    f"This file holds more than {MOST_CHARACTERS // 1_000_000} million characters. "
                    "Split it into smaller ones."
                )
            yield replace(item, text=text, headings=_headings(item.headings))
    if not characters:
        raise Unreadable(_why_nothing(notes))
    yield from (Note(_NO_CHARACTERS.sub("", note.text)) for note in notes[:MOST_NOTES])
    if len(notes) > MOST_NOTES:
        yield Note(f"… and {len(notes) - MOST_NOTES} more.")


def _headings(headings: tuple[str, ...]) -> tuple[str, ...]:
    cleaned = (" ".join(_NO_CHARACTERS.sub("", heading).split()) for heading in headings)
    return tuple(heading[:_LONGEST_TITLE] for heading in cleaned if heading)


def _why_nothing(notes: list[Note]) -> str:
    return f"{NO_WORDS} {notes[0].text}" if notes else NO_WORDS


def _title(title: str) -> str:
    title = " ".join(_NO_CHARACTERS.sub("", title).split())
    title = _PROGRAMS.sub("", title)[:_LONGEST_TITLE]
    return "" if _NO_TITLES.fullmatch(title) else title
