"""How a model is told in which way to answer once more."""

from __future__ import annotations

from typing import Any

AGAIN = (
    "Answer my last message again. The new answer takes the place of the old one, so give all of "
    "it and do not speak about the change. What I want of it: {hint}"
)


def with_hint(said: list[dict[str, Any]], earlier: str, hint: str) -> list[dict[str, Any]]:
    """What the model reads: the conversation, the earlier answer, and the hint as a turn after it.

    "Shorter" means nothing without the answer that was too long. Where there is none, the hint
    ends the prompt: two turns of one speaker in a row are refused by some models.
    """
    again = AGAIN.format(hint=hint)
    if earlier:
        said = [*said, {"role": "assistant", "content": earlier}]
    if said and said[-1]["role"] == "user":
        return [*said[:-1], {"role": "user", "content": _longer(said[-1]["content"], again)}]
    return [*said, {"role": "user", "content": again}]


def _longer(content: str | list[dict[str, Any]], words: str) -> str | list[dict[str, Any]]:
    """A prompt with words at its end; one with pictures is a list of parts."""
    if isinstance(content, str):
        return f"{content}\n\n{words}"
    return [*content, {"type": "text", "text": words}]
