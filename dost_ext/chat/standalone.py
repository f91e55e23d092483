"""Questions said so that something can be found for them, by the model that answers.

"And the second one?" finds nothing in a document: a follow-up is said in full, and where the model
cannot do so, the question before is put before it. A message of many words is no question for a
search of the web: it is said in short.
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
# Of a long message, what stands first and last says most: what it is about, and what is asked.
LONGEST_END = 2_000
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
ASK_SHORT = (
    "Here is a message:\n\n{said}\n\nSay what to look up on the web to answer it, as one short "
    "question or a few words that a search engine understands. Keep its language and do not answer "
    "it. Say nothing but the question."
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
    if said:
        lines = [f"{one.role.capitalize()}: {_cut(one.content)}" for one in said]
        told = ASK.format(said="\n\n".join([*lines, f"User: {_cut(question)}"]))
        full = await _said(client, model, told, tokens)
        if full and _is_meant(full, [*(one.content for one in said), question]):
            return full
    earlier = next((one.content for one in reversed(said) if one.role == "user"), "")
    return f"{_cut(earlier)}\n{question}" if earlier else question


async def in_short(
    client: ModelClient | None, model: str, question: str, tokens: dict[str, Any]
) -> str:
    """A long question as one that a search engine understands; as it is where no model says it.

    The arguments are those of `standing_alone`.
    """
    short = await _said(client, model, ASK_SHORT.format(said=_ends(question)), tokens)
    return short if short and _is_meant(short, [question]) else question


async def _said(
    client: ModelClient | None, model: str, told: str, tokens: dict[str, Any]
) -> str | None:
    """What the model says to it, or the beginning of more; None where it says nothing in time."""
    if client is None:
        return None
    try:
        async with asyncio.timeout(SECONDS):
            return await _asked(client, model, told, tokens)
    except (DostError, TimeoutError) as error:
        log.info("a question could not be said in other words: %s", error)
        return None


async def _asked(client: ModelClient, model: str, told: str, tokens: dict[str, Any]) -> str:
    request = ChatRequest(model, [{"role": "user", "content": told}])
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


def _ends(text: str) -> str:
    if len(text) <= 2 * LONGEST_END:
        return text
    return f"{text[:LONGEST_END]} … {text[-LONGEST_END:]}"
