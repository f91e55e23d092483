"""What files are called here."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dost_ext.core.downloads import LONGEST_NAME
from dost_ext.files.contents import LONGEST_ENDING, known

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
