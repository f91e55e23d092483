"""One model's answer, from its stream of typed events into a live run."""

from __future__ import annotations

import logging
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from dost_ext.chat.live import LiveRun
from dost_ext.chat.schemas import Status
from dost_ext.core.errors import DostError
from dost_ext.models.client import ChatRequest, ModelClient
from dost_ext.models.events import (
    Finished,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    UsageReport,
)

log = logging.getLogger("dost")


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
    try:
        async with aclosing(client.stream(request)) as events:
            async for event in events:
                match event:
                    case TextDelta(text):
                        live.say(text)
                    case ReasoningDelta(text):
                        live.say(text, "reasoning")
                    case ToolCallDelta():
                        _add_tool_call(outcome.tool_calls, event)
                    case UsageReport(prompt_tokens, completion_tokens):
                        outcome.tokens["prompt_tokens"] = prompt_tokens
                        outcome.tokens["completion_tokens"] = completion_tokens
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
    while len(calls) <= piece.index:
        calls.append({"id": "", "name": "", "arguments": ""})
    call = calls[piece.index]
    call["id"] = call["id"] or piece.id
    call["name"] = call["name"] or piece.name
    call["arguments"] += piece.arguments
