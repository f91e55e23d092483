"""Tells an answer from the reasoning that some models write before it in ``<think>`` tags."""

from __future__ import annotations

from enum import Enum, auto

from dost_ext.models.events import ReasoningDelta, TextDelta

OPENING = "<think>"
CLOSING = "</think>"


class _Stage(Enum):
    BEFORE = auto()
    OPENED = auto()  # line ends right after the tag are dropped
    INSIDE = auto()
    CLOSED = auto()  # white space before the answer is dropped
    ANSWER = auto()


class ThinkingSplitter:
    """Splits text into reasoning and answer; only a tag at the very start counts."""

    __slots__ = ("_held", "_stage")

    def __init__(self) -> None:
        self._stage = _Stage.BEFORE
        self._held = ""

    @property
    def answering(self) -> bool:
        """Whether all that comes is answer, so that nothing needs to be split any more."""
        return self._stage is _Stage.ANSWER

    def split(self, text: str) -> list[TextDelta | ReasoningDelta]:
        """Return what is certain so far; a possible half of a tag is held back."""
        events: list[TextDelta | ReasoningDelta] = []
        text = self._held + text
        self._held = ""
        if self._stage is _Stage.BEFORE:
            text = self._open(text)
        if self._stage is _Stage.OPENED:
            text = text.lstrip("\n")
            if text:
                self._stage = _Stage.INSIDE
        if self._stage is _Stage.INSIDE:
            reasoning, text = self._inside(text)
            if reasoning:
                events.append(ReasoningDelta(reasoning))
        if self._stage is _Stage.CLOSED:
            text = text.lstrip()
            if text:
                self._stage = _Stage.ANSWER
        if self._stage is _Stage.ANSWER and text:
            events.append(TextDelta(text))
        return events

    def flush(self) -> list[TextDelta | ReasoningDelta]:
        """Return what was held back; the stream has ended."""
        held, self._held = self._held, ""
        if not held:
            return []
        return [ReasoningDelta(held) if self._stage is _Stage.INSIDE else TextDelta(held)]

    def _open(self, text: str) -> str:
        start = text.lstrip()
        if start.startswith(OPENING):
            self._stage = _Stage.OPENED
            return start[len(OPENING) :]
        if OPENING.startswith(start):  # blank, or the first letters of the tag
            self._held = text
            return ""
        self._stage = _Stage.ANSWER
        return text

    def _inside(self, text: str) -> tuple[str, str]:
        reasoning, tag, rest = text.partition(CLOSING)
        if tag:
            self._stage = _Stage.CLOSED
            return reasoning, rest
        for size in range(min(len(CLOSING) - 1, len(text)), 0, -1):
            if text.endswith(CLOSING[:size]):
                self._held = text[-size:]
                return text[:-size], ""
        return text, ""
