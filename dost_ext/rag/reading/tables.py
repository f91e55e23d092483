"""Tables as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

# Rows in a part of a long table; each part repeats the header row.
ROWS = 50
# A cell that holds a whole text is cut: it would make every part of the table useless.
LONGEST_CELL = 2_000
# Beyond it a table is data for code, and its rows are no sentences that one finds.
MOST_COLUMNS = 200

Row = Sequence[str]


def tables_of(rows: Iterable[Row]) -> Iterator[str]:
    """A long table as Markdown tables of at most `ROWS` rows, each under the first row.

    Empty rows are left out. A table of one row is a table with a header alone.
    """
    filled = (row for row in rows if any(row))
    header = next(filled, None)
    if header is None:
        return
    batch: list[Row] = []
    empty = True
    for row in filled:
        batch.append(row)
        if len(batch) == ROWS:
            yield table_of(header, batch)
            batch, empty = [], False
    if batch or empty:
        yield table_of(header, batch)


def table_of(header: Row, rows: Sequence[Row]) -> str:
    """A Markdown table. Rows may be of different lengths; columns that are all empty are gone."""
    width = min(max(len(row) for row in (header, *rows)), MOST_COLUMNS)
    padded = [[*row[:width], *[""] * (width - len(row))] for row in (header, *rows)]
    kept = [column for column in range(width) if any(row[column] for row in padded)]
    lines = ["| " + " | ".join(row[column] for column in kept) + " |" for row in padded]
    return "\n".join([lines[0], "|" + " --- |" * len(kept), *lines[1:]])


def cell_of(value: object) -> str:
    """What stands in a cell, on one line."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return " ".join(str(value).split())[:LONGEST_CELL].replace("|", "\\|")
