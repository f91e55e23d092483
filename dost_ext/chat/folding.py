"""Text as search compares it: without case, accents and the signs between words.

One neutral form serves every language: Turkish is found however its dots are typed, and the parts
of `np.array` or `user@example.org` are words of their own. The same table works in PostgreSQL, by
`translate`, and here.
"""

from __future__ import annotations

import re

_LETTERS = {
    "a": "áàâäãåāăąÁÀÂÄÃÅĀĂĄ",
    "c": "çćčĉċÇĆČĈĊ",
    "d": "ďđĎĐ",
    "e": "éèêëēĕėęěÉÈÊËĒĔĖĘĚ",
    "g": "ğĝġģĞĜĠĢ",
    "h": "ĥħĤĦ",
    "i": "ıíìîïĩīĭįİÍÌÎÏĨĪĬĮ",
    "j": "ĵĴ",
    "k": "ķĶ",
    "l": "łĺļľŁĹĻĽ",
    "n": "ñńņňÑŃŅŇ",
    "o": "óòôöõøōŏőÓÒÔÖÕØŌŎŐ",
    "r": "ŕŗřŔŖŘ",
    "s": "şśšŝșŞŚŠŜȘ",
    "t": "ţťŧțŢŤŦȚ",
    "u": "úùûüũūŭůűųÚÙÛÜŨŪŬŮŰŲ",
    "w": "ŵŴ",
    "y": "ýÿŷÝŸŶ",
    "z": "źżžŹŻŽ",
}
_BETWEEN = "./\\_-:@#&?=+<>~|*'’`\""  # PostgreSQL's parser takes some for parts of a word
# Accents that follow their letter, as macOS writes them: dropped.
_COMBINING = "".join(map(chr, [*range(0x0300, 0x030D), 0x0323, 0x0326, 0x0327, 0x0328]))

FROM = "".join(_LETTERS.values()) + _BETWEEN + _COMBINING
TO = "".join(base * len(marked) for base, marked in _LETTERS.items()) + " " * len(_BETWEEN)

_TABLE = str.maketrans(FROM[: len(TO)], TO, _COMBINING)
_WORD = re.compile(r"[^\W_]+")

# A tsvector holds 1 MB; this many characters of any script stay below it.
MOST_INDEXED = 100_000


def fold(text: str) -> str:
    """`text` in the form that is compared."""
    return text.translate(_TABLE).lower()


def words_of(text: str) -> list[str]:
    """The words of `text` in the form that is compared."""
    return _WORD.findall(fold(text))


def folded_sql(column: str) -> str:
    """The SQL expression of a text column in the form that is compared."""
    return f"lower(translate(left({column}, {MOST_INDEXED}), {_quoted(FROM)}, {_quoted(TO)}))"


def vector_sql(column: str) -> str:
    """The SQL expression of a text column's search vector, fit for a generated column."""
    return f"to_tsvector('pg_catalog.simple'::regconfig, {folded_sql(column)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
