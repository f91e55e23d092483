"""The marks by which an answer points at its citations: `[1]`, `[1, 2]`, `[1-3]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dost_ext.rag.grounding.schemas import Citation

# Not what begins a link.
_MARK = re.compile(r"\[(\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*)\](?!\()")
# In code a number in brackets is an index: a fenced block, also one that is still open, and a span.
_CODE = re.compile(
    r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)",
    re.DOTALL | re.MULTILINE,
)
_RANGE = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
LONGEST_RANGE = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark, from where to where it is, and the numbers that it names."""

    begin: int
    end: int
    numbers: frozenset[int]


def marks_in(text: str) -> Iterator[Mark]:
    """What may be a mark in a text: not what is in code."""
    prose = _CODE.sub(lambda found: " " * len(found.group()), text)
    for found in _MARK.finditer(prose):
        yield Mark(*found.span(), frozenset(_numbers(found.group(1))))


def _numbers(inside: str) -> Iterator[int]:
    for first, last in _RANGE.findall(inside):
        low, high = int(first), int(last or first)
        yield from range(low, min(high, low + LONGEST_RANGE) + 1)


def pointed_at(text: str, citations: Sequence[Citation]) -> list[Citation]:
    """The citations that an answer points at."""
    named = {number for mark in marks_in(text) for number in mark.numbers}
    return [one for one in citations if one.index in named]


def without_marks(text: str, citations: Sequence[Citation]) -> str:
    """An answer without what points at its citations: the numbers of the next are others."""
    known = {one.index for one in citations}
    pieces, end = [], 0
    for mark in marks_in(text):
        if mark.numbers <= known:
            pieces.append(text[end : mark.begin].rstrip(" "))
            end = mark.end
    return "".join([*pieces, text[end:]])
