"""DuckDuckGo, which needs neither an address nor a key."""

from __future__ import annotations

import asyncio

from dost_ext.web.engines.engine import SECONDS, Result, asked, well_formed

ADDRESS = "https://html.duckduckgo.com"


class DuckDuckGo:
    """Searches with DuckDuckGo's page for browsers without scripts.

    Args:
        seconds: How long an answer may take.
    """

    name = "DuckDuckGo"

    def __init__(self, *, base_url: str = ADDRESS, seconds: float = SECONDS) -> None:
        self._url = f"{base_url}/html/"
        self._seconds = seconds

    async def search(self, query: str, k: int) -> list[Result]:
        """At most ``k`` pages, best first; see `Engine`."""
        return await asyncio.to_thread(self._search, asked(query), k)

    async def close(self) -> None:
        """Nothing is held: each search has a connection of its own."""

    def _search(self, query: str, k: int) -> list[Result]:
        # Costs a tenth of a second, and most servers need one engine only.
        from dost_ext.web.engines.duckduckgo_page import found_by

        return well_formed(found_by(self.name, self._url, self._seconds, query), k)
