"""The calls of tools in an answer that is being written."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import orjson

from dost_ext.execution.schemas import Execution
from dost_ext.rag.grounding.schemas import Citation
from dost_ext.tools.calls import calls_of
from dost_ext.tools.schemas import ToolCall, ToolResult

# Whoever is asked may be away; the run waits for them this long.
PATIENCE_SECONDS = 3600.0
# Events are kept twice, in memory and in the log: more outputs than these come with the message.
MOST_IN_EVENTS = 1_000_000
# What is more comes when the conversation is read: it would hold up everybody's answers.
MOST_IN_MESSAGE = 20_000_000
LEFT_OUT = "… This output is large. Open the chat anew to see it.\n"

Emit = Callable[[str, dict[str, Any]], None]
Cite = Callable[[Sequence[Citation]], Sequence[Citation]]


class LiveCalls:
    """Keeps an answer's calls, tells of them and asks for them. A toolbox's listener."""

    def __init__(self, emit: Emit, cite: Cite, before: Sequence[ToolCall]) -> None:
        self.items = list(before)
        self._emit = emit
        # Has the answer cite more, and gives that back under its numbers.
        self.cited = cite
        self._asked: dict[str, asyncio.Future[bool]] = {}
        self._executions: dict[UUID, Execution] = {}
        self._in_events = 0
        self._in_message = 0

    def called(self, call: ToolCall) -> None:
        """The model calls a tool."""
        self._tell("tool_call", call.model_dump(exclude={"approval", "result"}))

    async def asked(self, call_id: str) -> bool | None:
        """Ask the user whether a call may be made; None where nobody answers in time."""
        decision: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._asked[call_id] = decision
        self._tell("approval", {"tool_call_id": call_id})
        try:
            # Not `wait_for`: it would swallow a stop that comes together with the decision.
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await decision
        except TimeoutError:
            return None
        finally:
            del self._asked[call_id]

    def decide(self, call_id: str, *, allowed: bool) -> bool:
        """Say whether a call may be made; whether that was waited for."""
        decision = self._asked.get(call_id)
        if decision is None or decision.done():
            return False
        change(self.items, call_id, {"approval": "allowed" if allowed else "declined"})
        decision.set_result(allowed)
        return True

    def has(self, call_id: str) -> bool:
        """Whether it is a call of this answer."""
        return any(call.id == call_id for call in self.items)

    def ran(self, execution: Execution) -> None:
        """Code of the answer begins to run, or has ended."""
        shown = execution.model_dump(mode="json")
        size = len(orjson.dumps(shown["outputs"]))
        self._in_events += size
        self._in_message += size
        if self._in_events > MOST_IN_EVENTS:
            self._in_events -= size
            del shown["outputs"]
        if self._in_message > MOST_IN_MESSAGE:
            self._in_message -= size
            cut = {"output_type": "stream", "name": "stderr", "text": LEFT_OUT}
            execution = execution.model_copy(update={"outputs": [cut]})
        self._executions[execution.id] = execution
        self._emit("execution", shown)

    def answered(self, call_id: str, result: ToolResult) -> None:
        """A call has its result."""
        approval = next(call.approval for call in self.items if call.id == call_id)
        told = {"tool_call_id": call_id, **result.model_dump(), "approval": approval}
        self._tell("tool_result", told)

    def executions(self, before: Sequence[Execution] | None) -> list[Execution] | None:
        """What has run of the answer: in this run, and before."""
        others = [one for one in before or () if one.id not in self._executions]
        return [*others, *self._executions.values()] or None

    def _tell(self, event: str, data: dict[str, Any]) -> None:
        fold(self.items, event, data)
        self._emit(event, data)


def digest(call_id: str) -> str:
    """A call's id as it fits into a notification."""
    return hashlib.sha256(call_id.encode()).hexdigest()


def fold(calls: list[ToolCall], event: str, data: dict[str, Any]) -> None:
    """Have calls as they are after an event of a run's log."""
    if event == "tool_call":
        # Events of several answers in one response say whose they are besides.
        calls += calls_of([data])
    elif event == "approval":
        change(calls, data["tool_call_id"], {"approval": "asked"})
    elif event == "tool_result":
        result = ToolResult(content=data["content"], is_error=data["is_error"])
        changes = {"result": result, "approval": data.get("approval")}
        change(calls, data["tool_call_id"], changes)


def change(calls: list[ToolCall], call_id: str, values: dict[str, Any]) -> None:
    """Have one of the calls with other values."""
    for place, call in enumerate(calls):
        if call.id == call_id:
            calls[place] = call.model_copy(update=values)
