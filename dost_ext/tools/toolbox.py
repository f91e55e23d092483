"""What a model may use in one run, and the work that its calls make: a round of the tool loop."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel, ValidationError

from dost_ext.core.errors import DostError
from dost_ext.core.ids import new_id
from dost_ext.core.scopes import Principal
from dost_ext.core.storable import storable
from dost_ext.execution.schemas import Execution
from dost_ext.rag.grounding.schemas import Citation
from dost_ext.tools.calls import Spoken, call_messages, short_id
from dost_ext.tools.schemas import LONGEST_ID, Approval, ToolCall, ToolResult

log = logging.getLogger("dost")

# A model that calls tools this often for one answer goes round in circles.
MOST_ROUNDS = 25
LIMIT = f"It was not done: after {MOST_ROUNDS} rounds the answer ends here."
DECLINED = "The user did not allow this. Do not try it again; ask what they want instead."
NOBODY = "The user was asked whether this may be done and did not answer."
UNKNOWN = "There is no tool {!r:.80}. There is: {}."
UNREADABLE = "The arguments are not as the tool takes them: {}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call as a model's stream brought it."""

    id: str
    name: str
    arguments: str


class Listener(Protocol):
    """Who keeps an answer's calls and tells of them."""

    def called(self, call: ToolCall) -> None:
        """The model calls a tool."""

    async def asked(self, call_id: str) -> bool | None:
        """Ask the user whether a call may be made; None where nobody answers."""

    def ran(self, execution: Execution) -> None:
        """Code of the answer begins to run, or has ended."""

    def cited(self, found: Sequence[Citation]) -> Sequence[Citation]:
        """The answer may cite these from now on: they come back with their numbers."""

    def answered(self, call_id: str, result: ToolResult) -> None:
        """A call has its result."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose call it is, of which message, and who hears of it."""

    principal: Principal
    message_id: UUID
    call_id: str
    listener: Listener


@dataclass(frozen=True, slots=True)
class Asked:
    """The turn that tools are offered for."""

    # None where a new conversation begins.
    conversation_id: UUID | None = None
    # Of pages that the user named; tools add those that they find.
    addresses: set[str] = field(default_factory=set)


class OfferedTool(Protocol):
    """A tool that a model is told of."""

    name: str
    description: str
    arguments: type[BaseModel]

    def foresees(self, arguments: Any) -> bool:
        """Whether who lets the tool be used by itself means such a call as well."""

    async def call(self, place: Place, arguments: Any) -> ToolResult:
        """Do what is asked. Raises `DostError` where it cannot be done."""


# How somebody wants a tool's calls approved now.
Approvals = Callable[[UUID, str], Awaitable[Approval]]
# Who somebody is now, if they may still use a tool: a role may be taken away while a run goes on.
Renewal = Callable[[Principal, str], Awaitable[Principal]]


class Toolbox:
    """The tools of one run."""

    def __init__(
        self,
        principal: Principal,
        tools: Sequence[OfferedTool],
        approvals: Approvals,
        renewal: Renewal,
    ) -> None:
        self._principal = principal
        self._tools: Mapping[str, OfferedTool] = {tool.name: tool for tool in tools}
        self._approvals = approvals
        self._renewal = renewal

    def specs(self) -> list[dict[str, Any]]:
        """The tools as a model is told of them, in OpenAI's shape."""
        return [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": _parameters(tool.arguments),
                },
            }
            for tool in self._tools.values()
        ]

    async def work(
        self, message_id: UUID, said: str, calls: Sequence[ToolCall], listener: Listener
    ) -> list[Spoken]:
        """Make a round's calls, one after the other; what the model reads of it in the next.

        `calls` are those that `listener` was told of. What goes wrong is a result as well.
        """
        done = []
        for call in calls:
            place = Place(self._principal, message_id, call.id, listener)
            result = await self._result(place, call)
            listener.answered(call.id, result)
            done.append(call.model_copy(update={"result": result}))
        return call_messages(said, done)

    def refuse(self, calls: Sequence[ToolCall], listener: Listener) -> None:
        """Answer the calls of a round too many."""
        for call in calls:
            listener.answered(call.id, ToolResult(content=LIMIT, is_error=True))

    async def _result(self, place: Place, call: ToolCall) -> ToolResult:
        try:
            return await self._called(place, call)
        except DostError as error:
            return ToolResult(content=error.detail, is_error=True)
        except Exception:
            log.exception("the call %s of %s failed", call.id, call.name)
            return ToolResult(content="dost failed while it did this.", is_error=True)

    async def _called(self, place: Place, call: ToolCall) -> ToolResult:
        tool = self._tools.get(call.name)
        if tool is None:
            names = ", ".join(self._tools)
            return ToolResult(content=UNKNOWN.format(call.name, names), is_error=True)
        try:
            arguments = tool.arguments.model_validate_json(call.arguments or "{}")
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, one['loc'])) or 'all'}: {one['msg']}" for one in error.errors()
            )
            return ToolResult(content=storable(UNREADABLE.format(problems)), is_error=True)
        approval = await self._approvals(self._principal.user_id, tool.name)
        if approval != "never" or not tool.foresees(arguments):
            allowed = await place.listener.asked(call.id)
            if not allowed:
                content = NOBODY if allowed is None else DECLINED
                return ToolResult(content=content, is_error=True)
        principal = await self._renewal(place.principal, tool.name)
        return await tool.call(replace(place, principal=principal), arguments)


def numbered(
    wanted: Sequence[Wanted], taken: Iterable[str], *, at: int, round_: int
) -> list[ToolCall]:
    """A round's calls, each with an id that is not among those `taken` in the conversation.

    Some servers give none, or begin anew with each round.
    """
    known = set(taken)
    calls = []
    for one in wanted:
        fits = 0 < len(one.id) <= LONGEST_ID and one.id not in known
        call_id = one.id if fits else short_id(new_id().hex)
        known.add(call_id)
        calls.append(
            ToolCall(id=call_id, name=one.name, arguments=one.arguments, at=at, round=round_)
        )
    return calls


def _parameters(arguments: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a tool's arguments, without what no model reads."""
    schema = arguments.model_json_schema()
    properties = {
        name: {key: value for key, value in field.items() if key != "title"}
        for name, field in schema.get("properties", {}).items()
    }
    return {
        "type": "object",
        "properties": properties,
        "required": schema.get("required", []),
        "additionalProperties": False,
    }
