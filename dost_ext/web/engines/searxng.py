"""SearXNG: a search engine of one's own, which asks others."""

from __future__ import annotations

from yarl import URL

from dost_ext.web.engines.engine import SECONDS, Result, asked, well_formed
from dost_ext.web.engines.failures import SearchFailed
from dost_ext.web.engines.json_api import JsonApi

NO_JSON = (
    "SearXNG has JSON switched off. Write json into the list search.formats of its settings.yml."
)
NO_PASSWORD = "SearXNG wants a name and a password. Write them into its address."  # noqa: S105
NO_ENGINE = "SearXNG found nothing, and not all of the engines that it asks answered."


class SearXNG:
    """Searches with an instance of SearXNG.

    https://docs.searxng.org/dev/search_api.html

    Args:
        base_url: Where the instance is, with or without ``/search``.
        seconds: How long an answer may take.
    """

    name = "SearXNG"

    def __init__(self, base_url: str, *, seconds: float = SECONDS) -> None:
        base = URL(base_url)
        path = base.path.rstrip("/").removesuffix("/search") + "/search"
        self._api = JsonApi(self.name, base.with_path(path), seconds=seconds, explain=_explained)

    async def search(self, query: str, k: int) -> list[Result]:
        """At most ``k`` pages, best first; see `Engine`."""
        answer = await self._api.get({"q": asked(query), "format": "json"})
        found = self._api.records(answer, "results")
        if not found and answer.get("unresponsive_engines"):
            raise SearchFailed(NO_ENGINE)
        return well_formed(
            ((one.get("title"), one.get("url"), one.get("content")) for one in found), k
        )

    async def close(self) -> None:
        """Close every connection."""
        await self._api.close()


def _explained(status: int, _body: bytes) -> str | None:
    # There are no keys; a password is asked for by what stands before the instance.
    return {401: NO_PASSWORD, 403: NO_JSON}.get(status)
