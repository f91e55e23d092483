"""A conversation's title, taken from its first prompt."""

from __future__ import annotations

import re

UNTITLED = "New chat"
LONGEST = 60

_MARKUP = re.compile(r"```.*?(```|$)|[#>*_`~|]+", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s")


def title_of(prompt: str) -> str:
    """The first sentence of the prompt without its markup, cut at a word's end.

    A small model cannot name a conversation, and a large one costs a request, so no model is asked.
    """
    # A title never needs more than the beginning, and a prompt may be megabytes long.
    beginning = prompt[:2000]
    plain = " ".join(_MARKUP.sub(" ", beginning).split()) or " ".join(beginning.split())
    sentence = _SENTENCE_END.split(plain, maxsplit=1)[0].rstrip(" .:,;")
    if len(sentence) <= LONGEST:
        return sentence or UNTITLED
    cut = sentence[:LONGEST]
    return (cut.rpartition(" ")[0] or cut).rstrip(" .:,;") + "…"
