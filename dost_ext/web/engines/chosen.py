"""The engine that an operator chose."""

from __future__ import annotations

from yarl import URL

from dost_ext.core.errors import NotReady
from dost_ext.web.engines.brave import BraveSearch
from dost_ext.web.engines.duckduckgo import DuckDuckGo
from dost_ext.web.engines.engine import Engine
from dost_ext.web.engines.searxng import SearXNG
from dost_ext.web.engines.tavily import Tavily
from dost_ext.web.options import WebOptions

UNKNOWN = "{!r} in DOST_WEB_SEARCH is not searxng, brave, tavily, duckduckgo or off."
NO_ADDRESS = "DOST_SEARXNG_URL has to be an address that begins with http:// or https://."


def engine_of(options: WebOptions) -> Engine | None:
    """The engine that searches, or none where searching is off.

    Raises:
        NotReady: There is no engine of this name, or what it needs is missing or wrong.
    """
    match options.engine or _implied(options):
        case "off":
            return None
        case "duckduckgo":
            return DuckDuckGo()
        case "searxng":
            return SearXNG(_address(options.searxng_url))
        case "brave":
            return BraveSearch(_key("Brave Search", "DOST_BRAVE_API_KEY", options.brave_key))
        case "tavily":
            return Tavily(_key("Tavily", "DOST_TAVILY_API_KEY", options.tavily_key))
        case other:
            raise NotReady(UNKNOWN.format(other))


def _implied(options: WebOptions) -> str:
    """The engine for which there is what it needs."""
    if options.searxng_url.strip():
        return "searxng"
    if options.brave_key.strip():
        return "brave"
    return "tavily" if options.tavily_key.strip() else "duckduckgo"


def _address(url: str) -> str:
    url = url.strip()
    if not url:
        raise NotReady("SearXNG needs its address in DOST_SEARXNG_URL.")
    try:
        address = URL(url)
    except ValueError:
        raise NotReady(NO_ADDRESS) from None
    if address.scheme not in ("http", "https") or not address.host:
        raise NotReady(NO_ADDRESS)
    return url


def _key(engine: str, variable: str, key: str) -> str:
    key = key.strip()
    if not key:
        raise NotReady(f"{engine} needs a key in {variable}.")
    # A header holds nothing else.
    if not (key.isascii() and key.isprintable()):
        raise NotReady(f"{variable} has characters in it that no key has.")
    return key
