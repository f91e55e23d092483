"""What every imported conversation must be, whatever it was read from."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dost_ext.chat.folders import MOST_LEVELS
from dost_ext.chat.schemas import MOST_ATTACHED, MOST_CHARACTERS, Usage
from dost_ext.execution.outputs import bounded
from dost_ext.execution.schemas import MOST_CODE
from dost_ext.notebooks.loose import text, whole
from dost_ext.notebooks.portable import (
    PortableConversation,
    PortableExecution,
    PortableKernel,
    PortableMessage,
    Unreadable,
)

MOST_MESSAGES = 20_000
MOST_CHARACTERS_IN_ALL = 60_000_000
LONGEST_TITLE = 200
LONGEST_MODEL = 300
LONGEST_SYSTEM_PROMPT = 200_000
MOST_TAGS = 50
LONGEST_TAG = 60
LONGEST_FOLDER_NAME = 100
LONGEST_KERNEL = 200
MOST_EXECUTIONS = 1_000
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def settle(found: PortableConversation, now: datetime) -> PortableConversation:
    """The conversation with parents before children and every value in its bounds.

    Raises `Unreadable` where the messages are no tree or too large.
    """
    _demand_sizes(found)
    _demand_files(found)
    messages = _parents_first(found.messages)
    times = [m.created_at for m in messages if m.created_at is not None]
    created = _sane(found.created_at or min(times, default=now), now)
    updated = max(_sane(found.updated_at or max(times, default=created), now), created)
    settled = _dated([_settled(message) for message in messages], created, now)
    keys = {message.key for message in messages}
    return replace(
        found,
        title=_short(found.title, LONGEST_TITLE),
        messages=settled,
        current=found.current if found.current in keys else _last(settled),
        model=_short(found.model, LONGEST_MODEL),
        kernel=_kernel(found.kernel),
        system_prompt=found.system_prompt,
        tags=[t for t in dict.fromkeys(found.tags) if 0 < len(t) <= LONGEST_TAG][:MOST_TAGS],
        folder=_folder(found.folder),
        created_at=created,
        updated_at=updated,
    )


def _folder(names: list[str]) -> list[str]:
    """The names of folders as they can be; deeper than folders lie, they stay at the last."""
    kept = [name.strip()[:LONGEST_FOLDER_NAME].strip() for name in names]
    return [name for name in kept if name][:MOST_LEVELS]


def _kernel(found: PortableKernel | None) -> PortableKernel | None:
    if found is None:
        return None
    name = found.name[:LONGEST_KERNEL]
    title = found.display_name[:LONGEST_KERNEL] or name
    return PortableKernel(name, title, found.language[:LONGEST_KERNEL])


def _demand_sizes(found: PortableConversation) -> None:
    if len(found.messages) > MOST_MESSAGES:
        raise Unreadable(f"it has more than {MOST_MESSAGES:,} messages")
    sizes = [len(m.content) + len(m.reasoning or "") for m in found.messages]
    if max(sizes, default=0) > MOST_CHARACTERS:
        raise Unreadable(f"one of its messages has more than {MOST_CHARACTERS:,} characters")
    if sum(sizes) > MOST_CHARACTERS_IN_ALL:
        raise Unreadable(f"it has more than {MOST_CHARACTERS_IN_ALL:,} characters")
    if len(found.system_prompt or "") > LONGEST_SYSTEM_PROMPT:
        raise Unreadable(f"its system prompt has more than {LONGEST_SYSTEM_PROMPT:,} characters")


def _demand_files(found: PortableConversation) -> None:
    for message in found.messages:
        if not found.files.keys() >= set(message.attachments):
            raise Unreadable(f"a file that the message {message.key[:60]!r} attaches is missing")


def _parents_first(messages: list[PortableMessage]) -> list[PortableMessage]:
    twice = [key for key, count in Counter(m.key for m in messages).items() if count > 1]
    if twice:
        raise Unreadable(f"two of its messages have the id {twice[0][:60]!r}")
    keys = {message.key for message in messages}
    children: dict[str | None, list[PortableMessage]] = {}
    for message in messages:
        if message.parent is not None and message.parent not in keys:
            raise Unreadable(
                f"the message {message.key[:60]!r} follows one that is not in the file"
            )
        children.setdefault(message.parent, []).append(message)
    ordered: list[PortableMessage] = []
    level = children.get(None, [])
    while level:
        ordered.extend(level)
        level = [child for message in level for child in children.get(message.key, [])]
    if len(ordered) < len(messages):
        raise Unreadable("some of its messages follow each other in a circle")
    return ordered


def _settled(message: PortableMessage) -> PortableMessage:
    # Nobody is writing it any more.
    status = "interrupted" if message.status == "streaming" else message.status
    return replace(
        message,
        status=status,
        model=_short(message.model, LONGEST_MODEL),
        reasoning=message.reasoning or None,
        attachments=message.attachments[:MOST_ATTACHED],
        usage=_usage(message.usage),
        executions=_executions(message.executions),
    )


def _executions(found: list[PortableExecution]) -> list[PortableExecution]:
    """A block has one; none of them is running any more."""
    by_block = {one.block: one for one in found if one.block is not None}
    kept = [one for _, one in sorted(by_block.items())]
    kept += [one for one in found if one.block is None]
    return [
        replace(
            one,
            status="interrupted" if one.status == "running" else one.status,
            code=one.code[:MOST_CODE],
            outputs=bounded(one.outputs),
            kernel_name=one.kernel_name[:LONGEST_KERNEL],
            language=one.language[:LONGEST_KERNEL],
        )
        for one in kept[:MOST_EXECUTIONS]
    ]


def _usage(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """Of what an answer cost, what dost has a place for."""
    kept: dict[str, Any] = {}
    for name in Usage.model_fields:
        value = (found or {}).get(name)
        known = text(value) if name == "finish_reason" else whole(value)
        if known is not None:
            kept[name] = known
    return kept or None


def _dated(
    messages: list[PortableMessage], created: datetime, now: datetime
) -> list[PortableMessage]:
    """Each message with its time; one that has none is as old as what it follows."""
    times: dict[str | None, datetime] = {None: created}
    dated: list[PortableMessage] = []
    for message in messages:
        at = _sane(message.created_at or times[message.parent], now)
        times[message.key] = at
        ran = [
            replace(one, started_at=_sane(one.started_at or at, now)) for one in message.executions
        ]
        dated.append(replace(message, created_at=at, executions=ran))
    return dated


def _sane(moment: datetime, now: datetime) -> datetime:
    return min(max(moment, EARLIEST), now)


def _last(messages: list[PortableMessage]) -> str | None:
    """The end of the branch that always takes the newest message."""
    newest = {message.parent: message.key for message in messages}
    leaf: str | None = None
    while leaf in newest:
        leaf = newest[leaf]
    return leaf


def _short(text: str | None, longest: int) -> str | None:
    return text[:longest] if text else None
