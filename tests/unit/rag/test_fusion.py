"""Two measures put together."""

from __future__ import annotations

from uuid import UUID

import pytest

from dost_ext.rag.retrieval.fusion import fused

A, B, C = (UUID(int=n) for n in range(3))


def test_the_best_by_both_scores_one() -> None:
    assert fused({A: 9.0, B: 3.0}, {A: 0.6, B: 0.2})[A] == pytest.approx(1)


def test_words_break_the_tie_of_meaning() -> None:
    scores = fused({B: 5.0}, {A: 0.5, B: 0.5})
    assert (scores[A], scores[B]) == (pytest.approx(0.8), pytest.approx(1))


def test_without_meaning_words_decide() -> None:
    assert fused({A: 4.0, B: 1.0}, {}) == {A: 1.0, B: 0.25}


def test_without_words_meaning_decides() -> None:
    scores = fused({}, {A: 1.0, B: 0.0})
    assert (scores[A], scores[B]) == (pytest.approx(0.8), pytest.approx(0.4))


def test_a_chunk_without_a_vector_is_not_lost_for_it() -> None:
    scores = fused({C: 9.0}, {A: 0.6, B: 0.5})
    assert scores[C] > scores[B]


def test_nothing_found_is_nothing() -> None:
    assert fused({}, {}) == {}
