"""Collects what one upstream read brought, with neighbouring text merged into one event."""

from __future__ import annotations

from dost_ext.models.events import ModelEvent, ReasoningDelta, TextDelta
from dost_ext.models.thinking import ThinkingSplitter


class Batch:
    """Gathers pieces in order; ``take`` hands them out as events and starts afresh."""

    __slots__ = ("_events", "_reasoning", "_splitter", "_text")

    def __init__(self) -> None:
        self._events: list[ModelEvent] = []
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._splitter = ThinkingSplitter()

    def text(self, text: str) -> None:
        """Add a piece of the answer."""
        if self._reasoning:
            self._merge()
        self._text.append(text)

    def reasoning(self, text: str) -> None:
        """Add a piece of reasoning."""
        if self._text:
            self._merge()
        self._reasoning.append(text)

    def add(self, event: ModelEvent) -> None:
        """Add any other event; what is held back of the answer goes before it."""
        self._merge()
        self._events += self._splitter.flush()
        self._events.append(event)

    def take(self) -> list[ModelEvent]:
        """Return the events of this read."""
        self._merge()
        events, self._events = self._events, []
        return events

    def flush(self) -> list[ModelEvent]:
        """Return the events of this read and all that was held back: the stream ended or failed."""
        return [*self.take(), *self._splitter.flush()]

    def _merge(self) -> None:
        if self._text:
            text = "".join(self._text)
            self._text.clear()
            if self._splitter.answering:
                self._events.append(TextDelta(text))
            else:
                self._events += self._splitter.split(text)
        if self._reasoning:
            self._events.append(ReasoningDelta("".join(self._reasoning)))
            self._reasoning.clear()
