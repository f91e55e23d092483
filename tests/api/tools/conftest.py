"""Somebody whose models run code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.client import Answer, Client
from tests.support.code import Coder
from tests.support.fake_control import FakeControl
from tests.support.owner import let_models_run_code
from tests.support.sse import Event

RUN_CODE = ["run_code"]
Act = Callable[[Event, Answer], object]


def call(code: str) -> list[dict[str, Any]]:
    """A call that a scripted model makes."""
    return [{"name": "run_code", "arguments": {"code": code}}]


class Agent:
    """Somebody with a conversation and a model that runs code."""

    def __init__(self, coder: Coder, fake: FakeControl) -> None:
        self.coder = coder
        self.client = coder.client
        self.fake = fake
        self.conversation_id = coder.conversation_id

    def lets(self, approval: str) -> None:
        """Choose whether code is asked for."""
        let_models_run_code(self.client, approval)

    def scripts(self, *rounds: dict[str, Any]) -> None:
        """What the model says, round by round."""
        for one in rounds:
            self.fake.queue(**one)

    def asks(self, content: str = "Go", **fields: Any) -> Answer:
        """A whole turn with the tool."""
        body = {"conversation_id": self.conversation_id, "tools": RUN_CODE, **fields}
        if "regenerate" in fields or "continue" in fields:
            return self.client.ask(**body)
        return self.client.ask(content, **body)

    def acts(self, event: str, act: Act, content: str = "Go", **fields: Any) -> Answer:
        """A turn, to whose events of that name something is done."""
        body = {"conversation_id": self.conversation_id, "tools": RUN_CODE, **fields}
        answer = Answer()
        with self.client.sending(content, **body) as events:
            for one in events:
                answer.events.append(one)
                if one.name == event:
                    act(one, answer)
        return answer

    def decides(self, *, approve: bool) -> Act:
        """What answers an `approval`."""

        def decide(event: Event, answer: Answer) -> None:
            decision = {"tool_call_id": event.data["tool_call_id"], "approve": approve}
            self.client.ok("POST", f"runs/{answer.run['run_id']}/approve", json=decision)

        return decide


def data_of(answer: Answer, event: str) -> list[dict[str, Any]]:
    """What the events of a name said."""
    return [dict(one.data) for one in answer.events if one.name == event]


@pytest.fixture
def agent(admin: Client, fake: FakeControl) -> Iterator[Agent]:
    """A conversation of somebody who lets models run code by themselves."""
    coder = Coder(admin)
    agent = Agent(coder, fake)
    agent.lets("never")
    yield agent
    admin.delete(f"conversations/{coder.conversation_id}")
