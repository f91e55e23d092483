"""The routes of the web."""

from __future__ import annotations

from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.web import schemas
from dost_ext.web.service import WebService


class WebSearchHandler(ApiHandler):
    """Searches of the web."""

    def initialize(self, web: WebService) -> None:
        """Take the service."""
        self.web = web

    @operation("web", body=schemas.SearchWeb, returns=schemas.WebResults)
    async def post(self, body: schemas.SearchWeb) -> schemas.WebResults:
        """Search the web."""
        return await self.web.search(body)


class WebFetchHandler(ApiHandler):
    """Pages of the web."""

    def initialize(self, web: WebService) -> None:
        """Take the service."""
        self.web = web

    @operation("web", body=schemas.FetchPage, returns=schemas.WebPage)
    async def post(self, body: schemas.FetchPage) -> schemas.WebPage:
        """Read a page: its main text, without what surrounds it."""
        return await self.web.fetch(body.url)


def routes(web: WebService) -> list[Route]:
    """The routes of this feature."""
    return [
        Route("web/search", WebSearchHandler, {"web": web}),
        Route("web/fetch", WebFetchHandler, {"web": web}),
    ]
