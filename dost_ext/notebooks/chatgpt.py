"""The conversations of a ChatGPT export: a mapping of nodes, many of them without words.

The format is not documented; this reads what exports of 2023 to 2026 hold. Nodes that show nothing
to a reader (hidden ones, settings, empty roots) are left out, and what follows them moves up.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from dost_ext.chat.schemas import Role
from dost_ext.core.fences import fenced
from dost_ext.files.contents import FileContent
from dost_ext.notebooks.loose import items, mapping, moment, text
from dost_ext.notebooks.pictures import Beside, nothing_beside, picture
from dost_ext.notebooks.portable import PortableConversation, PortableMessage, Unreadable

Json = dict[str, Any]

# What was put into the prompt rather than said.
_CONTEXT = ("user_editable_context", "model_editable_context", "reasoning_recap")
_ROLES: dict[str, Role] = {
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "system": "system",
}


def matches(entry: Json) -> bool:
    """Whether an entry of a file is in this format."""
    return isinstance(entry.get("mapping"), dict)


def read(entry: Json, beside: Beside = nothing_beside) -> PortableConversation:
    """The conversation of an entry, with the pictures that lie beside it.

    Raises `Unreadable` with the reason.
    """
    nodes = {key: node for key, node in entry["mapping"].items() if isinstance(node, dict)}
    walk = _Walk(nodes, beside)
    walk.run()
    current = text(entry.get("current_node"))
    return PortableConversation(
        title=text(entry.get("title")),
        messages=walk.messages,
        files=walk.files,
        current=walk.kept.get(current) if current is not None else None,
        pinned=entry.get("is_starred") is True,
        archived=entry.get("is_archived") is True,
        created_at=moment(entry.get("create_time")),
        updated_at=moment(entry.get("update_time")),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A node, the message that its own would follow, and thoughts that wait for their answer."""

    key: str
    parent: str | None
    thoughts: str


class _Walk:
    """Goes from the roots down and keeps the nodes that say something."""

    def __init__(self, nodes: dict[str, Json], beside: Beside) -> None:
        self.nodes = nodes
        self.messages: list[PortableMessage] = []
        self.files: dict[str, FileContent] = {}
        self._beside = beside
        # For each node the last message at or above it.
        self.kept: dict[str, str | None] = {}

    def run(self) -> None:
        """Fill `messages`. Raises `Unreadable` where nodes follow each other in a circle."""
        children = _children(self.nodes)
        level = [_Place(key, None, "") for key in children.get(None, [])]
        while level:
            below: list[_Place] = []
            for place in level:
                parent, thoughts = self._visit(place)
                below += [_Place(key, parent, thoughts) for key in children.get(place.key, [])]
            level = below
        if len(self.kept) < len(self.nodes):
            raise Unreadable("some of its messages follow each other in a circle")

    def _visit(self, place: _Place) -> tuple[str | None, str]:
        """Keep a node or not; what its children follow, and thoughts that still wait."""
        message = mapping(self.nodes[place.key].get("message"))
        content = mapping(message.get("content"))
        pictures = {} if _hidden(message, content) else self._pictures(content)
        said, thoughts = _words(content, pictures), place.thoughts
        if content.get("content_type") == "thoughts":
            thoughts = "\n\n".join(part for part in (thoughts, _thoughts(content)) if part)
            said = ""
        role = _ROLES.get(str(mapping(message.get("author")).get("role")))
        if role is None or not (said or pictures) or _hidden(message, content):
            self.kept[place.key] = place.parent
            return place.parent, thoughts
        made = _message(place.key, place.parent, role, said, message, thoughts)
        made.attachments = list(pictures)
        self.files.update(pictures)
        self.messages.append(made)
        self.kept[place.key] = place.key
        return place.key, ""

    def _pictures(self, content: Json) -> dict[str, FileContent]:
        """The pictures among its parts that the archive holds, by their names there."""
        assets = [asset for part in items(content.get("parts")) if (asset := _asset(part))]
        found = {asset: picture(self._beside(asset)) for asset in assets}
        return {asset: one for asset, one in found.items() if one is not None}


def _children(nodes: dict[str, Json]) -> dict[str | None, list[str]]:
    """The nodes below each node in the order that their parent names them.

    Which node is above is said twice, by the node and by its parent; one of the two is enough.
    """
    named: dict[str, str] = {}
    for key, node in nodes.items():
        for child in items(node.get("children")):
            if isinstance(child, str) and child in nodes:
                named.setdefault(child, key)
    below: dict[str | None, list[str]] = {}
    for key in [*named, *(key for key in nodes if key not in named)]:
        own = nodes[key].get("parent")
        parent = own if isinstance(own, str) and own in nodes else named.get(key)
        below.setdefault(parent, []).append(key)
    return below


def _message(
    key: str, parent: str | None, role: Role, said: str, message: Json, thoughts: str
) -> PortableMessage:
    answered = role == "assistant"
    return PortableMessage(
        key=key,
        parent=parent,
        role=role,
        content=said,
        created_at=moment(message.get("create_time")),
        reasoning=thoughts if answered and thoughts else None,
        status="interrupted" if message.get("status") == "in_progress" else "complete",
        model=text(mapping(message.get("metadata")).get("model_slug")) if answered else None,
    )


def _hidden(message: Json, content: Json) -> bool:
    hidden = mapping(message.get("metadata")).get("is_visually_hidden_from_conversation") is True
    return hidden or content.get("content_type") in _CONTEXT or message.get("weight") == 0


def _thoughts(content: Json) -> str:
    found = [
        "\n".join(filter(None, (text(thought.get("summary")), text(thought.get("content")))))
        for thought in map(mapping, items(content.get("thoughts")))
    ]
    return "\n\n".join(filter(None, found))


def _words(content: Json, pictures: Container[str]) -> str:
    """What a node says, as Markdown; pictures that are attached are not spoken of."""
    kind = content.get("content_type")
    plain = text(content.get("text")) or text(content.get("result")) or ""
    if kind in ("code", "execution_output") and plain:
        language = content.get("language") if kind == "code" else "text"
        return _fenced(plain, language if language != "unknown" else "")
    parts = [_part(part) for part in items(content.get("parts")) if _asset(part) not in pictures]
    return "\n\n".join(part for part in parts if part.strip()) or plain


def _asset(part: Any) -> str:
    """How the name of a part's picture begins in the archive."""
    return (text(mapping(part).get("asset_pointer")) or "").rpartition("://")[2]


def _part(part: Any) -> str:
    if isinstance(part, str):
        return part
    found = mapping(part)
    kind = str(found.get("content_type") or "")
    if "image" in kind:
        return "*[An image, which the export does not hold]*"
    if "audio" in kind or "video" in kind:
        return text(found.get("text")) or "*[A recording, which the export does not hold]*"
    return text(found.get("text")) or ""


def _fenced(code: str, language: Any) -> str:
    return fenced(code, language if isinstance(language, str) and language.isalnum() else "")
