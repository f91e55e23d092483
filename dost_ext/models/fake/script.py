"""What the fake model is told to do with one request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Fault = Literal[
    "refused",  # the connection is dropped without an answer
    "timeout",  # no answer ever comes
    "401",
    "404",
    "429",
    "500",
    "cut",  # the connection ends in the middle of the answer
    "malformed",  # a piece that is not JSON
    "silence",  # the answer begins, then nothing more comes
    "error_in_stream",  # an error object inside an answer that began with 200
]

DEFAULT_TOKENS = 100
DEFAULT_PACE = 50.0
LOREM = (
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt "
    "ut labore et dolore magna aliqua."
)


class ScriptedCall(BaseModel):
    """A tool call that the fake model makes."""

    model_config = ConfigDict(extra="forbid")

    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class Script(BaseModel):
    """One answer, with its pace and its fault.

    A token is a word with the space before it, and each is a chunk of its own. ``tokens`` alone
    makes an answer of that many words. Without ``tokens_per_second`` all tokens come at once.
    """

    model_config = ConfigDict(extra="forbid")

    reply: str | None = None
    reasoning: str = ""
    tokens: int | None = Field(default=None, ge=0)
    tokens_per_second: float | None = Field(default=None, gt=0)
    first_token_delay: float = Field(default=0.0, ge=0, description="seconds")
    tool_calls: list[ScriptedCall] = Field(default_factory=list)
    fault: Fault | None = None
    after: int = Field(default=0, ge=0, description="tokens before the fault, where it is mid-way")
    retry_after: float | None = Field(default=None, description="the header of a 429")
    times: int = Field(default=1, ge=1, description="requests that a queued script serves")
    then: list[Script] = Field(
        default_factory=list,
        description="the answers once tools have given results, round by round",
    )

    def round(self, number: int) -> Script:
        """The answer of a round: of the first (0) itself; after the last, the last."""
        return [self, *self.then][min(number, len(self.then))]

    def answer_tokens(self) -> list[str]:
        """The tokens of the answer."""
        if self.reply is None:
            return list(islice(_lorem(), self.tokens or 0))
        return split_tokens(self.reply)[: self.tokens]

    def reasoning_tokens(self) -> list[str]:
        """The tokens of the reasoning, which come before the answer."""
        return split_tokens(self.reasoning)


def split_tokens(text: str) -> list[str]:
    """Cut text into words, each with the white space before it; joined they are the text."""
    return re.findall(r"\s*\S+|\s+$", text)


def script_for(
    model: str, last_user_text: str, pace: float, pictures: Sequence[str] = (), rounds: int = 0
) -> Script:
    """What a model does when no script is queued.

    ``echo`` says the user's words; ``lorem`` says ``DEFAULT_TOKENS`` words at ``pace``; ``script``
    reads the user's message as a script in JSON, or else says it as ``echo`` does; ``vision`` says
    which pictures came, then the words. ``rounds`` is how often the model has called tools since.
    """
    if model == "vision":
        return Script(
            reply=" ".join([f"I see {', '.join(pictures) or 'nothing'}.", last_user_text])
        )
    if model == "lorem":
        return Script(tokens=DEFAULT_TOKENS, tokens_per_second=pace)
    if model == "script":
        try:
            return Script.model_validate_json(last_user_text).round(rounds)
        except ValidationError:
            pass
    return Script(reply=last_user_text)


def _lorem() -> Iterator[str]:
    words = LOREM.split()
    yield words[0]
    for word in islice(cycle(words), 1, None):
        yield f" {word}"
