"""What may be said to a model beside the messages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from dost_ext.core.wire import Request

StopSequence = Annotated[str, Field(min_length=1, max_length=200)]
SystemPrompt = Annotated[str, Field(max_length=200_000)]


class ChatParams(Request):
    """Sampling parameters; a field that is ``None`` is not sent, so the provider's default holds.

    Bounds are those of the OpenAI API, the widest of the providers we speak to.
    """

    model_config = ConfigDict(frozen=True)

    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, ge=0, le=1)
    max_tokens: int | None = Field(default=None, ge=1, le=10_000_000)
    seed: int | None = Field(default=None, ge=-(2**53) + 1, le=2**53 - 1)
    stop: list[StopSequence] | None = Field(default=None, max_length=16)
    presence_penalty: float | None = Field(default=None, ge=-2, le=2)
    frequency_penalty: float | None = Field(default=None, ge=-2, le=2)
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None
