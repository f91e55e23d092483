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
    count = dimensions(vector)
    return f"[{','.join(map(repr, struct.unpack_from(f'>{count}e', vector, HEAD.size)))}]"
