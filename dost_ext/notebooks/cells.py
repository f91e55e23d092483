"""Messages as the cells of a notebook, and cells as messages again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from dost_ext.core.fences import fenced
from dost_ext.execution.blocks import blocks_of, lines_ended_alike
from dost_ext.execution.kernels.languages import speaks, usual_name
from dost_ext.notebooks.kernelspecs import most_used
from dost_ext.notebooks.portable import PortableExecution, PortableKernel, PortableMessage
from dost_ext.notebooks.tags import tags_in, with_tags
from dost_ext.tools.calls import calls_of, rounds_of


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell without what is only a notebook's."""

    kind: Literal["markdown", "code"]
    source: str
    # Of a code cell, what its author tagged it with.
    tags: tuple[str, ...] = ()
    # Of a code cell, the number of the block of its message.
    block: int | None = field(default=None, compare=False)
    # Of code that a model ran, the id of the call by which it did.
    call: str | None = field(default=None, compare=False)


_QUOTED = re.compile(r"^> ?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a text as it is written; of a code block also what it is called and its code."""

    text: str
    language: str = ""
    code: str = ""
    tags: tuple[str, ...] = ()
    number: int | None = None
    ran: PortableExecution | None = None


def is_of(
    kernel: PortableKernel, named: str, code: str, execution: PortableExecution | None
) -> bool:
    """Whether a code block is a kernel's: it is called so, or it ran there, as it is."""
    if speaks(kernel.language, named):
        return True
    if execution is None or execution.code != code:
        return False
    return speaks(kernel.language, execution.language)


class Cut:
    """Messages cut into cells, and the kernel of the notebook that they make.

    That is one of `kernels`, for whose language most of the answers' code is.
    """

    def __init__(
        self,
        messages: Iterable[PortableMessage],
        kernels: Iterable[PortableKernel],
        own: PortableKernel | None = None,
    ) -> None:
        answers = [message for message in messages if message.role != "user"]
        self._pieces = {message.key: list(_pieces_of(message)) for message in answers}
        ran = Counter(one.language for message in answers for one in message.executions)
        pieces = (piece for one in self._pieces.values() for piece in one)
        written = Counter(piece.language for piece in pieces if piece.language)
        self.kernel = most_used(kernels, own, ran, written)

    def cells_of(self, message: PortableMessage) -> list[Cell]:
        """What a reader sees of a message: a prompt quoted, an answer with its code in code cells.

        Code in other languages stays in the text, where no kernel would run it.
        """
        if message.role == "user":
            content = lines_ended_alike(message.content)
            return [Cell("markdown", _quote(content))] if content else []
        blocks = blocks_that_ran(message)
        cells: list[Cell] = []
        prose = ""
        for piece in self._pieces[message.key]:
            if piece.ran is not None:
                cells += [*_prose(prose), self._cell_of_call(piece.ran)]
                prose = ""
            elif piece.number is not None and is_of(
                self.kernel, piece.language, piece.code, blocks.get(piece.number)
            ):
                cells += [*_prose(prose), Cell("code", piece.code, piece.tags, piece.number)]
                prose = ""
            else:
                prose += piece.text
        return [*cells, *_prose(prose)]

    def _cell_of_call(self, ran: PortableExecution) -> Cell:
        """Code that a model ran; one that was stopped might not end, so no kernel shall run it."""
        if speaks(self.kernel.language, ran.language) and ran.status in ("ok", "error"):
            return Cell("code", ran.code, call=ran.tool_call_id)
        shown = fenced(f"{ran.code}\n", usual_name(ran.language))
        return Cell("markdown", shown, call=ran.tool_call_id)


def blocks_that_ran(message: PortableMessage) -> dict[int, PortableExecution]:
    """What ran of a message's code blocks, by their numbers."""
    return {one.block: one for one in message.executions if one.block is not None}


def said_in(cells: Iterable[Cell]) -> list[Cell]:
    """The cells that hold the message's own text."""
    return [cell for cell in cells if cell.call is None]


def content_of(cells: Sequence[Cell], role: str, kernel: PortableKernel) -> str:
    """The message that these cells show."""
    if role == "user":
        return "\n\n".join(_QUOTED.sub("", cell.source) for cell in cells)
    name = usual_name(kernel.language)
    return "\n\n".join(
        cell.source
        if cell.kind == "markdown"
        else fenced(f"{cell.source}\n", with_tags(name, cell.tags))
        for cell in cells
    )


def _prose(text: str) -> list[Cell]:
    kept = text.strip("\n")
    return [Cell("markdown", kept)] if kept.strip() else []


def _quote(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def _pieces_of(message: PortableMessage) -> Iterator[_Piece]:
    """The pieces of an answer, with what the model ran where it did: a text is cut in two there."""
    waiting = _ran_at(message)
    done = 0
    for piece in _pieces(message.content):
        text, end = piece.text, done + len(piece.text)
        while waiting and waiting[0][0] < end and piece.number is None:
            at, ran = waiting.pop(0)
            yield _Piece(text[: at - done])
            yield _Piece("", ran=ran)
            text, done = text[at - done :], at
        yield replace(piece, text=text)
        while waiting and waiting[0][0] < end:
            yield _Piece("", ran=waiting.pop(0)[1])
        done = end
    for _, ran in waiting:
        yield _Piece("", ran=ran)


def _ran_at(message: PortableMessage) -> list[tuple[int, PortableExecution]]:
    """What a model ran, and how much of the answer was said before."""
    by_call = {one.tool_call_id: one for one in message.executions if one.block is None}
    ran, before = [], 0
    for said, calls in rounds_of(message.content, calls_of(message.tool_calls)):
        before += len(lines_ended_alike(said))
        ran += [(before, by_call[call.id]) for call in calls if call.id in by_call]
    return ran


def _pieces(text: str) -> Iterator[_Piece]:
    """The text's code blocks, and what is between them.

    Only fences of the outermost level: what is in a list or a quotation is part of it.
    """
    text = lines_ended_alike(text)
    lines = [f"{line}\n" for line in text.split("\n")]
    done = 0
    for number, block in enumerate(blocks_of(text)):
        if not block.nested:
            begin, end = block.lines
            yield _Piece("".join(lines[done:begin]))
            written = "".join(lines[begin:end])
            tags = tags_in(lines[begin])
            yield _Piece(written, block.language, block.code, tags, number)
            done = end
    yield _Piece("".join(lines[done:]))
