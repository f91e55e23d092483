"""Whatever a provider does, the run ends with a sentence and the text is kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.client import Client
from tests.support.fake_control import FakeControl

BEFORE_TEXT = {
    "refused": ("upstream_refused", "closed the connection"),
    "timeout": ("upstream_timeout", "did not answer within"),
    "401": ("upstream_unauthorized", "refused the API key"),
    "404": ("upstream_not_found", "does not know “echo”"),
    "429": ("upstream_rate_limited", "asked too often"),
    "500": ("upstream_error", "failed"),
}
MID_TEXT = {
    "cut": ("upstream_cut", "closed the connection before the answer was complete"),
    "malformed": ("upstream_malformed", "sent"),
    "silence": ("upstream_silent", "sent nothing for"),
    "error_in_stream": ("upstream_error", "ran out of imagination"),
}


def ended_by(user: Client, fake: FakeControl, fault: str, **script: Any) -> dict[str, Any]:
    """The saved message of a turn whose upstream fails."""
    fake.queue(fault=fault, times=20, **script)
    answer = user.ask("Tell me")
    fake.reset()
    assert answer.last.name == "error"
    message = answer.message
    assert message["status"] == "error"
    assert message["error"] == answer.last.data["problem"]
    assert message["content"] == answer.text
    assert user.tree(answer.conversation_id)["by_id"][message["id"]] == message
    assert user.run(answer.run["run_id"])["status"] == "error"
    assert user.rejoin(answer.run["run_id"]).events == answer.events
    return message


@pytest.mark.parametrize("fault", BEFORE_TEXT)
def test_a_fault_before_the_answer_is_told(user: Client, fake: FakeControl, fault: str) -> None:
    code, words = BEFORE_TEXT[fault]
    message = ended_by(user, fake, fault, retry_after=0)
    assert message["content"] == ""
    assert message["error"]["code"] == code
    assert words in message["error"]["detail"]
    assert (message["error"]["status"], message["error"]["title"]) == (502, "The model failed")


@pytest.mark.parametrize("fault", MID_TEXT)
def test_a_fault_in_the_answer_keeps_what_came(user: Client, fake: FakeControl, fault: str) -> None:
    code, words = MID_TEXT[fault]
    message = ended_by(user, fake, fault, reply="one two three four", after=3)
    assert message["content"] == "one two three"
    assert message["error"]["code"] == code
    assert words in message["error"]["detail"]


def test_a_rate_limit_that_passes_is_waited_out(user: Client, fake: FakeControl) -> None:
    fake.queue(fault="429", retry_after=0.1)
    assert user.ask("Patience").message["content"] == "Patience"


def test_one_model_that_fails_leaves_the_others_alone(user: Client, fake: FakeControl) -> None:
    fake.queue(fault="401")
    answer = user.ask("x", models=["fake/echo", "fake/echo"])
    endings = sorted(event.name for event in answer.events if event.name in ("done", "error"))
    assert endings == ["done", "error"]


def test_a_failed_turn_without_streaming_tells_the_same(user: Client, fake: FakeControl) -> None:
    fake.queue(fault="cut", reply="one two three", after=2)
    body = {"content": "x", "model": "fake/echo", "stream": False}
    message = user.ok("POST", "chat", json=body)["message"]
    assert (message["status"], message["content"]) == ("error", "one two")
    assert message["error"]["code"] == "upstream_cut"


def test_a_failed_answer_can_be_asked_for_again(user: Client, fake: FakeControl) -> None:
    fake.queue(fault="401")
    failed = user.ask("x")
    again = user.ask(conversation_id=failed.conversation_id, regenerate=failed.message["id"])
    assert again.message["status"] == "complete"
