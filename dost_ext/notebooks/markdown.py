"""The shown branch of a conversation as Markdown that reads well as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from dost_ext.core.fences import fenced
from dost_ext.notebooks.portable import PortableConversation, PortableMessage
from dost_ext.rag.grounding.marks import pointed_at
from dost_ext.rag.grounding.material import place_of
from dost_ext.rag.grounding.schemas import citations_of
from dost_ext.tools.calls import arguments_shown, calls_of, rounds_of

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")
_MARKUP = re.compile(r"[\\`*_\[\]<>&~]")
_HALTED = {
    "interrupted": "The server stopped here.",
    "cancelled": "Stopped here.",
    "error": "The answer failed here.",
    "streaming": "Still being written.",
}


def dump(found: PortableConversation, _now: datetime | None = None) -> bytes:
    """The conversation as a file."""
    title = " ".join((found.title or "Chat").split())
    parts = [f"# {title}"]
    if found.system_prompt:
        parts.append(f"## Instructions\n\n{closed(found.system_prompt)}")
    names = {key: file.name for key, file in found.files.items()}
    parts += [_message(message, names) for message in found.branch]
    return ("\n\n---\n\n".join(parts) + "\n").encode("utf-8", "replace")


def _message(message: PortableMessage, names: Mapping[str, str]) -> str:
    lines = [f"## {_author(message)}"]
    if message.created_at is not None:
        lines.append(f"*{_written(message.created_at)}*")
    if message.reasoning:
        thoughts = "\n".join(f"> {line}".rstrip() for line in message.reasoning.splitlines())
        lines.append(f"> **Thoughts**\n>\n{thoughts}")
    if attached := ", ".join(_plain(names[key]) for key in message.attachments):
        lines.append(f"*Attached: {attached}*")
    for said, calls in rounds_of(message.content, calls_of(message.tool_calls)):
        lines += [closed(said)] if said.strip() else []
        lines += [f"*Used {_plain(one.name)}:*\n\n{fenced(arguments_shown(one))}" for one in calls]
    if sources := _sources(message):
        lines.append(sources)
    if message.status in _HALTED:
        lines.append(f"*{_HALTED[message.status]}*")
    return "\n\n".join(lines)


def _sources(message: PortableMessage) -> str:
    """What the answer points at."""
    cited = pointed_at(message.content, citations_of(message.citations) or ())
    return "\n".join(f"- {_plain(place_of(one))}" for one in cited)


def _plain(name: str) -> str:
    """A name whose signs are no markup."""
    return _MARKUP.sub(r"\\\g<0>", name)


def _author(message: PortableMessage) -> str:
    if message.role == "assistant":
        return " ".join((message.model or "").split()) or "Assistant"
    return {"user": "You", "tool": "Tool"}.get(message.role, "System")


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")


def closed(content: str) -> str:
    """The text with its code block closed where it was cut in one, so that nothing follows in it.

    Fences as CommonMark has them: closed by at least as many of the same sign, alone on a line.
    """
    fence = ""
    for line in content.splitlines():
        found = _FENCE.match(line)
        if found is None:
            continue
        signs, rest = found.groups()
        if not fence:
            fence = "" if signs[0] == "`" and "`" in rest else signs
        elif signs[0] == fence[0] and len(signs) >= len(fence) and not rest.strip():
            fence = ""
    return f"{content.rstrip()}\n{fence}" if fence else content.strip("\n")
