"""Puts two measures of what is relevant together."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

# Each measure is brought from its least possible value and the best one found to 0 and 1, and
# then weighed: Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval"
# (2023), who found it better than ranks alone, and this weight of meaning good on every set.
MEANING = 0.8
LEAST_COSINE = -1.0


def fused(by_words: Mapping[UUID, float], by_meaning: Mapping[UUID, float]) -> dict[UUID, float]:
    """A score from 0 to 1 for each chunk that has either.

    Args:
        by_words: BM25, from 0.
        by_meaning: Cosines, from -1. A chunk without one was read while there was no embedder: it
            counts as the least of those found.
    """
    if not by_meaning:
        return _scaled(by_words, 0.0)
    words, meaning = _scaled(by_words, 0.0), _scaled(by_meaning, LEAST_COSINE)
    unknown = min(meaning.values())
    return {
        chunk: MEANING * meaning.get(chunk, unknown) + (1 - MEANING) * words.get(chunk, 0.0)
        for chunk in words.keys() | meaning.keys()
    }


def _scaled(scores: Mapping[UUID, float], least: float) -> dict[UUID, float]:
    best = max(scores.values(), default=least)
    if best <= least:
        return dict.fromkeys(scores, 0.0)
    return {chunk: max(0.0, (score - least) / (best - least)) for chunk, score in scores.items()}
