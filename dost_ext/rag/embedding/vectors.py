"""Vectors as PostgreSQL's `halfvec` sends and receives them: so nothing needs to be converted."""

from __future__ import annotations

import struct
from typing import TypeAlias

# Two unsigned shorts, how many numbers and zero, then the numbers, of two bytes each, big-endian:
# `halfvec_send` and `halfvec_recv` of pgvector.
HalfVector: TypeAlias = bytes

HEAD = struct.Struct(">HH")


def dimensions(vector: HalfVector) -> int:
    """How many numbers there are."""
    return int(HEAD.unpack_from(vector)[0])


def as_text(vector: HalfVector) -> str:
    """The vector as pgvector reads it in a query."""
    return f"[{','.join(map(repr, numbers(vector)))}]"


def numbers(vector: HalfVector) -> tuple[float, ...]:
    """The numbers of a vector."""
    return struct.unpack_from(f">{dimensions(vector)}e", vector, HEAD.size)


def cosine(one: HalfVector, other: HalfVector) -> float:
    """How alike two vectors of length one are, from -1 to 1."""
    return sum(a * b for a, b in zip(numbers(one), numbers(other), strict=True))
