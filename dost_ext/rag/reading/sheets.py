"""Excel workbooks and tables of separated values, as Markdown tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from dost_ext.rag.reading.caps import Unpacked, check_pages
from dost_ext.rag.reading.parts import Contents, Part, Read
from dost_ext.rag.reading.tables import MOST_COLUMNS, cell_of, tables_of
from dost_ext.rag.reading.texts import text_of
from dost_ext.rag.reading.zips import Zip

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SEPARATORS = ",;\t|"
# Lines that tell which separator a file uses.
_LINES = 20


def read_workbook(content: bytes, unpacked: Unpacked) -> Iterator[Read]:
    """The values of each sheet, in parts of some rows that each repeat the first row."""
    Zip(content, unpacked, what="Excel workbook").check()

    from openpyxl import load_workbook

    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheets = workbook.worksheets
    check_pages(len(sheets), "workbook")
    yield Contents(MEDIA_TYPE, workbook.properties.title or "", len(sheets))
    for number, sheet in enumerate(sheets, 1):
        # Some programs write that a sheet is a million rows long, or one.
        sheet.reset_dimensions()
        rows = (
            [cell_of(value) for value in row[:MOST_COLUMNS]]
            for row in sheet.iter_rows(values_only=True)
        )
        for table in tables_of(rows):
            yield Part(table, "markdown", number, (sheet.title,))


def read_table(content: bytes, media_type: str) -> Iterator[Read]:
    """A table of values that are separated by commas, semicolons, tabs or bars."""
    text = text_of(content)
    separator = "\t" if media_type.endswith("tab-separated-values") else separator_of(text)
    yield Contents(media_type)
    # The module's own limit is 128 kB; a cell is cut in any case.
    csv.field_size_limit(len(text) + 1)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for table in tables_of([cell_of(value) for value in row] for row in rows):
        yield Part(table, "markdown")


def separator_of(text: str) -> str:
    """The separator that stands as often in every line; a comma where none does."""
    lines = [line for line in text[: 64 * 1024].splitlines()[:_LINES] if line.strip()]

    def steadiness(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(_SEPARATORS, key=steadiness)
