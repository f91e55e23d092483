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
        words=list(dict.fromkeys(word[:LONGEST_WORD] for word in words))[:MOST_WORDS],
        tags=tags,
        folder=named.get("folder"),
        model=named.get("model"),
        **truths,
    )


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a query, without case and accents, and its stems in the languages we know."""

    plain: str
    stems: list[str] = field(default_factory=list)

    @property
    def begins(self) -> list[str]:
        """What a word that is meant begins with, the word itself first.

        The index holds words as they are. Turkish and English hang their endings on, so a stem and
        whatever follows it finds every form of either, without knowing which language it is.
        """
        grown = [self.plain, *(stem for stem in self.stems if len(stem) > 2)]
        # What a shorter one begins, a longer one begins as well.
        return [s for s in dict.fromkeys(grown) if not _longer_than_another(s, grown)]

    @property
    def whole(self) -> bool:
        """Whether only the word itself is meant: one or two letters begin half of all words."""
        return len(self.plain) < 3


def tsquery(words: list[Word]) -> str:
    """PostgreSQL's form of: all of these words."""
    return " & ".join(f"({' | '.join(_terms(word))})" for word in words)


def _terms(word: Word) -> list[str]:
    if word.whole:
        return [f"'{word.plain}'"]
    return [f"'{begin}':*" for begin in word.begins]


def _longer_than_another(stem: str, others: list[str]) -> bool:
    return any(stem != other and stem.startswith(other) for other in others)
