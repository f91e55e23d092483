"""RTF documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from dost_ext.rag.reading.parts import Contents, Part, Read
from dost_ext.rag.reading.texts import pieces

_TITLE = re.compile(r"{\\title ([^{}\\]*)}")
_EMPTY_LINES = re.compile(r"\n\s*\n")


def read_rich_text(content: bytes) -> Iterator[Read]:
    """The words of an RTF document; each of its paragraphs is one."""
    from striprtf.striprtf import rtf_to_text

    # RTF is ASCII by its own rules: what is beyond stands in escapes that name its code page.
    source = content.decode("latin-1")
    title = _TITLE.search(source)
    yield Contents("application/rtf", title[1] if title else "")
    # It says that it has types, and has none.
    convert: Callable[..., str] = rtf_to_text
    text = convert(source, errors="replace")
    # A paragraph ends with a line feed, and so does a row of a table.
    paragraphs = _EMPTY_LINES.sub("\n", text).replace("\n", "\n\n").replace("|\n\n", "|\n")
    for piece in pieces(paragraphs):
        yield Part(piece, "plain")
