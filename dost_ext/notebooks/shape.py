"""What a notebook must be for anything to be read of it: format 4, each part of its own type.

nbformat's own check speaks of schemas, not to people, and takes seconds for a long notebook. What
is missing is forgiven; so are outputs of a kind that is not known, which later formats may have.
"""

from __future__ import annotations

from typing import Any

from dost_ext.notebooks.portable import Unreadable

Json = dict[str, Any]

NBFORMAT = 4
_CELLS = ("markdown", "code", "raw")


def demand_notebook(entry: Json) -> list[Json]:
    """The cells of a notebook. Raises `Unreadable` with what is wrong."""
    _demand_format(entry.get("nbformat"))
    cells = entry.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("the notebook has no list of cells")
    _demand(entry, "metadata", dict, "the notebook's metadata are no object")
    for number, cell in enumerate(cells, 1):
        _demand_cell(cell, f"cell {number}")
    return cells


def _demand_format(found: Any) -> None:
    if type(found) not in (int, float):
        raise Unreadable("the notebook does not say of which format it is")
    if found == NBFORMAT:
        return
    known = f"the notebook is of format {found:.20g}"
    if found < NBFORMAT:
        raise Unreadable(f"{known}, an old one; open it in Jupyter, save it and import it again")
    raise Unreadable(f"{known}, which dost does not know; save it as format {NBFORMAT}")


def _demand_cell(cell: Any, name: str) -> None:
    if not isinstance(cell, dict) or cell.get("cell_type") not in _CELLS:
        raise Unreadable(f"{name} is no cell of a notebook")
    if not _is_text(cell.get("source")):
        raise Unreadable(f"the source of {name} is no text")
    _demand(cell, "metadata", dict, f"the metadata of {name} are no object")
    _demand(cell, "outputs", list, f"the outputs of {name} are no list")
    for output in cell.get("outputs", ()):
        _demand_output(output, f"an output of {name}")


def _demand_output(output: Any, name: str) -> None:
    kind = output.get("output_type") if isinstance(output, dict) else None
    if not isinstance(kind, str):
        raise Unreadable(f"{name} is none of a notebook")
    if kind == "stream" and not _is_text(output.get("text")):
        raise Unreadable(f"{name} is no text")
    if kind == "error":
        _demand(output, "traceback", list, f"{name} has a traceback that is no list")
    for part in ("data", "metadata"):
        _demand(output, part, dict, f"{name} has {part} that are no object")


def _is_text(value: Any) -> bool:
    """Whether it is text, or lines of it."""
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(line, str) for line in value)
    )


def _demand(part: Json, name: str, kind: type, trouble: str) -> None:
    if name in part and not isinstance(part[name], kind):
        raise Unreadable(trouble)
