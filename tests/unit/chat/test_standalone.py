"""Follow-up questions, said in full by a model or put after the question before; long ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from dost_ext.chat.history import Said
from dost_ext.chat.standalone import LONGEST, LONGEST_END, in_short, standing_alone
from dost_ext.core.errors import UpstreamFailed
from dost_ext.models.client import ChatRequest
from dost_ext.models.events import Finished, ModelEvent, TextDelta, UsageReport

BEFORE = [
    Said("user", "When was the harbour of Norburg built?", [], []),
    Said("assistant", "It was built in 1871.", [], []),
]
FOLLOW_UP = "And how long is its mole?"
FULL = "How long is the mole of the harbour of Norburg?"


class Says:
    """A model that says one thing; the requests that it was sent are kept."""

    def __init__(self, *texts: str, error: Exception | None = None) -> None:
        self._texts = texts
        self._error = error
        self.requests: list[ChatRequest] = []
        self.read = 0

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        self.requests.append(request)
        if self._error is not None:
            raise self._error
        for text in self._texts:
            self.read += 1
            yield TextDelta(text)
        yield UsageReport(50, 12)
        yield Finished("stop")


def said_in_full(model: Says | None, tokens: dict[str, Any] | None = None) -> str:
    return asyncio.run(
        standing_alone(model, "m", BEFORE, FOLLOW_UP, {} if tokens is None else tokens)
    )


@pytest.mark.parametrize("quote", ["{}", "“{}”", '"{}"', " {}\n"])
def test_the_model_says_it_in_full(quote: str) -> None:
    assert said_in_full(Says(quote.format(FULL))) == FULL


def test_it_reads_the_conversation_and_is_paid_for() -> None:
    model, tokens = Says(FULL), {"prompt_tokens": 1}
    said_in_full(model, tokens)
    (told,) = [one["content"] for one in model.requests[0].messages]
    assert "User: When was the harbour" in told
    assert "Assistant: It was built in 1871." in told
    assert f"User: {FOLLOW_UP}" in told
    assert tokens == {"prompt_tokens": 51, "completion_tokens": 12}


@pytest.mark.parametrize(
    "model",
    [
        None,
        Says(""),
        Says("340 metres, according to Wikipedia and the guide's second chapter."),
        Says("Here is the question:\n" + FULL),
        Says(error=UpstreamFailed("It is down.")),
    ],
    ids=["none", "nothing", "an answer", "talk", "failure"],
)
def test_where_it_does_not_the_question_before_stands_before_it(model: Says | None) -> None:
    assert said_in_full(model) == f"{BEFORE[0].content}\n{FOLLOW_UP}"


def test_a_model_that_talks_on_is_not_listened_to() -> None:
    model = Says(*["How long is the mole of it? "] * 1000)
    assert said_in_full(model) == f"{BEFORE[0].content}\n{FOLLOW_UP}"
    assert model.read < 2 * LONGEST / 20


def test_a_first_question_stays_as_it_is() -> None:
    model = Says(FULL)
    assert asyncio.run(standing_alone(model, "m", [], FOLLOW_UP, {})) == FOLLOW_UP
    assert model.requests == []


LONG = "The keeper of the harbour of Norburg writes this down. " * 200
SHORT = "Who was the keeper of the harbour of Norburg?"


def test_a_long_question_is_said_in_short_by_its_beginning_and_its_end() -> None:
    model = Says(SHORT)
    question = f"First of all: {LONG} Who was that keeper?"
    assert asyncio.run(in_short(model, "m", question, {})) == SHORT
    (told,) = [one["content"] for one in model.requests[0].messages]
    assert "First of all" in told
    assert "Who was that keeper?" in told
    assert len(told) < 2 * LONGEST_END + 500


@pytest.mark.parametrize("model", [None, Says(""), Says("I cannot help with this request.")])
def test_a_long_question_that_no_model_says_in_short_stays_as_it_is(model: Says | None) -> None:
    assert asyncio.run(in_short(model, "m", LONG, {})) == LONG
