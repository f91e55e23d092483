"""A web of its own on the loopback: pages that tests put there, and a SearXNG that finds them."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

_WORD = re.compile(r"\w{4,}")
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Served:
    """What an address answers."""

    content: bytes
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class LocalWeb:
    """Pages by their path, and which of them were asked for."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.reset()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def origin(self) -> str:
        """Its address, without a path."""
        return f"http://{self._server.server_address[0]!s}:{self.port}"

    def reset(self) -> None:
        """Forget everything."""
        self._pages: dict[str, Served] = {}
        # Whoever is slow answers when the event is set.
        self.go_on = threading.Event()
        self.asked: list[str] = []
        # What came with each request.
        self.headers: list[dict[str, str]] = []
        self.searches: list[str] = []
        self.search_status = 200

    def put(self, path: str, content: str | bytes, media_type: str = "", **more: Any) -> str:
        """Have a page at a path; its address."""
        data = content.encode() if isinstance(content, str) else content
        self._pages[path] = Served(
            data, **({"media_type": media_type} if media_type else {}), **more
        )
        return f"{self.origin}{path}"

    def redirect(self, path: str, to: str) -> str:
        """Have a path lead elsewhere; its address."""
        return self.put(path, b"", status=302, headers={"Location": to})

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        url = urlsplit(request.path)
        self.asked.append(url.path)
        self.headers.append(dict(request.headers))
        if url.path == "/search":
            served = self._found(parse_qs(url.query)["q"][0])
        else:
            served = self._pages.get(url.path, Served(b"Not there.", status=404))
        if "X-Wait" in served.headers:
            self.go_on.wait(60)
        request.send_response(served.status)
        request.send_header("Content-Type", served.media_type)
        request.send_header("Content-Length", str(len(served.content)))
        for name, value in served.headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(served.content)

    def _found(self, query: str) -> Served:
        """The pages that have words of a query, as SearXNG tells of them."""
        self.searches.append(query)
        asked = {word.casefold() for word in _WORD.findall(query)}
        scored = []
        for path, page in self._pages.items():
            text = _TAG.sub(" ", page.content.decode("utf-8", "replace"))
            shared = asked & {word.casefold() for word in _WORD.findall(f"{path} {text}")}
            title = re.search(r"<title>([^<]*)", page.content.decode("utf-8", "replace"))
            found = {
                "url": f"{self.origin}{path}",
                "title": title.group(1) if title else path,
                "content": " ".join(text.split())[:200],
            }
            if shared and page.status in (200, 302):
                scored.append((-len(shared), len(scored), found))
        results = [found for *_, found in sorted(scored)]
        body = json.dumps({"query": query, "results": results}).encode()
        return Served(body, "application/json", self.search_status)


def article(title: str, *paragraphs: str, aside: str = "") -> str:
    """A page with an article among what pages have around it."""
    said = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body>"
        "<header><nav><a href='/'>Home</a> <a href='/all'>All articles</a></nav></header>"
        f"<main><article><h1>{title}</h1>{said}</article></main>"
        f"<aside>{aside or 'Most read: ten ships.'}</aside><footer>Imprint. Contact.</footer>"
        "</body></html>"
    )


def with_web(web: LocalWeb) -> dict[str, str]:
    """The environment of a server that has this web, and no other."""
    return {
        "DOST_WEB_SEARCH": "searxng",
        "DOST_SEARXNG_URL": web.origin,
        "DOST_WEB_PRIVATE": "127.0.0.1",
    }
