"""Server-sent events: frames, and handlers that stream them until the reader leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
from tornado.iostream import StreamClosedError

from dost_ext.core.http import NO_CACHE, ApiHandler

# Proxies close a silent connection after 30 to 60 s.
PING_SECONDS = 15.0
# The first one tells a client whose events are yet to come that the stream is open.
FIRST_PING_SECONDS = 0.05
PING = b": ping\n\n"


def frame(event: str, data: Any, seq: int | None = None) -> bytes:
    """One event as bytes; `seq` becomes its id."""
    head = f"event: {event}\n" if seq is None else f"id: {seq}\nevent: {event}\n"
    return head.encode() + b"data: " + orjson.dumps(data) + b"\n\n"


class StreamHandler(ApiHandler):
    """A resource with verbs that stream."""

    _left: asyncio.Event

    def on_connection_close(self) -> None:
        """The reader went away: the stream ends, whatever it follows goes on."""
        if hasattr(self, "_left"):
            self._left.set()
        super().on_connection_close()

    def close_stream(self) -> None:
        """End the stream from the server's side."""
        self._left.set()

    async def stream(self, batches: AsyncIterator[bytes]) -> None:
        """Send each batch of frames as it comes, with pings in the silence between.

        Back-pressure is the reader's: the next batch is asked for once this one is flushed.
        """
        self._left = asyncio.Event()
        streams = self.settings["dost_streams"]
        self._open_stream()
        with streams.registered(self):
            left = asyncio.create_task(self._left.wait())
            try:
                await self._pump(batches, left)
                if not self._headers_written:
                    await self.flush()  # a stream without events is a stream all the same
            except StreamClosedError:
                pass
            finally:
                left.cancel()
                await batches.aclose()  # type: ignore[attr-defined]

    def _open_stream(self) -> None:
        self.set_status(200)
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("Cache-Control", NO_CACHE)
        self.set_header("X-Accel-Buffering", "no")
        # Without it the kernel holds small frames back for up to 40 ms.
        self.request.connection.stream.set_nodelay(True)  # type: ignore[union-attr]

    async def _pump(self, batches: AsyncIterator[bytes], left: asyncio.Task[Any]) -> None:
        following: asyncio.Future[bytes] | None = None
        patience = FIRST_PING_SECONDS
        try:
            while not left.done():
                following = following or asyncio.ensure_future(_next(batches))
                await asyncio.wait(
                    (following, left), timeout=patience, return_when=asyncio.FIRST_COMPLETED
                )
                patience = PING_SECONDS
                if left.done():
                    return
                if not following.done():
                    self.write(PING)
                elif batch := following.result():
                    following = None
                    self.write(batch)
                else:
                    return
                await self.flush()
        finally:
            if following is not None and not following.done():
                following.cancel()
                await asyncio.wait((following,))


async def _next(batches: AsyncIterator[bytes]) -> bytes:
    """The next batch, or nothing at the end."""
    return await anext(batches, b"")
