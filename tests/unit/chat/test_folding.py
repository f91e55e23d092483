"""The neutral form in which search compares texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.chat.folding import FROM, TO, fold, words_of


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("İSTANBUL", "istanbul"),
        ("Işık ışık IŞIK", "isik isik isik"),
        ("Çağdaş Öğüt", "cagdas ogut"),
        ("Café crème", "cafe creme"),
        ("cafe\u0301", "cafe"),
        ("ΑΒΓ Жук", "αβγ жук"),
    ],
)
def test_case_and_marks_make_no_difference(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("np.array(x)", ["np", "array", "x"]),
        ("user@example.org", ["user", "example", "org"]),
        ("snake_case-and/paths", ["snake", "case", "and", "paths"]),
        ("İstanbul'da", ["istanbul", "da"]),
        ("100% *?!", ["100"]),
        ("", []),
    ],
)
def test_signs_divide_words(written: str, words: list[str]) -> None:
    assert words_of(written) == words


def test_no_sign_is_folded_twice() -> None:
    assert len(set(FROM)) == len(FROM)
    assert len(TO) < len(FROM)


@given(st.text())
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert words_of(" ".join(words_of(text))) == words_of(text)
