"""A conversation's title, taken from its first prompt."""

from __future__ import annotations

import re

UNTITLED = "New chat"
LONGEST = 60

# Code blocks, signs that begin a line, and signs around words: "C#" and "2 * 3" keep theirs.
_BLOCKS = re.compile(r"```.*?(?:```|\Z)|^[ \t]*(?:#+|>+|[*+-])[ \t]", re.DOTALL | re.MULTILINE)
_EMPHASIS = re.compile(r"(?<!\w)[*_~`]+(?=\S)|(?<=\S)[*_~`]+(?!\w)")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s")


def title_of(prompt: str) -> str:
    """The first sentence of the prompt without its markup, cut at a word's end.

    A small model cannot name a conversation, and a large one costs a request, so no model is asked.
    """
    # A title never needs more than the beginning, and a prompt may be megabytes long.
    beginning = prompt[:2000]
    plain = _EMPHASIS.sub("", _BLOCKS.sub(" ", beginning)) or beginning
    plain = " ".join(plain.split()) or " ".join(beginning.split())
    sentence = _SENTENCE_END.split(plain, maxsplit=1)[0].rstrip(" .:,;")
    if len(sentence) <= LONGEST:
        return sentence or UNTITLED
    cut = sentence[:LONGEST]
    return (cut.rpartition(" ")[0] or cut).rstrip(" .:,;") + "…"
