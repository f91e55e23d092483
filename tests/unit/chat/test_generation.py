"""A model may say anything; what is kept of it is always storable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

from dost_ext.chat import schemas
from dost_ext.chat.generation import MOST_TOKENS, Outcome, generate
from dost_ext.chat.live import LiveRun
from dost_ext.chat.schemas import MOST_CHARACTERS
from dost_ext.core.ids import new_id
from dost_ext.core.params import ChatParams
from dost_ext.models.client import ChatRequest
from dost_ext.models.events import Finished, ModelEvent, TextDelta, ToolCallDelta, UsageReport
from dost_ext.tools.schemas import ToolCall

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Says:
    """A model that says these events."""

    def __init__(self, *events: ModelEvent) -> None:
        self._events = events

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        for event in self._events:
            yield event


def fresh_run() -> LiveRun:
    message_id, conversation_id = new_id(), new_id()
    message = schemas.Message(
        id=message_id,
        conversation_id=conversation_id,
        parent_id=None,
        role="assistant",
        content="",
        status="streaming",
        created_at=NOW,
    )
    run = schemas.Run(
        id=new_id(),
        conversation_id=conversation_id,
        message_id=message_id,
        model="fake/echo",
        status="streaming",
        created_at=NOW,
        ended_at=None,
    )
    return LiveRun(message, run, new_id())


def outcome_of(*events: ModelEvent) -> tuple[Outcome, LiveRun]:
    async def run() -> tuple[Outcome, LiveRun]:
        live = fresh_run()
        return await generate(live, Says(*events), ChatRequest("x", [], ChatParams()), None), live

    return asyncio.run(run())


def test_a_tool_call_holds_nothing_that_a_database_refuses() -> None:
    call = ToolCallDelta(0, "\x00id", "na\x00me", '{"a":"\ud800"}')
    _, live = outcome_of(call, Finished("tool_calls"))
    assert live.calls.items == [ToolCall(id="\ufffdid", name="na\ufffdme", arguments='{"a":"?"}')]


def test_calls_that_share_an_index_are_told_apart_by_their_ids() -> None:
    pieces = [
        ToolCallDelta(0, "a", "look", '{"at":'),
        ToolCallDelta(0, "", "", "1}"),
        ToolCallDelta(0, "b", "look", '{"at":'),
        ToolCallDelta(0, "b", "", "2}"),
        ToolCallDelta(1, "c", "look", "{}"),
    ]
    _, live = outcome_of(*pieces, Finished("tool_calls"))
    made = [(call.id, call.arguments) for call in live.calls.items]
    assert made == [("a", '{"at":1}'), ("b", '{"at":2}'), ("c", "{}")]


def test_a_count_of_tokens_is_one_that_json_can_carry() -> None:
    outcome, _ = outcome_of(UsageReport(10**30, -5), Finished("stop"))
    assert outcome.tokens["prompt_tokens"] == MOST_TOKENS
    assert outcome.tokens["completion_tokens"] == 0


def test_an_endless_answer_is_stopped_and_kept() -> None:
    piece = "x" * 1_000_000
    outcome, live = outcome_of(*[TextDelta(piece)] * 8)
    assert (outcome.status, outcome.error and outcome.error.code) == ("error", "upstream_endless")
    live.flush()
    assert len(live.content()) == MOST_CHARACTERS
