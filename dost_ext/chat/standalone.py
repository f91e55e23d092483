"""Follow-up questions, said so that they can be understood without what came before.

"And the second one?" finds nothing in a document. The model that answers is asked to say it in
full; where it cannot, the question before is put before it.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from dost_ext.chat.history import Said
from dost_ext.core.errors import DostError
from dost_ext.models.client import ChatRequest, ModelClient
from dost_ext.models.events import TextDelta, UsageReport

log = logging.getLogger("dost")

SECONDS = 20.0
# What is remembered of the conversation: its end, and of each message the beginning.
MOST_MESSAGES = 6
LONGEST_MESSAGE = 800
LONGEST = 400
# Of the words of what a model says, so many must have been said in the conversation: else it has
# answered, or talks about something else.
LEAST_KNOWN = 0.5
# Words of one language are alike in their beginnings, whatever their endings.
STEM = 4
_WORD = re.compile(r"\w{4,}")

ASK = (
    "Here is the end of a conversation:\n\n{said}\n\nSay the user's last message as one question "
    "or request that can be understood without the conversation: put in names and things for "
    "“it”, “there”, “the second one”. Keep its language and do not answer it. Say nothing but the "
    "question."
)


async def standing_alone(
    client: ModelClient | None,
    model: str,
    before: Sequence[Said],
    question: str,
    tokens: dict[str, Any],
) -> str:
    """A question as it can be understood alone.

    Args:
        client: Speaks to the model; None for one that cannot be asked this.
        model: The provider's name for it.
        before: What was said before, oldest first.
        tokens: Where what it costs is added.
    """
    said = [one for one in before if one.role in ("user", "assistant") and one.content.strip()]
    said = said[-MOST_MESSAGES:]
    if client is not None and said:
        try:
            async with asyncio.timeout(SECONDS):
                full = await _asked(client, model, said, question, tokens)
        except (DostError, TimeoutError) as error:
            log.info("a question could not be said in full: %s", error)
        else:
            if _is_meant(full, [*(one.content for one in said), question]):
                return full
    earlier = next((one.content for one in reversed(said) if one.role == "user"), "")
    return f"{_cut(earlier)}\n{question}" if earlier else question


async def _asked(
    client: ModelClient, model: str, said: Sequence[Said], question: str, tokens: dict[str, Any]
) -> str:
    lines = [f"{one.role.capitalize()}: {_cut(one.content)}" for one in said]
    told = "\n\n".join([*lines, f"User: {_cut(question)}"])
    request = ChatRequest(model, [{"role": "user", "content": ASK.format(said=told)}])
    pieces: list[str] = []
    async with aclosing(client.stream(request)) as events:
        async for event in events:
            match event:
                case TextDelta(text):
                    pieces.append(text)
                    if sum(map(len, pieces)) > LONGEST:
                        break
                case UsageReport(prompt_tokens, completion_tokens):
                    tokens["prompt_tokens"] = tokens.get("prompt_tokens", 0) + prompt_tokens
                    tokens["completion_tokens"] = (
                        tokens.get("completion_tokens", 0) + completion_tokens
                    )
    return "".join(pieces).strip().strip("\"“”'«»").strip()


def _is_meant(full: str, said: Sequence[str]) -> bool:
    """Whether it can be the question, and not an answer or a talk about it."""
    words = _stems(full)
    if not words or len(full) > LONGEST or "\n" in full:
        return False
    known = set().union(*map(_stems, said))
    return len(words & known) >= LEAST_KNOWN * len(words)


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in _WORD.findall(text.casefold())}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]} …"
