"""Web pages, and what becomes HTML on its way: as Markdown."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.dammit import EncodingDetector
from markdownify import ATX, MarkdownConverter

from dost_ext.core.fences import fenced
from dost_ext.rag.reading.parts import Contents, Part, Read
from dost_ext.rag.reading.texts import text_of

# What is for machines, and what is the same on every page of a site.
_DROPPED = {
    *("script", "style", "template", "noscript", "annotation"),
    *("nav", "dialog", "select", "button"),
    *("svg", "canvas", "iframe", "object", "embed", "audio", "video"),
}
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:language|lang|highlight-source|brush:?)[-\s]+([\w+#-]+)")
_EMPTY_LINES = re.compile(r"\n{3,}")


def read_html(content: bytes) -> Iterator[Read]:
    """A web page, without its scripts, navigation and what it hides."""
    title, text = markdown_of(content)
    yield Contents("text/html", title)
    yield Part(text, "markdown")


def markdown_of(html: bytes | str) -> tuple[str, str]:
    """The title of a page and its text as Markdown."""
    soup = _soup(html)
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    _drop_unseen(soup)
    body = soup.body or soup
    try:
        text = _Converter().convert_soup(body)
    except RecursionError:
        text = body.get_text("\n", strip=True)
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return title, _EMPTY_LINES.sub("\n\n", lines).strip()


def seen_of(html: bytes) -> str:
    """A page without what is for machines and what it hides."""
    soup = _soup(html)
    _drop_unseen(soup)
    return str(soup)


class _Converter(MarkdownConverter):
    """Markdown for reading and searching: addresses and pictures are no words."""

    def __init__(self) -> None:
        super().__init__(
            heading_style=ATX,
            bullets="-",
            table_infer_header=True,
            escape_asterisks=False,
            escape_underscores=False,
        )
        self._numbers: dict[int, int] = {}

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return text

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return str(el.get("alt") or "")

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return " " if "_inline" in parent_tags else "\n"

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = text.strip("\n")
        return f"\n\n{fenced(text, _language(el))}\n\n" if text.strip() else ""

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        # The converter's own counts the items before each one: minutes for a list of thousands.
        if not (text := text.strip()):
            return "\n"
        ordered = el.parent is not None and el.parent.name == "ol"
        bullet = f"{self._number_in(el.parent)}." if el.parent and ordered else "-"
        indented = text.replace("\n", "\n" + " " * (len(bullet) + 1))
        return f"{bullet} {indented}\n"

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._cell(el, text)

    def convert_th(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return self._cell(el, text)

    def _number_in(self, items: Tag) -> int:
        start = str(items.get("start", "1"))
        first = int(start) if start.isdecimal() and len(start) < 10 else 1
        number = self._numbers.get(id(items), first)
        self._numbers[id(items)] = number + 1
        return number

    def _cell(self, el: Tag, text: str) -> str:
        span = str(el.get("colspan", "1"))
        columns = min(int(span), 50) if span.isdecimal() and 0 < len(span) < 4 else 1
        return f" {' '.join(text.split()).replace('|', chr(92) + '|')} |" + "  |" * (columns - 1)


def _soup(html: bytes | str) -> BeautifulSoup:
    if isinstance(html, bytes):
        marked = html.startswith(BOM_UTF8)
        declared = None if marked else EncodingDetector.find_declared_encoding(html, is_html=True)
        html = _decoded(html, declared)
    # Python's own parser takes minutes for what libxml2 does in no time: unclosed tags by the ton.
    return BeautifulSoup(html, "lxml")


def _decoded(html: bytes, declared: str | None) -> str:
    if declared and not declared.lower().startswith("utf-16"):
        try:
            return html.decode(declared)
        except (LookupError, UnicodeDecodeError):
            pass
    return text_of(html)


def _drop_unseen(soup: BeautifulSoup) -> None:
    # One pass; a selector of all of these takes as long as everything else together.
    unseen = [item for item in soup.descendants if isinstance(item, Tag) and _is_unseen(item)]
    for element in unseen:
        element.extract()


def _is_unseen(element: Tag) -> bool:
    attributes = element.attrs
    return (
        element.name in _DROPPED
        or "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or attributes.get("role") == "navigation"
        or bool(_UNSEEN.search(str(attributes.get("style", ""))))
    )


def _language(pre: Tag) -> str:
    for element in (pre, pre.find("code")):
        names: Any = element.get("class") if isinstance(element, Tag) else None
        if found := _LANGUAGE.search(" ".join(names or ())):
            return found[1]
    return ""
