"""Finds, among pages of the web, the passages that fit a question."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dost_ext.core.errors import NotReady
from dost_ext.rag.chunking.chunker import Chunk
from dost_ext.rag.embedding.apart import BuiltinEmbedder
from dost_ext.rag.embedding.embedder import Embedder
from dost_ext.rag.embedding.vectors import cosine
from dost_ext.rag.grounding.service import MATCHED

# Chunks whose meaning is looked at: on two cores they are embedded in a second and a half. Of more,
# those with the question's words are taken, and how each page begins, which says what it is about.
MOST_EMBEDDED = 32
BEGINNING = 1
# A passage fits as one of a document does: by its meaning or by its words.
NEAR = BuiltinEmbedder.near
# How much words count beside the meaning.
WORDS_SHARE = 0.3
MOST_PASSAGES = 10
MOST_A_PAGE = 4
# A word is known by its beginning, whatever its ending.
STEM = 5
_WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True, slots=True)
class Text:
    """What is known of a page: all its text, or what the search engine shows of it."""

    url: str
    title: str
    chunks: Sequence[Chunk]


@dataclass(frozen=True, slots=True)
class Passage:
    """Some of a page."""

    url: str
    title: str
    page: int | None
    headings: tuple[str, ...]
    text: str
    # From 0 to 1.
    score: float = 0.0
    # Where it is in its page, from 0.
    number: int = 0


async def best_passages(
    embedder: Embedder, question: str, texts: Iterable[Text], room: int
) -> list[Passage]:
    """The passages that fit a question, the best first.

    Args:
        room: How many bytes of text they may have together; one passage there always is.
    """
    cut = [passage for text in texts for passage in passages_of(text)]
    matched = _matches(question, cut)
    chosen = _chosen(cut, matched)
    near = await _nearness(embedder, question, [cut[place] for place in chosen])
    scored = []
    for place, cosine_ in zip(chosen, near, strict=True):
        if matched[place] >= MATCHED or (cosine_ is not None and cosine_ >= NEAR):
            meaning = max(0.0, cosine_) if cosine_ is not None else matched[place]
            score = (1 - WORDS_SHARE) * meaning + WORDS_SHARE * matched[place]
            scored.append((min(1.0, score), place))
    scored.sort(key=lambda one: (-one[0], one[1]))
    return _fitting(scored, cut, room)


def passages_of(text: Text) -> list[Passage]:
    """All passages of a page, in its order."""
    return [
        Passage(text.url, text.title, chunk.page, _below(chunk, text), chunk.text, number=number)
        for number, chunk in enumerate(text.chunks)
    ]


def _below(chunk: Chunk, text: Text) -> tuple[str, ...]:
    """What a chunk lies under, but for the heading that is the page's title once more."""
    first, *rest = chunk.headings or ("",)
    return tuple(rest) if first and first in text.title else chunk.headings


def _matches(question: str, passages: Sequence[Passage]) -> list[float]:
    """Of the question's words, weighed by how rare they are here, the share each passage has."""
    asked = _stems(question)
    held = [asked & _stems(f"{one.title} {' '.join(one.headings)} {one.text}") for one in passages]
    counts = Counter(word for words in held for word in words)
    rarity = {word: math.log(1 + len(passages) / (1 + counts[word])) for word in asked}
    most = sum(rarity.values()) or 1.0
    return [sum(rarity[word] for word in words) / most for words in held]


def _chosen(passages: Sequence[Passage], matched: Sequence[float]) -> list[int]:
    """Which passages to look at more closely."""
    places = range(len(passages))
    best = sorted(places, key=lambda at: (passages[at].number >= BEGINNING, -matched[at], at))
    return best[:MOST_EMBEDDED]


async def _nearness(
    embedder: Embedder, question: str, passages: Sequence[Passage]
) -> list[float | None]:
    """How near in meaning each passage is; None where nobody can say."""
    if not passages:
        return []
    try:
        (asked,) = await embedder.embed_questions([question])
        found = await embedder.embed([_in_context(one) for one in passages])
    except NotReady:
        return [None] * len(passages)
    return [cosine(asked, one) for one in found]


def _in_context(passage: Passage) -> str:
    return f"{' › '.join((passage.title, *passage.headings))}\n{passage.text}"


def _fitting(
    scored: Sequence[tuple[float, int]], passages: Sequence[Passage], room: int
) -> list[Passage]:
    """The best that there is room for, not all of one page."""
    found: list[Passage] = []
    of_page: Counter[str] = Counter()
    for score, place in scored:
        one = passages[place]
        size = len(one.text.encode())
        if of_page[one.url] >= MOST_A_PAGE or (found and size > room):
            continue
        room -= size
        of_page[one.url] += 1
        found.append(
            Passage(one.url, one.title, one.page, one.headings, one.text, score, one.number)
        )
        if len(found) == MOST_PASSAGES:
            break
    return found


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in _WORD.findall(text.casefold())}
