"""Brave Search, which needs a key."""

from __future__ import annotations

from yarl import URL

from dost_ext.web.engines.engine import SECONDS, Result, asked, well_formed
from dost_ext.web.engines.failures import refused
from dost_ext.web.engines.json_api import JsonApi

ADDRESS = "https://api.search.brave.com"
MOST_RESULTS = 20
MOST_WORDS = 50


class BraveSearch:
    """Searches with Brave Search.

    https://api-dashboard.search.brave.com/api-reference/web/search/get

    Args:
        seconds: How long an answer may take.
    """

    name = "Brave Search"

    def __init__(self, key: str, *, base_url: str = ADDRESS, seconds: float = SECONDS) -> None:
        self._api = JsonApi(
            self.name,
            URL(base_url) / "res/v1/web/search",
            seconds=seconds,
            headers={"X-Subscription-Token": key},
            explain=self._explained,
        )

    async def search(self, query: str, k: int) -> list[Result]:
        """At most ``k`` pages, best first; see `Engine`."""
        answer = await self._api.get(
            {
                "q": asked(query, words=MOST_WORDS),
                "count": str(min(k, MOST_RESULTS)),
                "result_filter": "web",
            }
        )
        # An answer without pages leaves their list out.
        if isinstance(answer, dict) and answer.get("type") == "search" and "web" not in answer:
            return []
        found = self._api.records(answer, "web", "results")
        return well_formed(
            ((one.get("title"), one.get("url"), one.get("description")) for one in found), k
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._api.close()

    def _explained(self, _status: int, body: bytes) -> str | None:
        # SUBSCRIPTION_TOKEN_INVALID has status 422, SUBSCRIPTION_NOT_FOUND 404.
        return refused(self.name, 401).detail if b'"SUBSCRIPTION_' in body else None
