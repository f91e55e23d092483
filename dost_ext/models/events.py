"""What a model says while it answers, as one small union of typed events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FinishReason = Literal["stop", "length", "tool_calls", "content_filter"]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """The next piece of what the model thinks before it answers."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """The next piece of a tool call; pieces with one ``index`` belong together.

    ``id`` and ``name`` come once, with the first piece, and are empty afterwards;
    ``arguments`` is a fragment of JSON text.
    """

    index: int
    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class UsageReport:
    """How many tokens the provider counted; comes at most once, before ``Finished``."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is whole; always the last event of a stream that did not fail."""

    reason: FinishReason


ModelEvent = TextDelta | ReasoningDelta | ToolCallDelta | UsageReport | Finished
