"""Word documents, by way of HTML."""

from __future__ import annotations

import io
from collections.abc import Iterator

from bs4 import BeautifulSoup

from dost_ext.rag.reading.caps import Unpacked
from dost_ext.rag.reading.html import markdown_of
from dost_ext.rag.reading.parts import Contents, Part, Read
from dost_ext.rag.reading.zips import Zip

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
"""


def read_word(content: bytes, unpacked: Unpacked) -> Iterator[Read]:
    """A Word document with its headings, lists, tables and footnotes, without its pictures."""
    packed = Zip(content, unpacked, what="Word document")
    packed.check()
    yield Contents(MEDIA_TYPE, title_in(packed))

    import mammoth

    # Pictures would come as megabytes of base64.
    html = mammoth.convert_to_html(
        io.BytesIO(content), style_map=_STYLES, convert_image=lambda image: []
    ).value
    yield Part(markdown_of(html)[1], "markdown")


def title_in(packed: Zip) -> str:
    """The title in the properties that all Office files have; empty without one."""
    if "docProps/core.xml" not in packed.names():
        return ""
    title = BeautifulSoup(packed.read("docProps/core.xml"), "xml").find("title")
    return title.get_text(strip=True) if title else ""
