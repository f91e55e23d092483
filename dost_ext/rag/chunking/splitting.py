"""Parts a block that is too long, at the places where it hurts least."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator

from dost_ext.rag.chunking.blocks import Block

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')\]»”]*\s+|(?<=[。！？])|\n")
_FENCE = re.compile(r"^(`{3,}|~{3,})")
# A header of a table, which each piece repeats, may take this share of a piece.
MOST_HEADER = 0.5


def pieces(block: Block, most: int) -> Iterator[str]:
    """The block's text in pieces of about one length, none longer than `most` characters.

    A table is parted between its rows and each piece has its header; code is parted between lines
    and stays fenced; anything else between sentences, or else between words.
    """
    if len(block.text) <= most:
        yield block.text
        return
    lines = block.text.split("\n")
    if block.kind == "table" and len(lines) > 2:
        head = "\n".join(lines[:2]) + "\n"
        if len(head) <= most * MOST_HEADER:
            for text in _packed((f"{line}\n" for line in lines[2:]), most - len(head)):
                yield head + text
            return
    if block.kind == "code":
        yield from _of_code(lines, most)
        return
    ends = [found.end() for found in _SENTENCE_END.finditer(block.text)]
    starts = [0, *ends, len(block.text)]
    yield from _packed((block.text[a:b] for a, b in itertools.pairwise(starts)), most)


def _of_code(lines: list[str], most: int) -> Iterator[str]:
    fence = _FENCE.match(lines[0])
    if fence is None:
        yield from _packed((f"{line}\n" for line in lines), most)
        return
    opened, closed = f"{lines[0]}\n", f"\n{fence.group(1)}"
    inner = lines[1:-1] if lines[-1].strip() == fence.group(1) else lines[1:]
    room = max(most - len(opened) - len(closed), most // 2)
    for text in _packed((f"{line}\n" for line in inner), room):
        yield opened + text + closed


def _packed(units: Iterable[str], most: int) -> Iterator[str]:
    """Whole units together up to about one length, which is `most` at most."""
    small = [piece for unit in units for piece in _broken(unit, most)]
    total = sum(map(len, small))
    aim = math.ceil(total / max(1, math.ceil(total / most)))
    held: list[str] = []
    length = 0
    for unit in small:
        # The unit that crosses the aim still belongs, unless that makes the piece too long.
        if held and (length + len(unit) > most or length >= aim):
            yield "".join(held).strip("\n").rstrip()
            held, length = [], 0
        held.append(unit)
        length += len(unit)
    if text := "".join(held).strip("\n").rstrip():
        yield text


def _broken(unit: str, most: int) -> Iterator[str]:
    """A unit that is too long, between words; where there are none, anywhere."""
    while len(unit) > most:
        at = unit.rfind(" ", most // 2, most) + 1 or most
        yield unit[:at]
        unit = unit[at:]
    if unit:
        yield unit
