"""A round of calls: each has a result, whatever goes wrong."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel

from dost_ext.core.errors import Forbidden
from dost_ext.core.ids import new_id
from dost_ext.core.scopes import Principal
from dost_ext.core.wire import Request
from dost_ext.execution.schemas import Execution
from dost_ext.tools.schemas import Approval, ToolCall, ToolResult
from dost_ext.tools.toolbox import Place, Toolbox, Wanted, numbered

SOMEBODY = Principal(new_id(), "somebody", "user")


class Look(Request):
    at: str


class Looking:
    """A tool that says who looks at what."""

    name = "look"
    description = "Look at something."
    arguments: type[BaseModel] = Look

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure

    def foresees(self, arguments: Any) -> bool:
        return True

    async def call(self, place: Place, arguments: Any) -> ToolResult:
        if self.failure is not None:
            raise self.failure
        content = f"{place.principal.role} sees {arguments.at}"
        return ToolResult(content=content, is_error=False)


class Hearing:
    """A listener that allows, declines or does not answer."""

    def __init__(self, decision: bool | None = None) -> None:
        self.decision = decision
        self.results: dict[str, ToolResult] = {}

    def called(self, call: ToolCall) -> None: ...

    async def asked(self, call_id: str) -> bool | None:
        return self.decision

    def ran(self, execution: Execution) -> None: ...

    def answered(self, call_id: str, result: ToolResult) -> None:
        self.results[call_id] = result


def result_of(
    name: str = "look",
    arguments: str = '{"at": "sky"}',
    *,
    tool: Looking | None = None,
    approval: Approval = "never",
    decision: bool | None = None,
    renewed: Principal | Exception = SOMEBODY,
) -> ToolResult:
    """What comes of one call."""

    async def approvals(user_id: UUID, name: str) -> Approval:
        return approval

    async def renewal(principal: Principal, name: str) -> Principal:
        if isinstance(renewed, Exception):
            raise renewed
        return renewed

    listener = Hearing(decision)
    toolbox = Toolbox(SOMEBODY, [tool or Looking()], approvals, renewal)
    call = ToolCall(id="a", name=name, arguments=arguments)
    said = asyncio.run(toolbox.work(new_id(), "", [call], listener))
    result = listener.results["a"]
    assert said[-1] == {"role": "tool", "tool_call_id": "a", "content": result.content}
    return result


def test_a_call_is_made() -> None:
    assert result_of() == ToolResult(content="user sees sky", is_error=False)


@pytest.mark.parametrize("approval", ["ask", "always"])
def test_a_call_that_needs_it_is_made_once_it_is_allowed(approval: Approval) -> None:
    assert not result_of(approval=approval, decision=True).is_error
    assert "did not allow" in result_of(approval=approval, decision=False).content
    assert "did not answer" in result_of(approval=approval, decision=None).content


def test_who_one_is_when_the_call_is_made_counts() -> None:
    now = Principal(SOMEBODY.user_id, "somebody", "admin")
    assert result_of(renewed=now).content == "admin sees sky"
    refused = result_of(renewed=Forbidden("Your account may not look."))
    assert refused == ToolResult(content="Your account may not look.", is_error=True)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"name": "fly"}, "There is no tool 'fly'. There is: look."),
        ({"arguments": "{"}, "Invalid JSON"),
        ({"arguments": ""}, "at: Field required"),
        ({"arguments": "[]"}, "should be an object"),
        ({"arguments": '{"at": 5}'}, "at: Input should be a valid string"),
    ],
)
def test_what_cannot_be_called_is_said(call: dict[str, Any], said: str) -> None:
    result = result_of(**call)
    assert result.is_error
    assert said in result.content


def test_a_tool_that_fails_tells_the_model_and_no_secrets() -> None:
    result = result_of(tool=Looking(RuntimeError("secret")))
    assert result.is_error
    assert "secret" not in result.content


def test_a_tool_is_told_of_as_models_read_it() -> None:
    async def never(*_: Any) -> Any: ...

    (spec,) = Toolbox(SOMEBODY, [Looking()], never, never).specs()
    assert spec["function"] == {
        "name": "look",
        "description": "Look at something.",
        "parameters": {
            "type": "object",
            "properties": {"at": {"type": "string"}},
            "required": ["at"],
            "additionalProperties": False,
        },
    }


def test_every_call_gets_an_id_of_its_own() -> None:
    wanted = [Wanted("a", "x", ""), Wanted("b", "x", ""), Wanted("", "x", ""), Wanted("b", "x", "")]
    wanted.append(Wanted("x" * 20_000, "x", ""))
    ids = [one.id for one in numbered(wanted, ["a"], at=7, round_=2)]
    assert ids[1] == "b"
    assert len({"a", *ids}) == 6
    assert max(map(len, ids)) < 100
