"""Search engines on this machine: they answer what they are told, and keep what they are asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Any

from aiohttp import web

# The title, address and snippet of each page, in HTML.
Found = list[tuple[str, str, str]]


@dataclass(frozen=True)
class Reply:
    """What a search engine answers to everything.

    Args:
        body: A page in HTML, bytes as they are, or what is told in JSON.
        endless: Whether nothing comes after the first byte, and no end either.
    """

    body: Any = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    endless: bool = False

    async def send(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=self.status, headers=self.headers)
        await response.prepare(request)
        if self.endless:
            await response.write(b"{")
            await asyncio.Event().wait()
        await response.write(self._bytes())
        return response

    def _bytes(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


@dataclass(frozen=True)
class Asked:
    """A request that a search engine got."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: str


@dataclass
class SearchServer:
    """A search engine that listens at ``url``."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)


@asynccontextmanager
async def search_server(reply: Reply) -> AsyncIterator[SearchServer]:
    """A search engine that answers everything alike."""
    server = SearchServer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", _answering(server, reply))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()


def _answering(server: SearchServer, reply: Reply) -> Callable[[web.Request], Any]:
    async def answer(request: web.Request) -> web.StreamResponse:
        server.asked.append(
            Asked(
                method=request.method,
                path=request.path,
                query=dict(request.query),
                headers=request.headers,
                body=await request.text(),
            )
        )
        return await reply.send(request)

    return answer


def from_searxng(found: Found) -> Any:
    """An answer of SearXNG."""
    results = [
        {"title": title, "url": url, "content": snippet, "engine": "bing", "score": 1.0}
        for title, url, snippet in found
    ]
    return {"query": "q", "results": results, "answers": [], "unresponsive_engines": []}


def from_brave(found: Found) -> Any:
    """An answer of Brave Search, which leaves out what it does not find."""
    results = [
        {"type": "search_result", "title": title, "url": url, "description": snippet}
        for title, url, snippet in found
    ]
    answer: dict[str, Any] = {"type": "search", "query": {"original": "q"}}
    return {**answer, "web": {"type": "search", "results": results}} if results else answer


def from_tavily(found: Found) -> Any:
    """An answer of Tavily."""
    results = [
        {"title": title, "url": url, "content": snippet, "score": 0.9, "raw_content": None}
        for title, url, snippet in found
    ]
    return {"query": "q", "answer": None, "images": [], "results": results, "response_time": 1.1}


def from_duckduckgo(found: Found) -> Any:
    """An answer of DuckDuckGo's page for browsers without scripts."""
    results = "".join(
        f'<div class="result results_links web-result"><div class="links_main result__body">'
        f'<h2 class="result__title"><a class="result__a" href="{escape(url)}">{title}</a></h2>'
        f'<div class="result__extras"><a class="result__url" href="{escape(url)}">{url}</a></div>'
        f'<a class="result__snippet" href="{escape(url)}">{snippet}</a></div></div>'
        for title, url, snippet in found
    )
    nothing = (
        '<div class="result result--no-result"><div class="links_main result__body">'
        '<div class="no-results">No results.</div></div></div>'
    )
    return (
        f'<!DOCTYPE html><html><body class="body--html"><form action="/html/"><input name="q">'
        f'</form><div id="links" class="results">{results or nothing}</div></body></html>'
    )
