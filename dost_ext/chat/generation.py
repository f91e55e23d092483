"""One model's answer, from its streams of typed events into a live run.

A model that has tools may stop to call some; it goes on once it can read what came of them. What
it says between two such stops is a round.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from itertools import count
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
from dost_ext.tools.calls import ids_in, units
from dost_ext.tools.toolbox import MOST_ROUNDS, Toolbox, Wanted, numbered

log = logging.getLogger("dost")

# What JSON carries exactly everywhere (RFC 8259, section 6).
MOST_TOKENS = 2**53 - 1
# OpenAI's own bound on the tools of a request.
MOST_TOOL_CALLS = 128
# Why an answer ended that would have gone on calling tools.
ROUNDS = "rounds"


@dataclass(slots=True)
class Outcome:
    """How a generation ended."""

    status: Status
    error: DostError | None = None
    tokens: dict[str, Any] = field(default_factory=dict)


# What is done for an answer before its model is asked: it gives what the model is asked then, and
# adds what it cost.
Preparation = Callable[[ChatRequest, dict[str, Any]], Awaitable[ChatRequest]]


async def generate(
    live: LiveRun,
    client: ModelClient,
    request: ChatRequest,
    toolbox: Toolbox | None,
    prepare: Preparation | None = None,
) -> Outcome:
    """Let the model answer into `live`. What it said stays there, however it ends.

    Raises only CancelledError, when the run is stopped.
    """
    outcome = Outcome("complete")
    try:
        if prepare is not None:
            request = await prepare(request, outcome.tokens)
        await _Generation(live, client, toolbox, outcome.tokens).run(request)
    except DostError as error:
        outcome.status, outcome.error = "error", error
    except Exception:
        log.exception("run %s failed", live.id)
        outcome.status, outcome.error = "error", DostError("dost failed while the model answered.")
    return outcome


class _Generation:
    def __init__(
        self,
        live: LiveRun,
        client: ModelClient,
        toolbox: Toolbox | None,
        tokens: dict[str, Any],
    ) -> None:
        self._live = live
        self._client = client
        self._toolbox = toolbox
        self._tokens = tokens
        self._room = MOST_CHARACTERS

    async def run(self, request: ChatRequest) -> None:
        """Round after round, until the model calls no tool any more."""
        live = self._live
        for number in count(1):
            made = live.calls.items
            spoken = _Round(live, apart=bool(made) and made[-1].at >= units(live.content()))
            await self._speak(request, spoken)
            live.flush()
            taken = {*ids_in(request.messages), *(call.id for call in made)}
            at, round_ = units(live.content()), made[-1].round + 1 if made else 0
            calls = numbered(spoken.wanted(), taken, at=at, round_=round_)
            for call in calls:
                live.calls.called(call)
            if not calls or self._toolbox is None:
                return
            if number > MOST_ROUNDS:
                self._toolbox.refuse(calls, live.calls)
                self._tokens["finish_reason"] = ROUNDS
                return
            said = spoken.text()
            more = await self._toolbox.work(live.message.id, said, calls, live.calls)
            request = replace(request, messages=[*request.messages, *more])

    async def _speak(self, request: ChatRequest, spoken: _Round) -> None:
        async with aclosing(self._client.stream(request)) as events:
            async for event in events:
                self._room -= _length(event)
                if self._room < 0:
                    raise _endless()
                match event:
                    case TextDelta(text):
                        spoken.say(text, "delta")
                    case ReasoningDelta(text):
                        spoken.say(text, "reasoning")
                    case ToolCallDelta():
                        if self._toolbox is not None and not spoken.calls:
                            self._live.emit("status", {"stage": "tool_call", "detail": event.name})
                        spoken.add_call(event)
                    case UsageReport(prompt_tokens, completion_tokens):
                        self._count("prompt_tokens", prompt_tokens)
                        self._count("completion_tokens", completion_tokens)
                    case Finished(reason):
                        self._tokens["finish_reason"] = reason

    def _count(self, name: str, tokens: int) -> None:
        """Each round is paid for."""
        self._tokens[name] = _sensible(self._tokens.get(name, 0) + _sensible(tokens))


class _Round:
    """What a model says until it calls tools, or ends."""

    def __init__(self, live: LiveRun, *, apart: bool) -> None:
        self._live = live
        # Rounds stand in one text: a blank line keeps one apart from the calls before it.
        self._gaps = {"delta", "reasoning"} if apart else set[str]()
        self._said: list[str] = []
        self.calls: list[dict[str, str]] = []
        # Where in `calls` the pieces with an index belong.
        self._places: dict[int, int] = {}

    def say(self, text: str, event: str) -> None:
        """Put text to the answer or the reasoning."""
        if event == "delta":
            self._said.append(text)
        if text and event in self._gaps:
            self._gaps.discard(event)
            live = self._live
            live.flush()
            before = live.content() if event == "delta" else live.reasoning() or ""
            text = f"\n\n{text}" if before.strip() else text
        self._live.say(text, event)

    def add_call(self, piece: ToolCallDelta) -> None:
        """Put a piece of a call to what there is of it."""
        named = storable(piece.id)
        place = self._places.get(piece.index)
        # Some servers give every call the same index; then their ids tell them apart.
        if place is None or (named and self.calls[place]["id"] not in ("", named)):
            if len(self.calls) == MOST_TOOL_CALLS:
                return
            place = self._places[piece.index] = len(self.calls)
            self.calls.append({"id": "", "name": "", "arguments": ""})
        call = self.calls[place]
        call["id"] = call["id"] or named
        call["name"] = call["name"] or storable(piece.name)
        call["arguments"] += storable(piece.arguments)

    def text(self) -> str:
        """All that was said."""
        return "".join(self._said)

    def wanted(self) -> list[Wanted]:
        """The calls, without places that the model left empty."""
        return [Wanted(**call) for call in self.calls if call["name"] or call["arguments"]]


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
