"""One model's answer, from its stream of typed events into a live run."""

from __future__ import annotations

import logging
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from dost_ext.chat.live import LiveRun
from dost_ext.chat.schemas import MOST_CHARACTERS, Status
from dost_ext.core.errors import DostError, UpstreamFailed
from dost_ext.core.storable import storable
from dost_ext.models.client import ChatRequest, ModelClient
from dost_ext.models.events import (
    Finished,
    ModelEvent,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    UsageReport,
)

log = logging.getLogger("dost")

# What JSON carries exactly everywhere (RFC 8259, section 6).
MOST_TOKENS = 2**53 - 1
# OpenAI's own bound on the tools of a request.
MOST_TOOL_CALLS = 128


@dataclass(slots=True)
class Outcome:
    """How a generation ended."""

    status: Status
    error: DostError | None = None
    tokens: dict[str, Any] = field(default_factory=dict)
    tool_calls: list[dict[str, Any]] = field(default_factory=list)


async def generate(live: LiveRun, client: ModelClient, request: ChatRequest) -> Outcome:
    """Let the model answer into `live`. What it said stays there, however it ends.

    Raises only CancelledError, when the run is stopped.
    """
    outcome = Outcome("complete")
    room = MOST_CHARACTERS
    try:
        async with aclosing(client.stream(request)) as events:
            async for event in events:
                room -= _length(event)
                if room < 0:
                    raise _endless()
                match event:
                    case TextDelta(text):
                        live.say(text)
                    case ReasoningDelta(text):
                        live.say(text, "reasoning")
                    case ToolCallDelta():
                        _add_tool_call(outcome.tool_calls, event)
                    case UsageReport(prompt_tokens, completion_tokens):
                        outcome.tokens["prompt_tokens"] = _sensible(prompt_tokens)
                        outcome.tokens["completion_tokens"] = _sensible(completion_tokens)
                    case Finished(reason):
                        outcome.tokens["finish_reason"] = reason
    except DostError as error:
        outcome.status, outcome.error = "error", error
    except Exception:
        log.exception("run %s failed", live.id)
        outcome.status, outcome.error = "error", DostError("dost failed while the model answered.")
    for call in outcome.tool_calls:
        live.emit("tool_call", call)
    return outcome


def _add_tool_call(calls: list[dict[str, Any]], piece: ToolCallDelta) -> None:
    if not 0 <= piece.index < MOST_TOOL_CALLS:
        return
    while len(calls) <= piece.index:
        calls.append({"id": "", "name": "", "arguments": ""})
    call = calls[piece.index]
    call["id"] = call["id"] or storable(piece.id)
    call["name"] = call["name"] or storable(piece.name)
    call["arguments"] += storable(piece.arguments)


def _length(event: ModelEvent) -> int:
    match event:
        case TextDelta(text) | ReasoningDelta(text):
            return len(text)
        case ToolCallDelta():
            return len(event.id) + len(event.name) + len(event.arguments)
    return 0


def _endless() -> UpstreamFailed:
    return UpstreamFailed(
        f"The answer passed {MOST_CHARACTERS:,} characters, so it was stopped. "
        "What came before is kept.",
        code="upstream_endless",
    )


def _sensible(tokens: int) -> int:
    return min(max(tokens, 0), MOST_TOKENS)
