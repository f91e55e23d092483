"""How long reading a file may take, and how much memory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Of the process that reads one file.

    Time is counted while its results are waited for, not while they are worked on.
    """

    # Seconds without another part. The slowest pages known take some five.
    silence: float = 60
    # Seconds in all.
    total: float = 900
    # Bytes of address space: several times what the largest files of the caps need.
    memory: int = 2 * 1024**3
