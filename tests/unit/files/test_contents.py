"""What files are called here."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dost_ext.core.downloads import LONGEST_NAME
from dost_ext.core.errors import TooLarge, UnsupportedType
from dost_ext.files.contents import LONGEST_ENDING, MOST_TEXT_BYTES, known

NAMES = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(". /"), max_size=120)


def name_of(filename: str) -> str:
    return known(filename, b"words").name


@pytest.mark.parametrize(
    ("filename", "name"),
    [
        ("notes.txt", "notes.txt"),
        ("../../etc/passwd", "etc passwd"),
        ('a "plot" .csv', "a plot.csv"),
        ("\u202etxt.exe", "txt.exe"),
        ("a\x00b.md", "ab.md"),
        (".gitignore", "file.gitignore"),
        ("con", "file.txt"),
        ("con.py", "file.py"),
        ("...", "file.txt"),
        ("", "file.txt"),
        (f"{'x' * 300}.log", f"{'x' * LONGEST_NAME}.log"),
        ("what is this?", "what is this"),
    ],
)
def test_a_file_has_a_name_that_is_safe_everywhere(filename: str, name: str) -> None:
    assert name_of(filename) == name


@given(NAMES)
@example('0".0\U00018cd6')
@example(f"{'x' * (LONGEST_NAME - 5)} .{'y' * 20}")
@example("nul .x.")
def test_a_safe_name_stays_as_it_is(filename: str) -> None:
    name = name_of(filename)
    assert name_of(name) == name
    assert 0 < len(name) <= LONGEST_NAME + 1 + LONGEST_ENDING


def zipped(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (b"PAR1\x15\x04PAR1", "application/vnd.apache.parquet", "data.parquet"),
        (b"ARROW1\x00\x00", "application/vnd.apache.arrow.file", "data.arrow"),
        (b"\x89HDF\r\n\x1a\n\x00", "application/x-hdf5", "data.h5"),
        (b"SQLite format 3\x00\x10", "application/vnd.sqlite3", "data.sqlite"),
        (b"\x93NUMPY\x01\x00", "application/octet-stream", "data.npy"),
        (zipped("a.npy"), "application/octet-stream", "data.npz"),
        (gzip.compress(b"a,b\n", mtime=0), "application/gzip", "data.gz"),
        (
            zipped("[Content_Types].xml", "xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "data.xlsx",
        ),
    ],
)
def test_data_is_known_by_its_content(content: bytes, media_type: str, name: str) -> None:
    found = known("", content)
    assert (found.kind, found.media_type, found.name) == ("data", media_type, name)
    assert known("mine.bin", content).name == "mine.bin"


def test_a_table_too_long_to_be_read_is_data() -> None:
    row = b"1,2,3\n"
    found = known("long.csv", row * (MOST_TEXT_BYTES // len(row) + 1))
    assert (found.kind, found.media_type) == ("data", "text/csv")
    with pytest.raises(TooLarge):
        known("long.txt", row * (MOST_TEXT_BYTES // len(row) + 1))


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 xl/workbook.", zipped("word/document.xml"), b"\x7fELF\x00"]
)
def test_what_is_neither_is_refused(content: bytes) -> None:
    with pytest.raises(UnsupportedType):
        known("a", content)
