"""What a model reads of a conversation before it answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from dost_ext.chat.attachments import Readable, spoken
from dost_ext.chat.shown import attached_to, named_in
from dost_ext.files.schemas import Attachment
from dost_ext.rag.grounding.marks import without_marks
from dost_ext.rag.grounding.schemas import Citation, Source, citations_of
from dost_ext.tools.calls import (
    answer_messages,
    calls_of,
    in_words,
    rounds_of,
    with_short_ids,
)
from dost_ext.tools.schemas import ToolCall

Spoken = dict[str, Any]

GO_ON = (
    "Your last answer was cut off. Go on exactly where it stopped, in the middle of a word if "
    "need be. Repeat nothing and explain nothing."
)
# What ends an answer that was stopped before it said a word about its results.
ENDED = "(My answer ended here.)"


@dataclass(frozen=True, slots=True)
class Said:
    """A message, as far as a model is told of it."""

    role: str
    content: str
    attached: list[Attachment]
    calls: list[ToolCall]
    model: str | None = None
    citations: list[Citation] | None = None
    sources: list[Source] = field(default_factory=list)


def said_in(row: Any) -> Said:
    """What a row, or a message of a temporary chat, says."""
    return Said(
        row.role,
        row.content,
        attached_to(row),
        calls_of(row.tool_calls),
        row.model,
        citations_of(row.citations),
        named_in(row),
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a model, which sees pictures or not, and has tools or not."""

    model: str
    sees: bool
    calls: bool


def read_by(reader: Reader, messages: Iterable[Said], readable: Readable) -> list[Spoken]:
    """The messages as a model reads them."""
    read: list[Spoken] = []
    for one in messages:
        # A tool's words without their call, as imported chats have them, are refused upstream.
        if one.role == "tool":
            continue
        if one.calls and reader.calls:
            own = one.model == reader.model
            read += answer_messages(one.content, one.calls if own else with_short_ids(one.calls))
            continue
        if one.role == "user" and read and read[-1]["role"] == "tool":
            # Mistral takes no prompt right after a result.
            read.append({"role": "assistant", "content": ENDED})
        content = in_words(one.content, one.calls) if one.calls else one.content
        content = without_marks(content, one.citations or ())
        names = [f"[{source.kind}: {source.name}]" for source in one.sources]
        content = "\n\n".join([*names, content] if content else names)
        if content or one.attached:
            sees = reader.sees and one.role == "user"
            words = spoken(content, one.attached, readable, sees=sees)
            read.append({"role": one.role, "content": words})
    return read


def goes_on(reader: Reader, last: Said) -> list[Spoken]:
    """What makes a model go on with its last answer; nothing where it waits for it itself, because
    the answer ends with the results of tools."""
    if reader.calls and last.calls and not rounds_of(last.content, last.calls)[-1][0].strip():
        return []
    return [{"role": "user", "content": GO_ON}]
