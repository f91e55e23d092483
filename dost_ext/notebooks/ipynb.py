"""Jupyter notebooks: a conversation's shown branch as cells, all of it in the metadata.

What is in `metadata.dost` is dost's own format (`dost_json`). A message whose cells are as they
were written comes back exactly; one that was edited in Jupyter comes back as its cells show it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from dost_ext.files.contents import FileContent
from dost_ext.notebooks import dost_json
from dost_ext.notebooks.cells import PYTHON, Cell, Cut, Language, content_of
from dost_ext.notebooks.loose import mapping, text
from dost_ext.notebooks.pictures import Beside, nothing_beside
from dost_ext.notebooks.portable import PortableConversation, PortableMessage, Unreadable

Json = dict[str, Any]

MEDIA_TYPE = "application/x-ipynb+json"
NBFORMAT = 4
# The first in which cells have ids.
NBFORMAT_MINOR = 5
UNTITLED = "Notebook"


def dump(found: PortableConversation, now: datetime) -> bytes:
    """The conversation as a file."""
    shown = _shown(found)
    cut = Cut(shown)
    language = cut.language
    return orjson.dumps(
        {
            "cells": list(_cells(found, shown, cut)),
            "metadata": {
                "kernelspec": {
                    "name": language.kernel,
                    "display_name": language.kernel_title,
                    "language": language.name,
                },
                "language_info": {"name": language.name},
                "dost": dost_json.document(found, now).model_dump(mode="json", exclude_none=True),
            },
            "nbformat": NBFORMAT,
            "nbformat_minor": NBFORMAT_MINOR,
        },
        option=orjson.OPT_INDENT_2,
    )


def _cells(found: PortableConversation, shown: list[PortableMessage], cut: Cut) -> Iterator[Json]:
    yield _cell("title", Cell("markdown", _heading(found)), {"title": True})
    for place, message in enumerate(shown):
        for number, cell in enumerate(cut.cells_of(message)):
            yield _cell(f"m{place}-{number}", cell, {"message": message.key})
        files = [found.files[key] for key in message.attachments]
        if pictures := [file for file in files if file.kind == "image"]:
            yield _gallery(f"m{place}-pictures", pictures)


def _cell(name: str, cell: Cell, ours: Json) -> Json:
    written: Json = {
        "cell_type": cell.kind,
        "id": name,
        "metadata": {"dost": ours},
        "source": cell.source.splitlines(keepends=True),
    }
    if cell.kind == "code":
        written |= {"execution_count": None, "outputs": []}
    return written


def _gallery(name: str, pictures: list[FileContent]) -> Json:
    """A cell of what was attached, which Jupyter embeds in it."""
    named = {f"{n}.{one.media_type.partition('/')[2]}": one for n, one in enumerate(pictures)}
    shown = [f"![](attachment:{name})" for name in named]
    cell = _cell(name, Cell("markdown", "\n\n".join(shown)), {"pictures": True})
    cell["attachments"] = {
        name: {one.media_type: base64.b64encode(one.content).decode()}
        for name, one in named.items()
    }
    return cell


def _shown(found: PortableConversation) -> list[PortableMessage]:
    return [m for m in found.branch if m.role in ("user", "assistant")]


def _heading(found: PortableConversation) -> str:
    return f"# {' '.join((found.title or UNTITLED).split())}"


def matches(entry: Json) -> bool:
    """Whether an entry of a file is in this format."""
    return "nbformat" in entry


def read(entry: Json, _beside: Beside = nothing_beside) -> PortableConversation:
    """The conversation of a notebook, dost's own or anybody's. Raises `Unreadable`."""
    if entry.get("nbformat") != NBFORMAT:
        known = f"a notebook of format {entry.get('nbformat')!r:.20}"
        raise Unreadable(f"{known}; open it in Jupyter and save it, then import it again")
    if not isinstance(entry.get("cells"), list):
        raise Unreadable("the notebook has no list of cells")
    cells = [_read_cell(cell, number) for number, cell in enumerate(entry["cells"], 1)]
    metadata = mapping(entry.get("metadata"))
    ours = mapping(metadata.get("dost"))
    if not dost_json.matches(ours):
        return _foreign(cells, metadata)
    return _edited(dost_json.read(ours), cells)


def _read_cell(cell: Any, number: int) -> tuple[Cell, Json]:
    """A cell, and what dost has noted of it."""
    known = mapping(cell)
    source = known.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    kind = known.get("cell_type")
    if not isinstance(source, str) or kind not in ("markdown", "code", "raw"):
        raise Unreadable(f"cell {number} is no cell of a notebook")
    ours = mapping(mapping(known.get("metadata")).get("dost"))
    return Cell("code" if kind == "code" else "markdown", source), ours


def _edited(found: PortableConversation, cells: list[tuple[Cell, Json]]) -> PortableConversation:
    """The conversation with what was changed in its cells."""
    shown = _shown(found)
    cut = Cut(shown)
    heading = _heading(found)
    for cell, ours in cells:
        if ours.get("title") is True and cell.source != heading:
            found.title = cell.source.lstrip("# ").strip() or None
    by_message: dict[str, list[Cell]] = {}
    for cell, ours in cells:
        if (key := text(ours.get("message"))) is not None:
            by_message.setdefault(key, []).append(cell)
    for message in shown:
        now = by_message.get(message.key)
        if now is not None and now != cut.cells_of(message):
            message.content = content_of(now, message.role, cut.language)
    return found


def _foreign(cells: list[tuple[Cell, Json]], metadata: Json) -> PortableConversation:
    """A notebook as an answer that can be gone on with."""
    info, spec = mapping(metadata.get("language_info")), mapping(metadata.get("kernelspec"))
    name = text(info.get("name")) or text(spec.get("language")) or PYTHON.name
    language = Language(name, frozenset({name}), name, name)
    sources = [cell for cell, _ in cells if cell.source.strip()]
    title = text(metadata.get("title")) or _first_heading(sources) or UNTITLED
    said = content_of(sources, "assistant", language)
    prompt = PortableMessage("prompt", None, "user", title)
    answer = PortableMessage("cells", "prompt", "assistant", said)
    messages = [prompt, answer] if said else [prompt]
    return PortableConversation(title=title, messages=messages, current=messages[-1].key)


def _first_heading(cells: list[Cell]) -> str | None:
    lines = (line for cell in cells if cell.kind == "markdown" for line in cell.source.split("\n"))
    return next((line.lstrip("# ").strip() for line in lines if line.startswith("#")), None)
