"""Paragraphs and tables from the lines that stand on a page."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_NEW_ITEM = re.compile(
    r"(?:[•▪◦‣·∙*–—-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{2,4})[.)]|\d+(?:\.\d+)+)\s"
)
_HYPHEN_END = re.compile(r"(\w+)[-\u2010\u00ad]$")
_WORD_START = re.compile(r"\w{1,100}")
# Only ends of lines are searched: a line may be a megabyte.
_LONGEST_WORD = 100
_NUMBER = re.compile(r"^[-+(]?[$€£]?\d[\d.,:/%]*\)?%?$")
_GAP = re.compile(r" {2,}")

# A line this much shorter than the page's usual one ends a paragraph.
_SHORT = 0.8
_TABLE_ROWS = 3
# Cells of tables are names and numbers; longer ones are columns of prose.
_WORDS_IN_CELL = 5
# A line of at most so many characters may be a cell of a table.
_CELL = 25
_CELLS = 6


def paragraphs_of(lines: Sequence[str]) -> str:
    """Join the lines of paragraphs, with an empty line between paragraphs.

    Lines are joined where the page's own width broke them; when in doubt they are, for a sentence
    torn in two is found by nobody.
    """
    filled = [line.strip() for line in lines if line.strip()]
    if not filled:
        return ""
    width = sorted(map(len, filled))[int(0.9 * (len(filled) - 1))]
    page = " ".join(filled)
    blocks = [[filled[0]]]
    for before, line in itertools.pairwise(filled):
        if _is_break(before, line, width):
            blocks.append([line])
        else:
            end, between = _seam(blocks[-1][-1], line, page)
            blocks[-1][-1:] = [end, between + line]
    return "\n\n".join(map("".join, blocks))


def may_hold_table(lines: Sequence[str]) -> bool:
    """Whether lines, in the order they were drawn, look as if some were cells of a table.

    It costs nothing and errs towards yes; `blocks_of` then looks at where they stand.
    """
    run = 0
    for line in lines:
        words = line.split()
        numbers = sum(1 for word in words if _NUMBER.match(word))
        is_cell = len(line) <= _CELL and not line.endswith((".", ","))
        run = run + 1 if words and (is_cell or numbers >= 2) else 0
        if run >= _CELLS or (numbers >= 2 and run >= _TABLE_ROWS):
            return True
    return False


def blocks_of(lines: Sequence[str]) -> str | None:
    """The text of a page whose lines keep their columns: its tables and the paragraphs between.

    A row of a table is a line with its cells between bars. None when there is no table.
    """
    blocks: list[str] = []
    found = False
    for is_table, run in _runs(lines):
        if is_table:
            found = True
            blocks.append("\n".join(" | ".join(cells) for cells in map(_cells, run)))
        else:
            blocks.append(paragraphs_of([_GAP.sub(" ", line) for line in run]))
    return "\n\n".join(filter(None, blocks)) if found else None


def _runs(lines: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    """Lines that are rows of one table, and those that are not, in turn."""
    run: list[str] = []
    prose: list[str] = []
    for line in [*filter(str.strip, lines), ""]:
        if _is_row(line):
            run.append(line)
            continue
        if len(run) >= _TABLE_ROWS:
            yield False, prose
            yield True, run
            prose = []
        else:
            prose += run
        prose.append(line)
        run = []
    yield False, prose


def _is_row(line: str) -> bool:
    cells = _cells(line)
    return len(cells) >= 2 and len(line.split()) <= _WORDS_IN_CELL * len(cells)


def _cells(line: str) -> list[str]:
    return [cell for cell in _GAP.split(line.strip()) if cell]


def _is_break(before: str, line: str, width: int) -> bool:
    if _NEW_ITEM.match(line):
        return True
    short = len(before) < _SHORT * width
    before = before[-_LONGEST_WORD:]
    if _SENTENCE_END.search(before):
        # The last line of a paragraph may be as long as any.
        return short and not line[:1].islower()
    # A heading, an address, a line of a list.
    return short and not _HYPHEN_END.search(before) and not line[:1].islower()


def _seam(before: str, line: str, page: str) -> tuple[str, str]:
    """The end of a line that another follows, and what comes between the two."""
    end, start = _HYPHEN_END.search(before[-_LONGEST_WORD:]), _WORD_START.match(line)
    if not (end and start and line[0].islower()):
        return before, " "
    # “well-” and “known” are one word with a hyphen if the page has it elsewhere.
    return (before, "") if f"{end[1]}-{start[0]}" in page else (before[:-1], "")
