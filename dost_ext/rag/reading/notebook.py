"""Jupyter notebooks: text, code and what it printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from dost_ext.core.fences import fenced
from dost_ext.rag.reading.parts import Contents, Part, Read
from dost_ext.rag.reading.texts import first_heading, text_of

MEDIA_TYPE = "application/x-ipynb+json"
# Of an output; what is longer is a log or a table of data, and its beginning says which.
LONGEST_OUTPUT = 2_000
_TERMINAL_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def read_notebook(content: bytes) -> Iterator[Read]:
    """The cells in their order, as one Markdown text.

    Read leniently: a notebook of any version, and one that is not quite valid.
    """
    notebook = json.loads(text_of(content))
    cells = [cell for cell in _cells(notebook) if isinstance(cell, dict)]
    language = _language(notebook)
    text = "\n\n".join(block for cell in cells for block in _blocks(cell, language))
    yield Contents(MEDIA_TYPE, _title(notebook, cells))
    yield Part(text, "markdown")


def _cells(notebook: Mapping[str, Any]) -> list[Any]:
    if isinstance(cells := notebook.get("cells"), list):
        return cells
    # Version 3 had worksheets.
    return [cell for sheet in notebook.get("worksheets", []) for cell in sheet.get("cells", [])]


def _title(notebook: Mapping[str, Any], cells: list[dict[str, Any]]) -> str:
    if isinstance(title := _metadata(notebook).get("title"), str) and title:
        return title
    texts = (_text(cell.get("source")) for cell in cells if cell.get("cell_type") == "markdown")
    return next(filter(None, map(first_heading, texts)), "")


def _language(notebook: Mapping[str, Any]) -> str:
    metadata = _metadata(notebook)
    for place, name in (("language_info", "name"), ("kernelspec", "language")):
        about = metadata.get(place)
        if isinstance(about, dict) and isinstance(language := about.get(name), str):
            return language.lower()
    return "python"


def _metadata(notebook: Mapping[str, Any]) -> dict[str, Any]:
    metadata = notebook.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _blocks(cell: Mapping[str, Any], language: str) -> Iterator[str]:
    source = _text(cell.get("source", cell.get("input"))).strip("\n")
    kind = cell.get("cell_type")
    if kind == "heading":
        yield f"{'#' * int(cell.get('level', 1))} {source}"
    elif kind == "code":
        if source.strip():
            yield fenced(source, language)
        for output in cell.get("outputs") or ():
            if isinstance(output, dict) and (words := _words(output)):
                yield fenced(words)
    elif source.strip():
        yield source


def _words(output: Mapping[str, Any]) -> str:
    if output.get("output_type") in ("error", "pyerr"):
        text = f"{output.get('ename')}: {output.get('evalue')}"
    elif output.get("output_type") == "stream":
        text = _text(output.get("text"))
    else:
        data = output.get("data")
        text = _text(data.get("text/plain") if isinstance(data, dict) else output.get("text"))
    text = _TERMINAL_CODES.sub("", text).strip("\n")
    return text if len(text) <= LONGEST_OUTPUT else text[:LONGEST_OUTPUT].rstrip() + "\n…"


def _text(lines: Any) -> str:
    if isinstance(lines, list):
        return "".join(str(line) for line in lines)
    return lines if isinstance(lines, str) else ""
