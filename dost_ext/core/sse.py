"""Server-sent events: frames, and handlers that stream them until the reader leaves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
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

    _pump: asyncio.Task[None] | None = None
    _spoke_at = 0.0
    _flushing = False

    def on_connection_close(self) -> None:
        """The reader went away: the stream ends, whatever it follows goes on."""
        self.close_stream()
        super().on_connection_close()

    def close_stream(self) -> None:
        """End the stream from the server's side."""
        if self._pump is not None:
            self._pump.cancel()

    async def stream(self, batches: AsyncGenerator[bytes, None]) -> None:
        """Send each batch of frames as it comes, with pings in the silence between.

        Back-pressure is the reader's: the next batch is asked for once this one is flushed.
        """
        self._open_stream()
        self._pump = asyncio.create_task(self._send(batches))
        pings = asyncio.create_task(self._ping())
        try:
            with self.settings["dost_streams"].registered(self):
                await asyncio.wait((self._pump,))
        finally:
            pings.cancel()
            self._pump.cancel()
        if not self._pump.cancelled():
            self._pump.result()
        if not self._headers_written:
            await self.flush()  # a stream without events is a stream all the same

    def _open_stream(self) -> None:
        self.set_status(200)
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("Cache-Control", NO_CACHE)
        self.set_header("X-Accel-Buffering", "no")
        # Without it the kernel holds small frames back for up to 40 ms.
        self.request.connection.stream.set_nodelay(True)  # type: ignore[union-attr]

    async def _send(self, batches: AsyncGenerator[bytes, None]) -> None:
        """Write what comes. One task for the whole stream: one a batch would cost a tenth of it."""
        loop = asyncio.get_running_loop()
        try:
            async for batch in batches:
                self._spoke_at = loop.time()
                self._flushing = True
                self.write(batch)
                await self.flush()
                self._flushing = False
        except StreamClosedError:
            pass
        finally:
            await batches.aclose()

    async def _ping(self) -> None:
        """Write something whenever the stream has been silent for too long."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(FIRST_PING_SECONDS)
        patience = 0.0 if self._spoke_at == 0.0 else PING_SECONDS
        while True:
            silent = loop.time() - self._spoke_at
            if silent < patience:
                await asyncio.sleep(patience - silent)
                continue
            patience = PING_SECONDS
            self._spoke_at = loop.time()
            if not self._flushing:  # a reader that is behind needs no sign of life
                self.write(PING)
                with contextlib.suppress(StreamClosedError):
                    await self.flush()
