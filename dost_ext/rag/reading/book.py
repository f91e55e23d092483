"""EPUB books: a part for each chapter."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urldefrag

from bs4 import BeautifulSoup, Tag

from dost_ext.rag.reading.caps import Unpacked, check_pages
from dost_ext.rag.reading.html import markdown_of
from dost_ext.rag.reading.parts import Contents, Note, Part, Read, Unreadable
from dost_ext.rag.reading.zips import Zip

MEDIA_TYPE = "application/epub+zip"
_PAGES = ("application/xhtml+xml", "text/html")
Headings = tuple[str, ...]


@dataclass(slots=True)
class _Package:
    """What an EPUB's package document says."""

    title: str = ""
    # Paths of the chapters within the archive, in reading order.
    chapters: list[str] = field(default_factory=list)
    # The path of the table of contents; empty without one.
    navigation: str = ""


def read_book(content: bytes, unpacked: Unpacked) -> Iterator[Read]:
    """The chapters in reading order, under the headings of the table of contents."""
    packed = Zip(content, unpacked, what="EPUB book")
    packed.check()
    package = _package_in(packed)
    _refuse_protected(packed, package)
    check_pages(len(package.chapters), "book")
    headings = _headings_in(packed, package.navigation)
    yield Contents(MEDIA_TYPE, package.title, len(package.chapters))
    missing = 0
    for number, path in enumerate(package.chapters, 1):
        if path not in packed.names():
            missing += 1
            continue
        text = markdown_of(packed.read(path))[1]
        yield Part(text, "markdown", number, _without_own(headings.get(path, ()), text))
    if missing:
        yield Note(f"{missing} of {len(package.chapters)} chapters are missing in the file.")


def _package_in(packed: Zip) -> _Package:
    try:
        container = BeautifulSoup(packed.read("META-INF/container.xml"), "xml")
        root = container.find("rootfile")
        path = str(root.get("full-path")) if root else ""
        package = BeautifulSoup(packed.read(path), "xml")
    except KeyError as error:
        raise packed.damaged() from error
    folder = posixpath.dirname(path)
    items = {str(item.get("id")): item for item in package.select("manifest > item")}
    title = package.find("title")
    read = _Package(title.get_text(" ", strip=True) if title else "")
    for reference in package.select("spine > itemref"):
        item = items.get(str(reference.get("idref")))
        if item is not None and item.get("media-type") in _PAGES:
            read.chapters.append(_path(folder, item))
    read.navigation = _navigation(package, items, folder)
    return read


def _navigation(package: BeautifulSoup, items: Mapping[str, Tag], folder: str) -> str:
    for item in items.values():
        if "nav" in str(item.get("properties", "")).split():
            return _path(folder, item)
    spine = package.find("spine")
    older = items.get(str(spine.get("toc"))) if spine else None
    return _path(folder, older) if older is not None else ""


def _path(folder: str, item: Tag) -> str:
    return _joined(folder, str(item.get("href", "")))


def _joined(folder: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(urldefrag(address).url)))


def _headings_in(packed: Zip, path: str) -> dict[str, Headings]:
    """What each chapter lies under: the first entry that points into it, and that one's parents."""
    if path not in packed.names():
        return {}
    document = BeautifulSoup(packed.read(path), "xml")
    folder = posixpath.dirname(path)
    found: dict[str, Headings] = {}
    for link in document.select("nav a[href], navPoint > content[src]"):
        headings = _path_to(link)
        address = _joined(folder, str(link.get("href") or link.get("src")))
        if all(headings):
            found.setdefault(address, headings)
    return found


def _path_to(link: Tag) -> Headings:
    labels: list[str] = []
    for parent in link.find_parents(("li", "navPoint")):
        label = parent.find(("a", "span", "navLabel"))
        labels.append(label.get_text(" ", strip=True) if label else "")
    return tuple(reversed(labels))


def _without_own(headings: Headings, text: str) -> Headings:
    """Leave out the last heading where the chapter begins with the same."""
    first = text.partition("\n")[0].lstrip("# ").strip()
    return headings[:-1] if headings and headings[-1].casefold() == first.casefold() else headings


def _refuse_protected(packed: Zip, package: _Package) -> None:
    # Fonts are encrypted in many books that can be read.
    if "META-INF/encryption.xml" not in packed.names():
        return
    rules = BeautifulSoup(packed.read("META-INF/encryption.xml"), "xml")
    encrypted = {unquote(str(item.get("URI"))) for item in rules.find_all("CipherReference")}
    if encrypted & set(package.chapters):
        raise Unreadable("This book is protected against copying (DRM) and cannot be read.")
