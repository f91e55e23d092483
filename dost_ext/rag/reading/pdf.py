"""PDF files: a part for each page, under the entries of the outline."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError
from pypdf.generic import Destination, DictionaryObject

from dost_ext.rag.reading.caps import check_pages
from dost_ext.rag.reading.paragraphs import blocks_of, may_hold_table, paragraphs_of
from dost_ext.rag.reading.parts import Contents, Note, Part, Read, Unreadable
from dost_ext.rag.reading.refusals import PASSWORD
from dost_ext.rag.reading.running_lines import RunningLines

MEDIA_TYPE = "application/pdf"
SCANNED = (
    "The pages of this PDF are pictures of text (scans). Make their words readable with OCR (text "
    "recognition) and upload the result."
)
_CATALOG = re.compile(
    rb"(\d{1,9})\s{1,4}(\d{1,5})\s{1,4}obj\b(?:(?!endobj).){0,1000}?/Type\s{0,4}/Catalog", re.DOTALL
)
_END = b"%%EOF"
# Adobe's readers accept the end this far before the file's, ISO 32000-1 implementation note 18.
_END_WITHIN = 1024
Headings = tuple[str, ...]


@dataclass(slots=True)
class _Left:
    """Numbers of pages that gave no words."""

    pictures: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def read_pdf(content: bytes) -> Iterator[Read]:
    """Every page that has words.

    Raises `Unreadable` for one that is protected, that has too many pages or none with words.
    """
    reader = PdfReader(io.BytesIO(_with_end(content)), strict=False)
    _unlock(reader)
    pages = reader.pages
    check_pages(len(pages), "PDF")
    yield Contents(MEDIA_TYPE, _title(reader), len(pages))
    headings = _headings_by_page(reader)
    left, edges, any_words = _Left(), RunningLines(), False
    for number, page in enumerate(pages, 1):
        if text := _words(page, number, edges, left):
            any_words = True
            yield Part(text, "plain", number, headings.get(number, ()))
    yield from _notes(left, any_words)


def _with_end(content: bytes) -> bytes:
    """Give a file whose end is missing one, so that pypdf looks for the objects that are there."""
    if _END in content[-_END_WITHIN:]:
        return content
    catalogs = _CATALOG.findall(content)
    root = b"<< /Root %s %s R /Size 1 >>" % catalogs[-1] if catalogs else b"<< >>"
    return content + b"\ntrailer\n" + root + b"\nstartxref\n0\n" + _END


def _unlock(reader: PdfReader) -> None:
    if not reader.is_encrypted:
        return
    try:
        # Many that only forbid printing open with an empty password.
        if not reader.decrypt(""):
            raise Unreadable(PASSWORD)
    except (DependencyError, FileNotDecryptedError, NotImplementedError) as error:
        raise Unreadable(PASSWORD) from error


def _title(reader: PdfReader) -> str:
    try:
        return str((reader.metadata and reader.metadata.title) or "")
    except MemoryError:
        raise
    # The title is not worth a document.
    except Exception:
        return ""


def _words(page: PageObject, number: int, edges: RunningLines, left: _Left) -> str:
    """A page's text; where there is none, it is noted why."""
    try:
        if text := _text_of(page, number, edges):
            return text
        if _has_pictures(page):
            left.pictures.append(number)
    except MemoryError:
        raise
    # Of a broken page pypdf raises whatever its code runs into; the others may be well.
    except Exception:
        left.failed.append(number)
    return ""


def _text_of(page: PageObject, number: int, edges: RunningLines) -> str:
    lines = [line.strip() for line in page.extract_text().splitlines() if line.strip()]
    running = edges.of_page(lines, number)
    if may_hold_table(lines):
        placed = page.extract_text(
            extraction_mode="layout",
            layout_mode_space_vertically=False,
            layout_mode_strip_rotated=False,
        )
        if text := blocks_of(running.removed_from(placed.splitlines())):
            return text
    return paragraphs_of(running.removed_from(lines))


def _has_pictures(page: PageObject) -> bool:
    objects: Any = page.get("/Resources")
    for name in ("/XObject", None):
        objects = objects.get_object() if objects is not None else None
        if not isinstance(objects, DictionaryObject):
            return False
        objects = objects.get(name) if name else objects
    return any(item.get_object().get("/Subtype") == "/Image" for item in objects.values())


def _notes(left: _Left, any_words: bool) -> Iterator[Note]:
    if left.pictures:
        if not any_words and not left.failed:
            raise Unreadable(SCANNED)
        yield Note(
            f"{_pages(left.pictures)} pictures of text (scans); their words cannot be searched."
        )
    if left.failed:
        if not any_words:
            raise Unreadable("This PDF is damaged and cannot be read.")
        yield Note(f"{_pages(left.failed)} damaged and could not be read.")


def _pages(numbers: Sequence[int]) -> str:
    """“Page 3 is”, “Pages 3 and 7–9 are”: the start of a sentence."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    names = ["–".join(map(str, run)) for run in runs]
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"Page {listed} is" if len(numbers) == 1 else f"Pages {listed} are"


def _headings_by_page(reader: PdfReader) -> dict[int, Headings]:
    """The path in the outline of each page: that of the first entry on it, or of the last before.

    Where a chapter and its first section begin on the page, the section's.
    """
    try:
        entries = list(_entries(reader, reader.outline, 0))
    except MemoryError:
        raise
    # An outline is often broken in files that read well.
    except Exception:
        return {}
    found: dict[int, Headings] = {}
    path: Headings = ()
    last = 0
    opening = False
    for page, depth, title in sorted(entries, key=lambda entry: entry[0]):
        for number in range(last + 1 if last else page, page):
            found.setdefault(number, path)
        deeper = depth >= len(path)
        path = (*path[:depth], title)
        if page != last or (opening and deeper):
            found[page] = path
            opening = True
        else:
            opening = False
        last = page
    for number in range(last + 1, len(reader.pages) + 1) if last else ():
        found[number] = path
    return found


def _entries(reader: PdfReader, outline: Any, depth: int) -> Iterator[tuple[int, int, str]]:
    """Page, depth and title of each entry that points to a page."""
    for item in outline:
        if isinstance(item, list):
            yield from _entries(reader, item, depth + 1)
        elif isinstance(item, Destination):
            page = reader.get_destination_page_number(item)
            title = " ".join(str(item.title or "").split())
            if page is not None and page >= 0 and title:
                yield page + 1, depth, title
