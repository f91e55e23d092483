"""The chats of an Open WebUI export: a tree of messages by id, wrapped in a row or bare."""

from __future__ import annotations

import html
import re
from typing import Any

from dost_ext.chat.schemas import Role
from dost_ext.files.contents import FileContent
from dost_ext.notebooks.loose import items, mapping, moment, text, whole
from dost_ext.notebooks.pictures import Beside, embedded_picture, nothing_beside
from dost_ext.notebooks.portable import PortableConversation, PortableMessage, Unreadable

Json = dict[str, Any]
Files = dict[str, FileContent]

_ROLES: dict[str, Role] = {
    "user": "user",
    "assistant": "assistant",
    "system": "system",
    "tool": "tool",
}
# How it keeps what a model thought, in front of the answer.
_REASONING = re.compile(
    r"<details type=\"reasoning\"[^>]*>\s*(?:<summary>[^<]*</summary>)?(.*?)</details>\s*",
    re.DOTALL,
)
_QUOTE = re.compile(r"^> ?", re.MULTILINE)
# Its own names and those of Ollama.
_USAGE = {
    "prompt_tokens": ("prompt_tokens", "input_tokens", "prompt_eval_count"),
    "completion_tokens": ("completion_tokens", "output_tokens", "eval_count"),
}


def matches(entry: Json) -> bool:
    """Whether an entry of a file is in this format."""
    chat = _chat_of(entry)
    by_id = mapping(chat.get("history")).get("messages")
    return isinstance(by_id, dict) or isinstance(chat.get("messages"), list)


def read(entry: Json, _beside: Beside = nothing_beside) -> PortableConversation:
    """The conversation of an entry, with the pictures that it holds itself.

    Raises `Unreadable` with the reason.
    """
    chat = _chat_of(entry)
    history = mapping(chat.get("history"))
    files: Files = {}
    by_id = mapping(history.get("messages"))
    messages = _tree(by_id, files) or _chain(items(chat.get("messages")), files)
    if not messages and (history.get("messages") or chat.get("messages")):
        raise Unreadable("none of its messages can be read")
    current = text(history.get("currentId"))
    return PortableConversation(
        title=text(entry.get("title")) or text(chat.get("title")),
        messages=messages,
        files=files,
        current=current if current is not None else messages[-1].key if messages else None,
        system_prompt=text(chat.get("system"))
        or text(mapping(chat.get("params")).get("system"))
        or None,
        tags=_tags(entry, chat),
        pinned=entry.get("pinned") is True,
        archived=entry.get("archived") is True,
        created_at=moment(entry.get("created_at")) or moment(chat.get("timestamp")),
        updated_at=moment(entry.get("updated_at")),
    )


def _chat_of(entry: Json) -> Json:
    return mapping(entry.get("chat")) or entry


def _tags(entry: Json, chat: Json) -> list[str]:
    found = items(mapping(entry.get("meta")).get("tags")) or items(chat.get("tags"))
    names = [mapping(tag).get("name") if isinstance(tag, dict) else tag for tag in found]
    return [name for name in names if isinstance(name, str)]


def _tree(by_id: Json, files: Files) -> list[PortableMessage]:
    """The messages, siblings in the order that their parent names them."""
    order: dict[str, int] = {}
    for message in by_id.values():
        for child in items(mapping(message).get("childrenIds")):
            if isinstance(child, str):
                order.setdefault(child, len(order))
    found = [_message(key, mapping(by_id[key]), files) for key in by_id]
    known = [message for message in found if message is not None]
    above: dict[str, str | None] = {message.key: message.key for message in known}
    for message in known:
        message.parent = _nearest(message.parent, by_id, above)
    return sorted(known, key=lambda message: order.get(message.key, -1))


def _nearest(key: str | None, by_id: Json, above: dict[str, str | None]) -> str | None:
    """The message at or above `key` that could be read, noted in `above`; None if there is none."""
    passed: list[str] = []
    while key is not None and key not in above:
        above[key] = None
        passed.append(key)
        key = text(mapping(by_id.get(key)).get("parentId"))
    found = None if key is None else above[key]
    above.update(dict.fromkeys(passed, found))
    return found


def _chain(listed: list[Any], files: Files) -> list[PortableMessage]:
    """Messages without a tree: each follows the one before."""
    chain: list[PortableMessage] = []
    for place, entry in enumerate(listed):
        message = _message(str(place), mapping(entry), files)
        if message is not None:
            message.parent = chain[-1].key if chain else None
            chain.append(message)
    return chain


def _message(key: str, found: Json, files: Files) -> PortableMessage | None:
    role = _ROLES.get(str(found.get("role")))
    if role is None:
        return None
    content = _content(found.get("content"))
    reasoning = ""
    if role == "assistant":
        content, reasoning = _without_reasoning(content)
    pictures = {f"{key}/{at}": one for at, one in enumerate(_pictures(found))}
    files.update(pictures)
    failed = found.get("error")
    answered = role == "assistant"
    return PortableMessage(
        key=key,
        parent=text(found.get("parentId")),
        role=role,
        content=content,
        attachments=list(pictures),
        created_at=moment(found.get("timestamp")),
        reasoning=reasoning or None,
        status="error" if failed else "interrupted" if found.get("done") is False else "complete",
        model=(text(found.get("model")) or text(found.get("modelName"))) if answered else None,
        usage=_usage(mapping(found.get("usage")) or mapping(found.get("info"))),
        error=_problem(failed) if failed else None,
    )


def _pictures(found: Json) -> list[FileContent]:
    """What was attached, and parts as OpenAI's API has them; its newer files are ids of its own."""
    attached = [mapping(file) for file in items(found.get("files"))]
    urls = [file.get("url") for file in attached if file.get("type") == "image"]
    parts = [mapping(part).get("image_url") for part in items(found.get("content"))]
    urls += [mapping(part).get("url") for part in parts]
    return [one for one in map(embedded_picture, urls) if one is not None]


def _content(value: Any) -> str:
    """Text, or the texts of parts as OpenAI's API has them."""
    if isinstance(value, str):
        return value
    return "\n\n".join(filter(None, (text(mapping(part).get("text")) for part in items(value))))


def _without_reasoning(content: str) -> tuple[str, str]:
    thoughts = [html.unescape(_QUOTE.sub("", m[1].strip())) for m in _REASONING.finditer(content)]
    return _REASONING.sub("", content), "\n\n".join(thoughts)


def _usage(found: Json) -> Json | None:
    usage: Json = {}
    for name, spellings in _USAGE.items():
        known = next((n for n in map(whole, map(found.get, spellings)) if n is not None), None)
        if known is not None:
            usage[name] = known
    return usage or None


def _problem(failed: Any) -> Json:
    detail = text(mapping(failed).get("content")) or text(failed) or "The answer failed."
    return {
        "type": "urn:dost:imported",
        "title": "The model failed",
        "status": 502,
        "detail": detail,
        "code": "imported",
    }
