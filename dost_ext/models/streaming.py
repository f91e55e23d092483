"""The loop that both our own clients share: read, hand to the reader, pass its events on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from typing import Protocol

import aiohttp

from dost_ext.core.errors import UpstreamFailed
from dost_ext.models.client import ChatRequest
from dost_ext.models.events import ModelEvent
from dost_ext.models.inflow import Inflow
from dost_ext.models.transport import Transport

# Seconds to wait for usage and the end of the stream after the server said why it finished.
REST_OF_STREAM = 5.0


class StreamReader(Protocol):
    """Turns the bytes of one answer into events."""

    done: bool
    fault: UpstreamFailed | None

    @property
    def finishing(self) -> bool:
        """Whether the answer is complete, so that a fault no longer matters."""
        ...

    def feed(self, data: bytes) -> list[ModelEvent]:
        """Read what came; afterwards look at ``fault`` and ``done``."""
        ...

    def close(self) -> list[ModelEvent]:
        """The stream has ended: what was held back, and the end of the answer."""
        ...


class StreamingClient(ABC):
    """A `ModelClient` that speaks HTTP itself."""

    def __init__(self, http: Transport) -> None:
        self._http = http

    @abstractmethod
    async def _open(self, request: ChatRequest) -> aiohttp.ClientResponse:
        """Send the request and return the answer, whose status is 200."""

    @abstractmethod
    def _reader(self, request: ChatRequest) -> StreamReader:
        """A fresh reader for one answer."""

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream the answer; see `ModelClient`."""
        response = await self._open(request)
        reader = self._reader(request)
        limits = self._http.timeouts
        with Inflow(response, self._http.failures, limits.first_byte) as inflow:
            while not (reader.done or reader.fault):
                try:
                    data = await inflow.read()
                except UpstreamFailed as fault:
                    reader.fault = None if reader.finishing else fault
                    break
                if not data:
                    break
                for event in reader.feed(data):
                    yield event
                inflow.allow(REST_OF_STREAM if reader.finishing else limits.silence)
            for event in reader.close():
                yield event
            if reader.fault:
                raise reader.fault
            # Only a connection read to its end can serve the next request.
            await self._http.read_rest(response, REST_OF_STREAM)

    async def _refusal(self, response: aiohttp.ClientResponse) -> bytes:
        """The body of an error answer."""
        try:
            return await self._http.read_rest(response, self._http.timeouts.connect)
        finally:
            response.close()
