"""What an engine is, and what it finds: results in one form, whoever they come from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Any, Protocol

from yarl import URL

from dost_ext.core.storable import storable

# How long an engine may take, in seconds.
SECONDS = 10.0
MOST_TITLE = 300
MOST_SNIPPET = 1000
# No page needs more; a model could not repeat it without a mistake.
MOST_URL = 2000
# Brave Search and Tavily take 400 characters, DuckDuckGo 499.
MOST_QUERY = 400

INLINE = "a abbr b cite code em font i kbd mark q s small span strong sub sup u wbr"
BLOCKS = "blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr img li ol p pre table td th tr ul"
# Only what is a tag in HTML: of `Vec<String>` nothing may be missing.
_TAG = re.compile(rf"</?({'|'.join(f'{INLINE} {BLOCKS}'.split())})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_INLINE = frozenset(INLINE.split())


@dataclass(frozen=True, slots=True)
class Result:
    """A page that an engine found, in plain text: each field is one line."""

    title: str
    url: str
    snippet: str


class Engine(Protocol):
    """Searches the web."""

    # As people call it.
    name: str

    async def search(self, query: str, k: int) -> list[Result]:
        """At most ``k`` pages, best first, none of them twice.

        Raises:
            TooManyRequests: The engine takes no more searches for a while.
            UpstreamFailed: It cannot be reached, refuses or gives no sensible answer.
        """
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


def asked(query: str, *, words: int | None = None) -> str:
    """A query as engines take it: on one line, and cut between words where it is too long."""
    line = " ".join(storable(query).split()[:words])
    if len(line) <= MOST_QUERY:
        return line
    return line[: MOST_QUERY + 1].rpartition(" ")[0] or line[:MOST_QUERY]


def well_formed(found: Iterable[tuple[Any, Any, Any]], k: int) -> list[Result]:
    """The first ``k`` pages of the web among what an engine found, none of them twice.

    Args:
        found: The title, address and snippet of each, best first. Titles and snippets are HTML;
            what a service leaves out, or gives in another type, counts as empty.
    """
    results: dict[str, Result] = {}
    for title, url, snippet in found:
        if len(results) >= k:
            break
        address = _address(url)
        if address is None:
            continue
        page = URL(address).with_fragment(None)
        result = Result(
            title=_plain(title, MOST_TITLE) or (page.host or "")[:MOST_TITLE],
            url=address,
            snippet=_plain(snippet, MOST_SNIPPET),
        )
        results.setdefault(str(page), result)
    return list(results.values())


def _address(url: Any) -> str | None:
    """The address of a page as the engine writes it; nothing where it is none of the web."""
    if not isinstance(url, str):
        return None
    text = url.strip().replace(" ", "%20")
    # Not printable are line breaks, NUL, halves of characters and marks that turn the direction.
    if len(text) > MOST_URL or not text.isprintable():
        return None
    try:
        parsed = URL(text)
    except ValueError:
        return None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        return None
    return parsed.scheme + text[len(parsed.scheme) :]


def _plain(html: Any, most: int) -> str:
    """The text of HTML on one line, with at most ``most`` characters."""
    if not isinstance(html, str):
        return ""
    # Tags and entities make it longer, but not that much.
    bare = _TAG.sub(lambda tag: "" if tag[1].lower() in _INLINE else " ", html[: 10 * most])
    line = " ".join(storable(unescape(bare)).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
