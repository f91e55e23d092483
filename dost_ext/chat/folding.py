"""Text as search compares it: without case, accents and the signs between words.

PostgreSQL makes the index, with a configuration of its own (`dost_search`: unaccent, then lower
case, no stemming), so that Turkish is found however its dots are typed. What is here does the same
closely enough to show, in a text of the same length, where something was found.
"""

from __future__ import annotations

import re
import unicodedata

# PostgreSQL's parser takes these for parts of addresses, numbers and tags: `np.array` would be one
# word. Few, since `translate` compares each character of a text with each of them.
BETWEEN = "./_-:@<>&+'"

# A tsvector holds 1 MB; this many characters of any script stay below it.
MOST_INDEXED = 100_000

_WORD = re.compile(r"[^\W_]+")
_PLAIN = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t"}


def _plain_letters() -> dict[int, str]:
    """Every marked Latin, Greek and Cyrillic letter with its plain one."""
    letters = {}
    for code in [*range(0xC0, 0x530), *range(0x1E00, 0x2000)]:
        decomposed = unicodedata.normalize("NFD", chr(code).lower())[0]
        letters[code] = _PLAIN.get(decomposed, decomposed)
    return letters


_TABLE = _plain_letters()


def fold(text: str) -> str:
    """`text` without case and accents, each character in its place."""
    # Only "İ" grows in lower case, and the table has it.
    return text.translate(_TABLE).lower()


def words_of(text: str) -> list[str]:
    """The words of `text`, as they are written."""
    return _WORD.findall(text)


def vector_sql(column: str) -> str:
    """The SQL expression of a text column's search vector, fit for a generated column."""
    signs = BETWEEN.replace("'", "''")
    spaced = f"translate(left({column}, {MOST_INDEXED}), '{signs}', '{' ' * len(BETWEEN)}')"
    return f"to_tsvector('dost_search'::regconfig, {spaced})"
