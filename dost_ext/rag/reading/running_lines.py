"""Running heads and feet: lines that stand at the same edge of one page after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# A page of fewer lines is a title or a slide: nothing on it is there for the edge's sake.
_LEAST_LINES = 3


@dataclass(frozen=True, slots=True)
class _Running:
    """The running lines of one page, with its number masked."""

    lines: frozenset[str]
    number: int

    def removed_from(self, lines: Sequence[str]) -> list[str]:
        """The page's lines without those; they are looked for at the edges only."""
        kept = [line for line in lines if line.strip()]
        for place in (0, -1):
            if kept and _masked(kept[place], self.number) in self.lines:
                del kept[place]
        return kept


class RunningLines:
    """Compares each page with the one before, so that a line that runs is read once.

    Nothing is lost by it: what is left out stands word for word on the page before, the page's
    own number apart.
    """

    def __init__(self) -> None:
        self._before = ("", "")

    def of_page(self, lines: Sequence[str], number: int) -> _Running:
        """What of the page's first and last line was there on the page before."""
        if len(lines) < _LEAST_LINES:
            self._before = ("", "")
            return _Running(frozenset(), number)
        edges = (_masked(lines[0], number), _masked(lines[-1], number))
        repeated = {now for now, then in zip(edges, self._before, strict=True) if now == then}
        self._before = edges
        return _Running(frozenset(repeated), number)


def _masked(line: str, number: int) -> str:
    return " ".join("#" if word == str(number) else word for word in line.split())
