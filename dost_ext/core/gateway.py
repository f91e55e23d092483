"""The WebSocket to a kernel at a gateway, as Jupyter Server's configuration says to reach it."""

from __future__ import annotations

from jupyter_server.gateway.gateway_client import GatewayClient
from jupyter_server.utils import url_escape, url_path_join
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

# One output may hold a large picture.
MOST_BYTES = 256 * 2**20


async def channels_of(kernel_id: str) -> WebSocketClientConnection:
    """Connect to a kernel's channels. Raises whatever keeps the gateway from it."""
    gateway = GatewayClient.instance()
    url = url_path_join(
        gateway.ws_url or "", gateway.kernels_endpoint, url_escape(kernel_id), "channels"
    )
    request = HTTPRequest(url, **gateway.load_connection_args())  # type: ignore[no-untyped-call]
    return await websocket_connect(request, ping_interval=30, max_message_size=MOST_BYTES)
