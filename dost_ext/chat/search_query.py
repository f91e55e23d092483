"""What someone types into the search box, taken apart: words, and `tag:` and its like."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dost_ext.chat.folding import words_of

_PIECE = re.compile(r'(?:(tag|folder|pinned|archived|model):)?(?:"([^"]*)"?|(\S+))', re.IGNORECASE)

_YES = frozenset({"yes", "true", "1", "on", "evet"})
_NO = frozenset({"no", "false", "0", "off", "hayir", "hayır"})
_ANY = frozenset({"any", "all", "hepsi"})

MOST_WORDS = 12
LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question to search. None is: not asked."""

    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    folder: str | None = None
    pinned: bool | None = None
    # Archived chats are out of the way: they are found only when asked for.
    archived: bool | None = False
    model: str | None = None


def parse(text: str) -> SearchQuery:
    """Take a query apart. Whatever is typed is a query; signs such as `%` and `*` mean nothing.

    `tag:` may stand several times, then a chat must bear all of them. A value with spaces stands in
    quotation marks. A truth value that is none is taken as a word.
    """
    words: list[str] = []
    tags: list[str] = []
    named: dict[str, str] = {}
    truths: dict[str, bool | None] = {"pinned": None, "archived": False}
    for prefix, quoted, plain in _PIECE.findall(text):
        key, value = prefix.lower(), (quoted or plain).strip()
        if key in truths and value.lower() in _YES | _NO | _ANY:
            truths[key] = None if value.lower() in _ANY else value.lower() in _YES
        elif key == "tag" and value:
            tags.append(value)
        elif key in ("folder", "model") and value:
            named[key] = value
        else:
            words += words_of(f"{key} {value}")
    return SearchQuery(
        words=[word[:LONGEST_WORD] for word in dict.fromkeys(words)][:MOST_WORDS],
        tags=tags,
        folder=named.get("folder"),
        model=named.get("model"),
        **truths,
    )


def tsquery(words: list[str], stems: dict[str, list[str]]) -> str:
    """PostgreSQL's form of: each of the words, or what grows from one of its stems.

    The index holds words as they are. Turkish and English hang their endings on, so a stem and
    whatever follows it finds every form of either language, without knowing which it is.
    """
    return " & ".join(f"({' | '.join(_begins(w, stems.get(w, [])))})" for w in words)


def _begins(word: str, stems: list[str]) -> list[str]:
    # One or two letters begin half of all words.
    if len(word) < 3:
        return [f"'{word}'"]
    grown = [stem for stem in stems if len(stem) >= 3]
    # What a shorter stem begins, a longer one begins as well.
    shortest = [s for s in dict.fromkeys([word, *grown]) if not _covered(s, [word, *grown])]
    return [f"'{stem}':*" for stem in shortest]


def _covered(stem: str, others: list[str]) -> bool:
    return any(stem != other and stem.startswith(other) for other in others)


def pattern(words: list[str], stems: dict[str, list[str]]) -> str:
    """A regular expression for the beginnings of what the words find, in folded text."""
    begins = {b for w in words for b in [w, *(s for s in stems.get(w, []) if len(s) >= 3)]}
    return rf"\m({'|'.join(sorted(begins))})"
