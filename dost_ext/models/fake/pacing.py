"""Writes the tokens of many streams, each at its time, from one timer."""

from __future__ import annotations

import asyncio
import heapq
from dataclasses import dataclass, field
from itertools import count


@dataclass(order=True, slots=True)
class _Stream:
    due: float
    order: int
    interval: float = field(compare=False)
    frames: list[bytes] = field(compare=False)
    transport: asyncio.Transport = field(compare=False)
    finished: asyncio.Future[None] = field(compare=False)
    position: int = field(default=0, compare=False)


class Pacer:
    """A heap of streams by the time of their next frame.

    Frames go straight to the transport: with 200 streams of 50 tokens a second, a coroutine woken
    for each would cost more than the server under test.
    """

    def __init__(self) -> None:
        self._heap: list[_Stream] = []
        self._timer: asyncio.TimerHandle | None = None
        self._order = count()

    async def send(
        self, transport: asyncio.Transport, frames: list[bytes], delay: float, interval: float
    ) -> None:
        """Write ``frames``, the first after ``delay`` seconds, then one each ``interval``."""
        if not frames:
            return
        loop = asyncio.get_running_loop()
        finished = loop.create_future()
        due = loop.time() + delay
        stream = _Stream(due, next(self._order), interval, frames, transport, finished)
        heapq.heappush(self._heap, stream)
        self._arm()
        await finished

    def _arm(self) -> None:
        if not self._heap:
            return
        due = self._heap[0].due
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(due, self._tick)

    def _tick(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        while self._heap and self._heap[0].due <= now:
            stream = self._heap[0]
            if self._advance(stream):
                heapq.heapreplace(self._heap, stream)
            else:
                heapq.heappop(self._heap)
        self._arm()

    def _advance(self, stream: _Stream) -> bool:
        """Write what is due; say whether there is more."""
        if stream.finished.done() or stream.transport.is_closing():
            _resolve(stream.finished)
            return False
        if stream.interval:
            stream.transport.write(stream.frames[stream.position])
            stream.position += 1
            stream.due += stream.interval
        else:
            stream.transport.write(b"".join(stream.frames))
            stream.position = len(stream.frames)
        if stream.position == len(stream.frames):
            _resolve(stream.finished)
            return False
        return True


def _resolve(finished: asyncio.Future[None]) -> None:
    if not finished.done():
        finished.set_result(None)
