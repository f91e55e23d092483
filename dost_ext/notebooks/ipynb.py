"""Jupyter notebooks: a conversation's shown branch as cells, all of it in the metadata.

What is in `metadata.dost` is dost's own format (`dost_json`). A message whose cells are as they
were written comes back exactly; one that was edited in Jupyter comes back as its cells show it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from dost_ext.execution.blocks import blocks_of, lines_ended_alike
from dost_ext.execution.outputs import of_notebook
from dost_ext.execution.widgets.widgets import part_of, together, views_in
from dost_ext.files.contents import FileContent
from dost_ext.notebooks import dost_json
from dost_ext.notebooks.cells import (
    Cell,
    Cut,
    blocks_that_ran,
    content_of,
    is_of,
    said_in,
)
from dost_ext.notebooks.kernelspecs import candidates, kernel_of, kernelspec
from dost_ext.notebooks.loose import mapping, text, whole
from dost_ext.notebooks.pictures import Beside, nothing_beside
from dost_ext.notebooks.portable import (
    PortableConversation,
    PortableExecution,
    PortableKernel,
    PortableMessage,
    Unreadable,
)
from dost_ext.notebooks.shape import NBFORMAT, demand_notebook
from dost_ext.notebooks.tags import Replay, is_alone, tags_of
from dost_ext.tools.calls import calls_of, dumped, units

Json = dict[str, Any]

WIDGETS = "application/vnd.jupyter.widget-state+json"
MEDIA_TYPE = "application/x-ipynb+json"
# The first in which cells have ids.
NBFORMAT_MINOR = 5
UNTITLED = "Notebook"
# What the database holds of an execution count.
MOST_COUNT = 2**31


def dump(found: PortableConversation, now: datetime) -> bytes:
    """The conversation as a file."""
    shown = _shown(found)
    cut = _cut(found, shown)
    cells, in_cells = [], []
    for cell, execution in _cells(found, shown, cut):
        cells.append(cell)
        if execution is not None:
            in_cells.append(execution)
    widgets = together(one.widgets for one in in_cells)
    spec = kernelspec(cut.kernel)
    ours = _without_outputs(found, now, {id(one) for one in in_cells})
    return orjson.dumps(
        {
            "cells": cells,
            "metadata": {
                "kernelspec": spec,
                "language_info": {"name": cut.kernel.language},
                # Jupyter writes the other one anew for the kernel in which it opens the notebook.
                "dost": {**ours, "kernelspec": spec},
                **({"widgets": {WIDGETS: widgets}} if widgets else {}),
            },
            "nbformat": NBFORMAT,
            "nbformat_minor": NBFORMAT_MINOR,
        },
        option=orjson.OPT_INDENT_2,
    )


def kernel_for(found: PortableConversation) -> PortableKernel:
    """The kernel that the notebook's code is for."""
    return _cut(found, _shown(found)).kernel


def _cut(found: PortableConversation, shown: list[PortableMessage]) -> Cut:
    return Cut(shown, candidates(found, shown), found.kernel)


def _without_outputs(found: PortableConversation, now: datetime, in_cells: set[int]) -> Json:
    """The conversation in dost's own format, but for the outputs that cells have already."""
    bare = [
        replace(
            message,
            executions=[
                replace(one, outputs=None, widgets=None)  # type: ignore[arg-type]
                if id(one) in in_cells
                else one
                for one in message.executions
            ],
        )
        for message in found.messages
    ]
    document = dost_json.document(replace(found, messages=bare), now)
    return document.model_dump(mode="json", exclude_none=True)


def _cells(
    found: PortableConversation, shown: list[PortableMessage], cut: Cut
) -> Iterator[tuple[Json, PortableExecution | None]]:
    """The cells, each with the execution whose outputs it has."""
    replay = Replay(cut.kernel, alone=is_alone(found, shown))
    yield _cell("title", Cell("markdown", _heading(found)), {"title": True}), None
    for place, message in enumerate(shown):
        blocks = blocks_that_ran(message)
        calls = {one.tool_call_id: one for one in message.executions if one.block is None}
        for number, cell in enumerate(cut.cells_of(message)):
            ours = {"message": message.key}
            if cell.call is not None:
                ours["call"] = cell.call
                execution = calls[cell.call] if cell.kind == "code" else None
            else:
                execution = blocks.get(cell.block) if cell.block is not None else None
            if execution is not None and execution.code != cell.source:
                execution = None  # the code has changed since
            written = _cell(f"m{place}-{number}", cell, ours, execution)
            if cell.kind == "code":
                _tag(written, cell, replay.tag(cell.source, cell.tags, execution))
            yield written, execution
        files = [found.files[key] for key in message.attachments]
        if pictures := [file for file in files if file.kind == "image"]:
            yield _gallery(f"m{place}-pictures", pictures), None


def _cell(name: str, cell: Cell, ours: Json, execution: PortableExecution | None = None) -> Json:
    written: Json = {
        "cell_type": cell.kind,
        "id": name,
        "metadata": {"dost": ours},
        "source": cell.source.splitlines(keepends=True),
    }
    if cell.kind == "code":
        written["execution_count"] = execution.execution_count if execution else None
        written["outputs"] = execution.outputs if execution else []
    return written


def _tag(written: Json, cell: Cell, needed: str | None) -> None:
    """Give a cell its author's tags, and one without which a run would end there."""
    if tags := [*cell.tags, *([needed] if needed else [])]:
        written["metadata"]["tags"] = tags
    if needed:
        # By which an import knows it from the author's.
        written["metadata"]["dost"]["tags"] = [needed]


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
    written = demand_notebook(entry)
    metadata = mapping(entry.get("metadata"))
    widgets = mapping(metadata.get("widgets")).get(WIDGETS)
    cells = [_read_cell(cell, widgets) for cell in written]
    ours = mapping(metadata.get("dost"))
    if not dost_json.matches(ours):
        return _foreign(cells, metadata)
    return _edited(dost_json.read(ours), cells, metadata)


@dataclass(frozen=True, slots=True)
class _Read:
    """A cell of a file."""

    cell: Cell
    # What dost has noted of it.
    ours: Json
    outputs: list[Json]
    execution_count: int | None
    widgets: Json | None

    @property
    def ran(self) -> bool:
        """Whether anything of an execution is in it."""
        return bool(self.outputs) or self.execution_count is not None


def _read_cell(written: Json, widgets: Any) -> _Read:
    source = "".join(written["source"])
    metadata = mapping(written.get("metadata"))
    ours = mapping(metadata.get("dost"))
    count = whole(written.get("execution_count"))
    if count is not None and count >= MOST_COUNT:
        count = None
    call = text(ours.get("call"))
    if written["cell_type"] == "code":
        added = tags_of(ours.get("tags"))
        tags = tuple(tag for tag in tags_of(metadata.get("tags")) if tag not in added)
        cell = Cell("code", source, tags, call=call)
    else:
        cell = Cell("markdown", source, call=call)
    outputs = of_notebook(written.get("outputs"))
    return _Read(cell, ours, outputs, count, part_of(widgets, views_in(outputs)))


def _edited(
    found: PortableConversation, cells: list[_Read], metadata: Json
) -> PortableConversation:
    """The conversation with what was changed in its cells, and with what they show."""
    shown = _shown(found)
    noted = mapping(mapping(metadata.get("dost")).get("kernelspec"))
    cut = Cut(shown, [kernel_of({"kernelspec": noted} if noted else metadata)])
    # In which it was run again.
    kernel = replace(cut.kernel, name=kernel_of(metadata).name)
    heading = _heading(found)
    for read in cells:
        if read.ours.get("title") is True and read.cell.source != heading:
            found.title = read.cell.source.lstrip("# ").strip() or None
    by_message: dict[str, list[_Read]] = {}
    for read in _once(cells):
        if (key := text(read.ours.get("message"))) is not None:
            by_message.setdefault(key, []).append(read)
    for message in shown:
        now = by_message.get(message.key)
        if now is None:
            continue
        written = [read.cell for read in now]
        if said_in(written) != said_in(cut.cells_of(message)):
            message.content = content_of(said_in(written), message.role, cut.kernel)
            message.tool_calls = _moved(message, written, cut.kernel)
        message.executions = _executions(message, now, kernel)
    return found


def _once(cells: list[_Read]) -> Iterator[_Read]:
    """The cells, where each call has one: Jupyter notes the same of both when a cell is split."""
    known: set[tuple[str | None, str | None]] = set()
    for read in cells:
        call = read.cell.call
        place = (text(read.ours.get("message")), call)
        yield _uncalled(read) if call is None or place in known else read
        known.add(place)


def _uncalled(read: _Read) -> _Read:
    return replace(read, cell=replace(read.cell, call=None))


def _moved(
    message: PortableMessage, cells: list[Cell], kernel: PortableKernel
) -> list[Json] | None:
    """An edited message's calls, each where its cell stands now."""
    places = {
        cell.call: units(content_of(said_in(cells[:number]), message.role, kernel))
        for number, cell in enumerate(cells)
        if cell.call is not None
    }
    calls = calls_of(message.tool_calls)
    return dumped([c.model_copy(update={"at": places.get(c.id, c.at)}) for c in calls])


def _executions(
    message: PortableMessage, cells: list[_Read], kernel: PortableKernel
) -> list[PortableExecution]:
    """What ran of a message: what is noted of it, with the outputs that its cells have now."""
    noted = blocks_that_ran(message)
    called = {read.cell.call: read for read in cells if read.cell.kind == "code"}
    others = [
        _run_again(one, called.get(one.tool_call_id) if one.tool_call_id else None)
        for one in message.executions
        if one.block is None
    ]
    blocks = [
        (number, block)
        for number, block in enumerate(blocks_of(lines_ended_alike(message.content)))
        if not block.nested and is_of(kernel, block.language, block.code, noted.get(number))
    ]
    for read in cells:
        if read.cell.kind != "code" or read.cell.call is not None:
            continue
        # Cells and blocks follow each other in the same order.
        while blocks and blocks[0][1].code != read.cell.source:
            blocks.pop(0)
        if not blocks:
            break
        number, _ = blocks.pop(0)
        one = noted.get(number)
        if one is not None and one.code == read.cell.source:
            noted[number] = _run_again(one, read)
        elif read.ran:
            noted[number] = _execution(number, read, kernel)
    return [*(noted[number] for number in sorted(noted)), *others]


def _run_again(one: PortableExecution, read: _Read | None) -> PortableExecution:
    """What ran, with the code and the outputs that its cell has now, if it has one."""
    if read is None:
        return one
    return replace(
        one,
        code=read.cell.source,
        outputs=read.outputs,
        execution_count=read.execution_count,
        widgets=read.widgets,
        asked=one.asked if one.code == read.cell.source else None,
    )


def _execution(number: int, read: _Read, kernel: PortableKernel) -> PortableExecution:
    failed = any(output["output_type"] == "error" for output in read.outputs)
    return PortableExecution(
        block=number,
        code=read.cell.source,
        kernel_name=kernel.name,
        language=kernel.language,
        status="error" if failed else "ok",
        execution_count=read.execution_count,
        outputs=read.outputs,
        widgets=read.widgets,
    )


def _foreign(cells: list[_Read], metadata: Json) -> PortableConversation:
    """A notebook as an answer that can be gone on with."""
    kernel = kernel_of(metadata)
    written = [_uncalled(read) for read in cells if read.cell.source.strip()]
    if not written:
        raise Unreadable("the notebook is empty")
    sources = [read.cell for read in written]
    title = text(metadata.get("title")) or _first_heading(sources) or UNTITLED
    said = content_of(sources, "assistant", kernel)
    prompt = PortableMessage("prompt", None, "user", title)
    answer = PortableMessage("cells", "prompt", "assistant", said)
    answer.executions = _executions(answer, written, kernel)
    return PortableConversation(
        title=title, messages=[prompt, answer], current=answer.key, kernel=kernel
    )


def _first_heading(cells: list[Cell]) -> str | None:
    lines = (line for cell in cells if cell.kind == "markdown" for line in cell.source.split("\n"))
    return next((line.lstrip("# ").strip() for line in lines if line.startswith("#")), None)
