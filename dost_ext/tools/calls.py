"""Calls of tools as models write and read them, in OpenAI's shape."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

import orjson
from pydantic import ValidationError

from dost_ext.core.fences import fenced
from dost_ext.tools.schemas import ToolCall

Spoken = dict[str, Any]

# What a model reads of a call that was never answered: the run was stopped or cut off before.
UNANSWERED = "It was stopped before it was done."

# How providers spell the names of tools.
_NO_NAME = re.compile("[^a-zA-Z0-9_-]")
LONGEST_NAME = 64


def calls_of(found: Iterable[Any] | None) -> list[ToolCall]:
    """The calls that were kept of a message; what is none, or unknown of one, is left out."""
    calls = []
    for one in found or ():
        try:
            known = {name: one[name] for name in ToolCall.model_fields if name in one}
            calls.append(ToolCall.model_validate(known))
        except (TypeError, ValidationError):
            continue
    return calls


def dumped(calls: Sequence[ToolCall]) -> list[dict[str, Any]] | None:
    """Calls as they are kept; None where there are none."""
    return [call.model_dump(exclude_none=True) for call in calls] or None


def units(text: str) -> int:
    """The length of a text in UTF-16 units, by which places in it are named on the wire."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_at(text: str, places: Sequence[int]) -> list[str]:
    """A text cut at places in UTF-16 units, which do not descend: one piece more than places."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    ends = [0, *(min(place * 2, len(encoded)) for place in places), len(encoded)]
    pieces = [encoded[begin:end] for begin, end in pairwise(ends)]
    return [piece.decode("utf-16-le", "replace") for piece in pieces]


def rounds_of(content: str, calls: Sequence[ToolCall]) -> list[tuple[str, list[ToolCall]]]:
    """An answer as it came about: what was said, and the calls that were made after it."""
    ordered = sorted(calls, key=_place_of)
    made = [list(group) for _, group in groupby(ordered, key=_place_of)]
    pieces = between_paragraphs(cut_at(content, [group[0].at for group in made]))
    return [*zip(pieces, made, strict=False), (pieces[-1], [])]


def between_paragraphs(pieces: list[str]) -> list[str]:
    """The pieces with no paragraph cut in two, as an edit of the text may have left them."""
    whole = list(pieces)
    for place in range(len(whole) - 1):
        before, after = whole[place], whole[place + 1]
        if before and after and not (before.endswith("\n") or after.startswith("\n")):
            rest, gap, others = after.partition("\n\n")
            whole[place : place + 2] = before + rest, gap + others
    return whole


def _place_of(call: ToolCall) -> tuple[int, int]:
    return call.at, call.round


def call_messages(said: str, calls: Sequence[ToolCall]) -> list[Spoken]:
    """A round with calls, and their results, as messages for a model."""
    return [
        {
            "role": "assistant",
            "content": said.strip(),
            "tool_calls": [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": _name(call.name), "arguments": _valid(call.arguments)},
                }
                for call in calls
            ],
        },
        *({"role": "tool", "tool_call_id": call.id, "content": _result_of(call)} for call in calls),
    ]


def short_id(long: str) -> str:
    """An id that every provider takes: Mistral wants nine letters and digits, OpenAI at most 40."""
    return hashlib.sha256(long.encode()).hexdigest()[:9]


def with_short_ids(calls: Iterable[ToolCall]) -> list[ToolCall]:
    """Calls of another provider's model."""
    return [call.model_copy(update={"id": short_id(call.id)}) for call in calls]


def ids_in(messages: Iterable[Spoken]) -> Iterator[str]:
    """The ids of the calls in messages for a model."""
    for message in messages:
        for call in message.get("tool_calls", ()):
            yield call["id"]


def answer_messages(content: str, calls: Sequence[ToolCall]) -> list[Spoken]:
    """A whole answer with its calls, for a model that has the tools."""
    said: list[Spoken] = []
    for text, made in rounds_of(content, calls):
        if made:
            said += call_messages(text, made)
        elif text.strip():
            said.append({"role": "assistant", "content": text.strip()})
    return said


def in_words(content: str, calls: Sequence[ToolCall]) -> str:
    """A whole answer with its calls, for a model without tools: some providers refuse such calls
    where no tool is offered."""
    words: list[str] = []
    for text, made in rounds_of(content, calls):
        words += [text.strip(), *(_told(call) for call in made)]
    return "\n\n".join(word for word in words if word)


def _told(call: ToolCall) -> str:
    asked = fenced(arguments_shown(call))
    return f"(I used {call.name}:\n\n{asked}\n\nIt gave:\n\n{fenced(_result_of(call))})"


def arguments_shown(call: ToolCall) -> str:
    """What a call asks for: of one text the text, else the JSON."""
    try:
        read = orjson.loads(call.arguments)
    except orjson.JSONDecodeError:
        return call.arguments
    values = list(read.values()) if isinstance(read, dict) else []
    return values[0] if len(values) == 1 and isinstance(values[0], str) else call.arguments


def _result_of(call: ToolCall) -> str:
    return UNANSWERED if call.result is None else call.result.content


def _name(called: str) -> str:
    """A name that can be sent back, whatever a model has called."""
    return _NO_NAME.sub("_", called)[:LONGEST_NAME] or "unnamed"


def _valid(arguments: str) -> str:
    """Arguments that can be sent back: providers refuse what is no JSON object."""
    try:
        if isinstance(orjson.loads(arguments), dict):
            return arguments
    except orjson.JSONDecodeError:
        pass
    return orjson.dumps({"unreadable": arguments}).decode()
