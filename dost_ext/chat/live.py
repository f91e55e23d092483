"""A run while it is being generated: its events in memory, for any number of readers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any
from uuid import UUID

import orjson

from dost_ext.chat import schemas
from dost_ext.chat.live_calls import LiveCalls
from dost_ext.core.sse import frame
from dost_ext.core.storable import storable
from dost_ext.rag.grounding.marks import pointed_at
from dost_ext.rag.grounding.schemas import Citation

# The first text goes out at once; after that an event holds all that came in this time. It is
# below what an eye sees, and keeps a fast model from costing an event a token.
WINDOW_SECONDS = 0.02
# How long the event that opens a run waits to share the way with a fast model's first words.
OPENING_SECONDS = 0.005


def last_event(run_id: UUID, message: schemas.Message) -> tuple[str, dict[str, Any]]:
    """How a run's events end: `done`, or `error` with the problem; both hold the message."""
    ended: dict[str, Any] = {"run_id": str(run_id)}
    shown = message.model_dump(mode="json")
    if message.status == "error":
        return "error", {**ended, "problem": shown["error"], "message": shown}
    return "done", {**ended, "message": shown}


class LiveRun:
    """The append-only log of one generation.

    A reader holds nothing but its place in the log, so a slow one costs no memory and gets what it
    missed in one batch. `saved` says how far the log is in the database.
    """

    def __init__(self, message: schemas.Message, run: schemas.Run, owner_id: UUID) -> None:
        self.run = run
        self.owner_id = owner_id
        self.message = message
        self.stop: Callable[[], object] = lambda: None
        self.frames: list[bytes] = []
        self.saved = 0
        self.ended = False
        self.started_at = time.monotonic()
        self.first_text_at: float | None = None
        self._thinking_since: float | None = None
        self._thought_seconds: float | None = None
        # Several models that answer one prompt share a response: each event then names its run.
        self.tag = b""
        self._pieces: dict[str, list[str]] = {
            "content": [message.content],
            "reasoning": [message.reasoning or ""],
        }
        self.calls = LiveCalls(self.emit, self.cite_also, message.tool_calls or ())
        # What the answer may cite; None where it rests on nothing.
        self.citations = message.citations
        self._waiting: list[str] = []
        self._waiting_event = "delta"
        self._next_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._changed = asyncio.Event()

    @property
    def id(self) -> UUID:
        """The run's id."""
        return self.run.id

    @property
    def seq(self) -> int:
        """The number of the last event."""
        return len(self.frames)

    def content(self) -> str:
        """The answer as far as its events tell."""
        return self._joined("content")

    def reasoning(self) -> str | None:
        """The reasoning as far as its events tell."""
        return self._joined("reasoning") or None

    def _joined(self, name: str) -> str:
        pieces = self._pieces[name]
        if len(pieces) > 1:
            pieces[:] = ["".join(pieces)]
        return pieces[0]

    def emit(self, event: str, data: dict[str, Any]) -> None:
        """Append an event, after the text that waits."""
        self.flush()
        if self.tag:
            data = {"run_id": str(self.id), **data}
        self._append(frame(event, data, self.seq + 1))

    def cite(self, citations: list[Citation]) -> None:
        """Say what the answer may cite."""
        self.citations = citations
        self.emit("citations", {"items": [one.model_dump(mode="json") for one in citations]})

    def cite_also(self, found: Sequence[Citation]) -> list[Citation]:
        """Say what else the answer may cite: it comes back under the next numbers."""
        known = self.citations or []
        first = max((one.index for one in known), default=0) + 1
        numbered = [
            one.model_copy(update={"index": number}) for number, one in enumerate(found, first)
        ]
        self.cite([*known, *numbered])
        return numbered

    def forget_uncited(self) -> None:
        """Drop what was given whole and is not pointed at: the answer will not be gone on with."""
        if self.citations and any(one.whole for one in self.citations):
            cited = pointed_at(self.content(), self.citations)
            kept = [one for one in self.citations if one in cited or not one.whole]
            # An empty list would say that nothing was found.
            self.citations = kept or None

    def say(self, text: str, event: str = "delta") -> None:
        """Append text to the answer (`delta`) or the reasoning (`reasoning`).

        It becomes an event at once, or with what follows within `WINDOW_SECONDS`.
        """
        if not text:
            return
        now = time.monotonic()
        if self.first_text_at is None:
            self.first_text_at = now
        self._time_thought(event, now)
        if event != self._waiting_event:
            self.flush()
            self._waiting_event = event
        self._waiting.append(storable(text))
        if now >= self._next_at:
            self._next_at = now + WINDOW_SECONDS
            self.flush()
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._next_at - now, self._window_closed)

    def _time_thought(self, event: str, now: float) -> None:
        if event == "reasoning":
            self._thinking_since = self._thinking_since or now
        elif self._thinking_since is not None and self._thought_seconds is None:
            self._thought_seconds = now - self._thinking_since

    def _window_closed(self) -> None:
        self._timer = None
        self._next_at = time.monotonic() + WINDOW_SECONDS
        self.flush()

    def flush(self) -> None:
        """Turn the text that waits into an event."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._waiting:
            return
        text = "".join(self._waiting)
        self._waiting.clear()
        name = "content" if self._waiting_event == "delta" else "reasoning"
        self._pieces[name].append(text)
        # The hot path of the whole server: the frame is put together by hand.
        self._append(
            b'id: %d\nevent: %b\ndata: {%b"text":%b}\n\n'
            % (self.seq + 1, self._waiting_event.encode(), self.tag, orjson.dumps(text))
        )

    def _append(self, encoded: bytes) -> None:
        self.frames.append(encoded)
        self._wake_readers()

    def _wake_readers(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def end(self, event: str, data: dict[str, Any]) -> None:
        """Append the last event; readers leave after it."""
        self.ended = True
        self.emit(event, data)

    def abandon(self) -> None:
        """Let the readers go without a last event: the run was deleted."""
        self.ended = True
        self._changed.set()

    async def follow(self, after: int) -> AsyncGenerator[bytes, None]:
        """The events after `after`, in batches of all that has come since the last."""
        place = after
        if self.first_text_at is None and not self.ended:
            changed = self._changed
            opening = asyncio.get_running_loop().call_later(OPENING_SECONDS, self._wake_readers)
            await changed.wait()
            opening.cancel()
        while True:
            changed = self._changed
            if place < self.seq:
                batch = b"".join(self.frames[place:])
                place = self.seq
                yield batch
            elif self.ended:
                return
            else:
                await changed.wait()

    def onto(self, message: schemas.Message) -> schemas.Message:
        """The message as far as the run's events tell, with the number of the last of them."""
        return message.model_copy(
            update={
                "content": self.content(),
                "reasoning": self.reasoning(),
                "tool_calls": list(self.calls.items) or None,
                "citations": self.citations,
                "run_id": self.id,
                "seq": self.seq,
            }
        )

    def timing(self) -> dict[str, int | None]:
        """Milliseconds to the first token, of thinking, and so far."""
        first, now = self.first_text_at, time.monotonic()
        return {
            "ttft_ms": None if first is None else round((first - self.started_at) * 1000),
            "duration_ms": round((now - self.started_at) * 1000),
            "reasoning_ms": self._reasoning_ms(now),
        }

    def _reasoning_ms(self, now: float) -> int | None:
        """Without a word it lasted to the end; an answer that is continued thought before, too."""
        usage = self.message.usage
        before = usage.reasoning_ms if usage is not None else None
        if self._thinking_since is None:
            return before
        seconds = self._thought_seconds
        if seconds is None:
            seconds = now - self._thinking_since
        return (before or 0) + round(seconds * 1000)
