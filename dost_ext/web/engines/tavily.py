"""Tavily, a search engine for models, which needs a key."""

from __future__ import annotations

from yarl import URL

from dost_ext.web.engines.engine import SECONDS, Result, asked, well_formed
from dost_ext.web.engines.json_api import JsonApi

ADDRESS = "https://api.tavily.com"
MOST_RESULTS = 20
USED_UP = "Tavily has no searches left in the plan of this key."


class Tavily:
    """Searches with Tavily.

    https://docs.tavily.com/documentation/api-reference/endpoint/search

    Args:
        seconds: How long an answer may take.
    """

    name = "Tavily"

    def __init__(self, key: str, *, base_url: str = ADDRESS, seconds: float = SECONDS) -> None:
        self._api = JsonApi(
            self.name,
            URL(base_url) / "search",
            seconds=seconds,
            headers={"Authorization": f"Bearer {key}"},
            explain=_explained,
        )

    async def search(self, query: str, k: int) -> list[Result]:
        """At most ``k`` pages, best first; see `Engine`."""
        answer = await self._api.post(
            {
                "query": asked(query),
                "max_results": min(k, MOST_RESULTS),
                "search_depth": "basic",
            }
        )
        found = self._api.records(answer, "results")
        return well_formed(
            ((one.get("title"), one.get("url"), one.get("content")) for one in found), k
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._api.close()


def _explained(status: int, _body: bytes) -> str | None:
    # The limits of a plan, and of what is paid for beyond it.
    return USED_UP if status in (432, 433) else None
