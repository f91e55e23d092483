"""A kernel gateway, as Jupyter Server's configuration says to reach it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.utils import url_escape, url_path_join
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from dost_ext.core.errors import NotReady

log = logging.getLogger("dost")

UNREACHABLE = "The kernel gateway cannot be reached."
# One output may hold a large picture.
MOST_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gateway answers."""

    status: int
    body: bytes

    def json(self) -> Any:
        """What the body says."""
        return orjson.loads(self.body)


class Gateway:
    """Speaks to the gateway's kernels, and to the rest of its API."""

    async def channels_of(self, kernel_id: str) -> WebSocketClientConnection:
        """Connect to a kernel's channels. Raises whatever keeps the gateway from it."""
        gateway = GatewayClient.instance()
        url = url_path_join(
            gateway.ws_url or "", gateway.kernels_endpoint, url_escape(kernel_id), "channels"
        )
        request = HTTPRequest(url, **gateway.load_connection_args())  # type: ignore[no-untyped-call]
        return await websocket_connect(request, ping_interval=30, max_message_size=MOST_BYTES)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask for a path below the gateway's address, escaped here; whatever it answers.

        Raises `NotReady` for a gateway that is away.
        """
        gateway = GatewayClient.instance()
        url = url_path_join(gateway.url or "", url_escape(path))
        sent = await asyncio.to_thread(orjson.dumps, body) if body is not None else None
        about = gateway.load_connection_args(headers=dict(headers or {}))  # type: ignore[no-untyped-call]
        request = HTTPRequest(
            f"{url}?{urlencode(query)}" if query else url, method=method, body=sent, **about
        )
        try:
            response = await AsyncHTTPClient().fetch(request, raise_error=False)
        except (HTTPClientError, OSError) as error:
            raise self.away(f"{error!r}") from error
        # What stands before a gateway says the one, tornado itself the other.
        if response.code in (502, 503, 504, 599):
            raise self.away(f"it answers {response.code}")
        if gateway.accept_cookies:
            gateway.update_cookies(response.headers)
        return Answer(response.code, response.body)

    @staticmethod
    def away(reason: str) -> NotReady:
        """The problem of a gateway that does not do what it is asked, with the reason logged."""
        log.warning("the gateway cannot be asked: %s", reason)
        return NotReady(UNREACHABLE, code="gateway_away")
