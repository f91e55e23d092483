"""PowerPoint presentations: a part for each slide."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from dost_ext.rag.reading.caps import Unpacked, check_pages
from dost_ext.rag.reading.parts import Contents, Part, Read
from dost_ext.rag.reading.tables import cell_of, table_of
from dost_ext.rag.reading.zips import Zip

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def read_slides(content: bytes, unpacked: Unpacked) -> Iterator[Read]:
    """The slides in their order: title, texts, tables and what the speaker notes."""
    Zip(content, unpacked, what="PowerPoint presentation").check()

    from pptx import Presentation

    presentation = Presentation(io.BytesIO(content))
    # python-pptx's types stop at the presentation.
    slides: list[Any] = list(presentation.slides)
    check_pages(len(slides), "presentation")
    yield Contents(MEDIA_TYPE, presentation.core_properties.title or "", len(slides))
    for number, slide in enumerate(slides, 1):
        yield Part("\n\n".join(filter(None, _texts_of(slide))), "markdown", number)


def _texts_of(slide: Any) -> Iterator[str]:
    title = slide.shapes.title
    if title is not None and (words := " ".join(title.text_frame.text.split())):
        yield f"# {words}"
    yield from _texts_in(slide.shapes, title)
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame):
        notes = frame.text.strip()
        yield f"Notes: {notes}" if notes else ""


def _texts_in(shapes: Iterable[Any], title: Any) -> Iterator[str]:
    for shape in shapes:
        # Each look at a shape makes a new object for it.
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if hasattr(shape, "shapes"):
            yield from _texts_in(shape.shapes, None)
        elif getattr(shape, "has_table", False):
            rows = [[cell_of(cell.text) for cell in row.cells] for row in shape.table.rows]
            if rows:
                yield table_of(rows[0], rows[1:])
        elif getattr(shape, "has_text_frame", False):
            yield _paragraphs(shape.text_frame)


def _paragraphs(frame: Any) -> str:
    # A vertical tab is a line break within a paragraph.
    lines = ((p.level, p.text.replace("\v", " ").strip()) for p in frame.paragraphs)
    filled = [(level, text) for level, text in lines if text]
    if len(filled) < 2:
        return "".join(text for _, text in filled)
    return "\n".join(f"{'  ' * level}- {text}" for level, text in filled)
