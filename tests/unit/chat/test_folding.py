"""Text as search compares it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.chat.folding import fold, words_of


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("İSTANBUL", "istanbul"),
        ("Işık ışık IŞIK", "isik isik isik"),
        ("Çağdaş Öğüt", "cagdas ogut"),
        ("Café crème", "cafe creme"),
        ("Łódź Ørsted", "lodz orsted"),
        ("ΆΒΓ Жук", "αβγ жук"),
    ],
)
def test_case_and_marks_make_no_difference(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text())
def test_every_character_keeps_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("np.array(x)", ["np", "array", "x"]),
        ("snake_case-and/paths", ["snake", "case", "and", "paths"]),
        ("İstanbul'da", ["İstanbul", "da"]),
        ("100% *?!", ["100"]),
        ("", []),
    ],
)
def test_signs_divide_words(written: str, words: list[str]) -> None:
    assert words_of(written) == words
