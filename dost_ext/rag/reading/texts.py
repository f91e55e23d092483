"""Texts: Markdown, source code and everything else without a format."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import yaml

from dost_ext.rag.reading.caps import PIECE
from dost_ext.rag.reading.parts import Contents, Form, Part, Read, Unreadable

# UTF-32 first: its little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# An encoding shows in less, and guessing takes a second per megabyte.
_SAMPLE = 64 * 1024
# Related alphabets look alike to statistics of letters: of guesses that are about as good, the one
# that more people write in. The margins tell Turkish from Baltic in four short sentences.
_USUAL = ("cp1252", "cp1254", "cp1250", "cp1251", "cp1253", "cp1255", "cp1256")
_AS_GOOD = 0.01
_AS_LIKELY = 0.15
# In characters; what is longer is a text between two rules.
_LONGEST_FRONT_MATTER = 20_000
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_FIRST_HEADING = re.compile(r"^#[ \t]+(\S.{0,300})", re.MULTILINE)


def text_of(content: bytes) -> str:
    """Decode a text: by its mark, as UTF-8, or in the encoding that its letters suggest.

    Raises `Unreadable` for what is no text.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _lines(content.decode(encoding, "replace"))
    if b"\0" in content:
        raise Unreadable("This is neither a text nor a document of a kind that can be read.")
    try:
        return _lines(content.decode())
    except UnicodeDecodeError:
        return _lines(content.decode(_legacy_encoding(content), "replace"))


def is_text(content: bytes) -> bool:
    """Whether a file is a text: it has a mark that says so, or no control characters."""
    if content.startswith(tuple(mark for mark, _ in _MARKS)):
        return True
    sample = content[:_SAMPLE]
    # Beyond tab, line feed, form feed, carriage return and escape; a few stray ones are forgiven.
    controls = sum(sample.count(code) for code in range(32) if code not in (9, 10, 12, 13, 27))
    return b"\0" not in content and controls * 100 <= len(sample)


def read_markdown(content: bytes) -> Iterator[Read]:
    """Markdown, without its front matter; the title is the front matter's or the first heading."""
    text = text_of(content)
    title = ""
    if front := _FRONT_MATTER.match(text, 0, _LONGEST_FRONT_MATTER):
        title = _title_in(front[1] or "")
        text = text[front.end() :]
    yield Contents("text/markdown", title or first_heading(text))
    yield Part(text, "markdown")


def read_plain(content: bytes) -> Iterator[Read]:
    """Plain text."""
    yield Contents("text/plain")
    yield from _parts(text_of(content), "plain")


def read_code(content: bytes, media_type: str) -> Iterator[Read]:
    """Source code and other texts whose lines are to stay as they are."""
    yield Contents(media_type)
    yield from _parts(text_of(content), "code")


def _parts(text: str, form: Form) -> Iterator[Part]:
    for piece in pieces(text):
        yield Part(piece, form)


def pieces(text: str, most: int = PIECE) -> Iterator[str]:
    """Cut a long text into pieces of at most `most` characters, where it hurts least."""
    start = 0
    while len(text) - start > most:
        end = start + most
        for gap in ("\n\n", "\n", " "):
            if (found := text.rfind(gap, start + most // 2, end)) > 0:
                end = found + len(gap)
                break
        yield text[start:end]
        start = end
    yield text[start:]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def first_heading(markdown: str) -> str:
    """The first heading of the first level; empty without one."""
    found = _FIRST_HEADING.search(markdown)
    return found[1].rstrip(" \t#") if found else ""


def _title_in(front_matter: str) -> str:
    try:
        values = yaml.safe_load(front_matter)
    # What PyYAML raises for odd dates and keys is no YAMLError.
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return ""
    title = values.get("title") if isinstance(values, dict) else None
    return title if isinstance(title, str) else ""


def _legacy_encoding(content: bytes) -> str:
    from charset_normalizer import from_bytes

    # The middle of a line that holds such letters: files often begin with a page of plain ASCII.
    first = _BEYOND_ASCII.search(content)
    sample = content[max(0, (first.start() if first else 0) - _SAMPLE // 2) :][:_SAMPLE]
    matches = list(from_bytes(sample))
    if not matches:
        return "cp1252"
    coherence = max(match.coherence for match in matches)
    likely = {
        match.encoding
        for match in matches
        if match.chaos <= matches[0].chaos + _AS_GOOD and match.coherence >= coherence - _AS_LIKELY
    }
    return next((name for name in _USUAL if name in likely), matches[0].encoding)
