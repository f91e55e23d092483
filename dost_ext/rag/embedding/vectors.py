"""Vectors as PostgreSQL's `halfvec` sends and receives them: so nothing needs to be converted."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import TypeAlias

# Two unsigned shorts, how many numbers and zero, then the numbers, of two bytes each, big-endian:
# `halfvec_send` and `halfvec_recv` of pgvector.
HalfVector: TypeAlias = bytes

HEAD = struct.Struct(">HH")
# Of `halfvec`: the most numbers, and the most that an index of them takes.
MOST_DIMENSIONS = 16_000
MOST_INDEXED = 4000


def half(numbers: Sequence[float]) -> HalfVector:
    """Numbers as a vector of length one. Raises ValueError where that is none."""
    length = math.sqrt(sum(number * number for number in numbers))
    if not numbers or not math.isfinite(length) or length == 0.0:
        raise ValueError("a vector without a direction")
    scaled = [number / length for number in numbers]
    return HEAD.pack(len(scaled), 0) + struct.pack(f">{len(scaled)}e", *scaled)


def dimensions(vector: HalfVector) -> int:
    """How many numbers there are."""
    return int(HEAD.unpack_from(vector)[0])


def as_text(vector: HalfVector) -> str:
    """The vector as pgvector reads it in a query."""
    return f"[{','.join(map(repr, numbers(vector)))}]"


def indexed(vector: str, dimensions: int) -> str:
    """SQL for what of a vector an index of its kind holds.

    That is all of it where there is room, or else its first numbers: they find what all of them
    then judge.

    Args:
        vector: SQL for the vector.
    """
    whole = f"{vector}::halfvec({dimensions})"
    if dimensions <= MOST_INDEXED:
        return f"({whole})"
    return f"(subvector({whole}, 1, {MOST_INDEXED})::halfvec({MOST_INDEXED}))"


def numbers(vector: HalfVector) -> tuple[float, ...]:
    """The numbers of a vector."""
    return struct.unpack_from(f">{dimensions(vector)}e", vector, HEAD.size)


def cosine(one: HalfVector, other: HalfVector) -> float:
    """How alike two vectors of length one are, from -1 to 1."""
    return sum(a * b for a, b in zip(numbers(one), numbers(other), strict=True))
