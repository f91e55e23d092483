"""The piece of a message that shows why it was found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dost_ext.chat.folding import fold
from dost_ext.chat.search_query import Word

# Characters of a snippet, and of those before the first word that was found.
LONGEST, BEFORE = 220, 40

_SPACE = re.compile(r"\s+")

Match = tuple[int, int]


def snippet_of(text: str, words: Sequence[Word]) -> tuple[str, list[Match]]:
    """The piece of `text` in which most of the words stand, and where in it they stand.

    Places are counted in UTF-16 units, as JavaScript counts. Without any of the words, for they may
    stand further down than was looked, it is the beginning.
    """
    flat = _SPACE.sub(" ", text).strip()
    found = list(_pattern(words).finditer(fold(flat)))
    begin, end = _window(flat, found)
    piece = flat[begin:end].strip()
    before, after = "…" if begin > 0 else "", "…" if end < len(flat) else ""
    shift = len(before) - begin - (len(flat[begin:end]) - len(flat[begin:end].lstrip()))
    snippet = f"{before}{piece}{after}"
    inside = [(m.start() + shift, m.end() + shift) for m in found if begin <= m.start() < end]
    return snippet, _in_utf16(snippet, [(b, min(e, len(snippet))) for b, e in inside])


def _pattern(words: Sequence[Word]) -> re.Pattern[str]:
    """Finds the words that are meant, whole, each in a group of its own."""
    groups = []
    for word in words:
        begins = "|".join(re.escape(begin) for begin in word.begins)
        groups.append(rf"({word.plain}(?![^\W_]))" if word.whole else rf"((?:{begins})[^\W_]*)")
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(groups)})")


def _window(text: str, found: Sequence[re.Match[str]]) -> Match:
    """Where a piece begins and ends that holds as many different words as can be."""
    best, most = 0, 0
    for number, first in enumerate(found):
        reach = first.start() + LONGEST - BEFORE
        near = [m for m in found[number : number + 40] if m.end() <= reach]
        different = len({m.lastindex for m in near})
        if different > most:
            best, most = first.start(), different
    begin = max(0, best - BEFORE)
    if begin > 0:  # not in the middle of a word
        begin = text.find(" ", begin, best) + 1 or begin
    end = begin + LONGEST
    return begin, len(text) if end >= len(text) else max(text.rfind(" ", best + 1, end), best + 40)


def _in_utf16(text: str, places: Sequence[Match]) -> list[Match]:
    if text.isascii() or all(ord(character) < 0x10000 for character in text):
        return list(places)
    units = [0]
    for character in text:
        units.append(units[-1] + (2 if ord(character) > 0xFFFF else 1))
    return [(units[begin], units[end]) for begin, end in places]
