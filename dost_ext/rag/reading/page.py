"""What a page of the web is about, without what surrounds it: as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dost_ext.rag.reading.html import markdown_of, seen_of
from dost_ext.rag.reading.parts import Contents, Part, Read

# Of a page that lists things the extraction keeps next to nothing: then all of it is given, as far
# as there is that much more.
SHORT = 250
TIMES_MORE = 4
# The extraction has a backslash before what might be a mark of Markdown: nobody searches for that.
# A backtick keeps it, which at the beginning of a line would make code of all that follows.
_ESCAPED = re.compile(r"\\([*_~\[\]<])")
_CODE = re.compile(r"(^`{3,}.*?^`{3,}[ \t]*$)", re.DOTALL | re.MULTILINE)


def read_page(content: bytes) -> Iterator[Read]:
    """A page that was fetched: its main text."""
    from trafilatura import extract

    title, whole = markdown_of(content)
    main = extract(
        seen_of(content),
        output_format="markdown",
        include_comments=False,
        include_formatting=True,
        include_images=False,
        include_links=False,
        include_tables=True,
        favor_recall=True,
    )
    lacking = main is None or (len(main) < SHORT and len(whole) > TIMES_MORE * len(main))
    yield Contents("text/html", title)
    yield Part(whole if main is None or lacking else _unescaped(main), "markdown")


def _unescaped(markdown: str) -> str:
    """Markdown without needless backslashes; code is as it was."""
    pieces = _CODE.split(markdown)
    return "".join(
        piece if number % 2 else _ESCAPED.sub(r"\1", piece) for number, piece in enumerate(pieces)
    )
