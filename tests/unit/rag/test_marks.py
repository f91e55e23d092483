"""The marks by which answers point at what they cite."""

from __future__ import annotations

import pytest

from dost_ext.rag.grounding.marks import marks_in, pointed_at, without_marks
from dost_ext.rag.grounding.schemas import Citation

FIVE = [Citation(index=n, title="t", text="", score=1.0) for n in range(1, 6)]


def numbers(text: str) -> list[list[int]]:
    return [sorted(mark.numbers) for mark in marks_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It burned [1].", [[1]]),
        ("It burned [1][3].", [[1], [3]]),
        ("It burned [1, 3; 4].", [[1, 3, 4]]),
        ("It burned [2-4], [1–2].", [[2, 3, 4], [1, 2]]),
        ("A link [1](https://example.org) is none.", []),
        ("Nor is [x], [], [1.5] or 1].", []),
        ("A list of years [1999] may be one.", [[1999]]),
        ("[1-9999]", [list(range(1, 102))]),
        ("[3-1]", [[]]),
        ("In code, `x[1]`, it is none [2].", [[2]]),
        ("``a`[1]`b`` [2] and a ` [3]", [[2], [3]]),
        ("```py\nx[1]\n```\nIt is [2].", [[2]]),
        ("~~~~\n```\nx[1]\n~~~~\n[2]", [[2]]),
        ("It is [2].\n\n```py\nx[1]", [[2]]),
    ],
)
def test_marks_are_found(text: str, expected: list[list[int]]) -> None:
    assert numbers(text) == expected


def test_what_is_pointed_at_is_told_in_its_order() -> None:
    assert [one.index for one in pointed_at("It is [3], and [1-2]; not [9].", FIVE)] == [1, 2, 3]


def test_marks_are_taken_out_of_an_earlier_answer_and_nothing_else_is() -> None:
    said = "It burned [1], twice [2, 3]. In [1999] as well [9]."
    assert without_marks(said, FIVE) == "It burned, twice. In [1999] as well [9]."
    assert without_marks(said, []) == said
    code = "Take the second [2]:\n\n```py\nx = rows[1]\n```\nor `rows[1]` [1]."
    assert without_marks(code, FIVE) == (
        "Take the second:\n\n```py\nx = rows[1]\n```\nor `rows[1]`."
    )
