"""Markdown that can run nothing: Jupyter trusts what a cell has just shown, HTML and all."""

from __future__ import annotations

import re

JOINER = "\u2060"
"""WORD JOINER: nothing to the eye, but no letter either, so that `<` and `&` stay what they are."""

# Where HTML's tokenizer begins a tag, and CommonMark a character reference.
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_REFERENCE = re.compile(r"&(?=#|[A-Za-z])")
# A link of these kinds runs what it says; the colon may be escaped.
_SCHEME = re.compile(r"(javascript|vbscript|data)(?=\s*\\?:)", re.IGNORECASE)
_FENCED = re.compile(
    r"^(?P<fence>`{3,}|~{3,})(?P<info>[^`\n]*)\n.*?(?:^(?P=fence)[`~]*[ \t]*(?:\n|\Z)|\Z)",
    re.MULTILINE | re.DOTALL,
)
# A fence in a list, a quotation or behind spaces: parsers differ on where its code ends.
_NESTED_FENCE = re.compile(r"^(?=[^`~\n]).*(?:`{3}|~{3})", re.MULTILINE)


def harmless(markdown: str) -> str:
    """The same text to read, with no HTML, character reference or script link in force.

    Code between fences at the start of a line stays as it is, so that it can be copied; where any
    fence stands elsewhere, no part of the text is taken for code.
    """
    if _NESTED_FENCE.search(_FENCED.sub("", markdown)):
        return _disarmed(markdown)
    pieces: list[str] = []
    end = 0
    for code in _FENCED.finditer(markdown):
        pieces += [_disarmed(markdown[end : code.start()]), code.group()]
        end = code.end()
    return "".join([*pieces, _disarmed(markdown[end:])])


def _disarmed(text: str) -> str:
    text = _TAG.sub("<" + JOINER, text)
    text = _REFERENCE.sub("&" + JOINER, text)
    return _SCHEME.sub(rf"\1{JOINER}", text)
