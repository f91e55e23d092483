"""Exports of ChatGPT and Open WebUI."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from dost_ext.notebooks.portable import PortableConversation
from dost_ext.notebooks.reading import Skipped, conversations_in

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def read(entry: Any) -> PortableConversation:
    (found,) = conversations_in(json.dumps([entry]).encode(), NOW)
    assert isinstance(found, PortableConversation), found
    return found


def tree(found: PortableConversation) -> list[tuple[str, str | None, str, str]]:
    return [(m.key, m.parent, m.role, m.content) for m in found.messages]


def node(
    parent: str | None,
    role: str = "user",
    content: Any = "",
    children: Any = (),
    **message: Any,
) -> dict[str, Any]:
    """A node of ChatGPT's mapping; text stands for content of the kind text."""
    if isinstance(content, str):
        content = {"content_type": "text", "parts": [content]}
    said = {"author": {"role": role}, "content": content, **message}
    return {"parent": parent, "children": list(children), "message": said}


def chatgpt(current: str | None = None, /, **mapping: Any) -> dict[str, Any]:
    return {"title": "T", "current_node": current, "create_time": 1.7e9, "mapping": mapping}


def test_branches_hidden_nodes_and_the_shown_one_of_chatgpt() -> None:
    found = read(
        chatgpt(
            "b2",
            root={"parent": None, "children": ["sys"], "message": None},
            sys=node("root", "system", "", children=["q"]),
            q=node("sys", "user", "Why?", children=["a1", "a2"], create_time=1.7e9 + 5),
            a2=node("q", "assistant", "Two", metadata={"model_slug": "gpt-4o"}, children=["b2"]),
            a1=node("q", "assistant", "One"),
            b2=node("a2", "user", "Thanks"),
        )
    )
    assert tree(found) == [
        ("q", None, "user", "Why?"),
        ("a1", "q", "assistant", "One"),
        ("a2", "q", "assistant", "Two"),
        ("b2", "a2", "user", "Thanks"),
    ]
    assert (found.title, found.current) == ("T", "b2")
    assert found.messages[2].model == "gpt-4o"
    assert found.messages[0].created_at == datetime.fromtimestamp(1.7e9 + 5, UTC)


def test_thoughts_belong_to_the_answer_that_follows() -> None:
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "Hm", "content": "let me"}]}
    recap = {"content_type": "reasoning_recap", "content": "Thought for 5 s"}
    found = read(
        chatgpt(
            "r",
            q=node(None, "user", "Why?", children=["t"]),
            t=node("q", "assistant", thoughts, children=["r"]),
            r=node("t", "assistant", recap, children=["a"]),
            a=node("r", "assistant", "So."),
        )
    )
    assert [(m.key, m.reasoning) for m in found.messages] == [("q", None), ("a", "Hm\nlet me")]
    assert found.current == "q"


def multimodal(*parts: Any) -> dict[str, Any]:
    return {"content_type": "multimodal_text", "parts": list(parts)}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"content_type": "code", "language": "python", "text": "1"}, "```python\n1\n```"),
        ({"content_type": "code", "language": "unknown", "text": "1"}, "```\n1\n```"),
        ({"content_type": "code", "text": "```"}, "````\n```\n````"),
        ({"content_type": "execution_output", "text": "2"}, "```text\n2\n```"),
        ({"content_type": "tether_browsing_display", "result": "page"}, "page"),
        ({"content_type": "tether_quote", "text": "quote"}, "quote"),
        (multimodal("see", {"content_type": "image_asset_pointer"}),
         "see\n\n*[An image, which the export does not hold]*"),
        (multimodal({"content_type": "audio_transcription", "text": "hi"}), "hi"),
        ({"content_type": "something new", "parts": ["words"]}, "words"),
    ],
)  # fmt: skip
def test_every_kind_of_content_becomes_markdown(content: Any, expected: str) -> None:
    found = read(chatgpt("a", a=node(None, "assistant", content)))
    assert found.messages[0].content == expected


@pytest.mark.parametrize(
    "hidden",
    [
        node(None, "user", {"content_type": "user_editable_context", "text": "about me"}),
        node(None, "system", "x", metadata={"is_visually_hidden_from_conversation": True}),
        node(None, "assistant", "x", weight=0),
        node(None, "stranger", "x"),
        {"message": 5},
    ],
)
def test_what_was_never_shown_is_left_out(hidden: Any) -> None:
    found = read(chatgpt("q", h=hidden, q=node("h", "user", "Why?")))
    assert tree(found) == [("q", None, "user", "Why?")]


def test_nodes_without_a_known_parent_are_first_messages() -> None:
    found = read(chatgpt("b", a=node("gone", content="a"), b=node(None, content="b")))
    assert [(m.key, m.parent) for m in found.messages] == [("a", None), ("b", None)]


def test_a_parent_named_only_from_above_is_found() -> None:
    found = read(chatgpt("b", a=node(None, content="a", children=["b"]), b=node(None, content="b")))
    assert [(m.key, m.parent) for m in found.messages] == [("a", None), ("b", "a")]


def test_a_circle_of_nodes_is_refused() -> None:
    entry = chatgpt("a", a=node("b", content="a"), b=node("a", content="b"))
    (found,) = conversations_in(json.dumps([entry]).encode(), NOW)
    circle = "“T” (entry 1): some of its messages follow each other in a circle."
    assert found == Skipped(circle)


def webui(message_id: str, parent: str | None, role: str = "user", **fields: Any) -> dict[str, Any]:
    return {"id": message_id, "parentId": parent, "role": role, "content": "x", **fields}


def history(*messages: dict[str, Any], current: str | None = None) -> dict[str, Any]:
    return {"history": {"messages": {m["id"]: m for m in messages}, "currentId": current}}


QUESTION = webui("q", None, childrenIds=["a1", "a2"], timestamp=1_700_000_000)
ANSWERS = (
    webui("a2", "q", "assistant", content="Two", model="m2"),
    webui("a1", "q", "assistant", content="One", done=False),
)


def test_a_wrapped_chat_of_open_webui_keeps_its_branches() -> None:
    found = read(
        {
            "id": "1",
            "user_id": "u",
            "title": "T",
            "pinned": True,
            "archived": True,
            "meta": {"tags": ["red", {"name": "blue"}]},
            "created_at": 1_700_000_000,
            "updated_at": 1_700_000_009,
            "chat": {"title": "inner", **history(QUESTION, *ANSWERS, current="a1")},
        }
    )
    assert [m.key for m in found.messages] == ["q", "a1", "a2"]
    assert (found.title, found.current, found.tags) == ("T", "a1", ["red", "blue"])
    assert (found.pinned, found.archived) == (True, True)
    assert found.updated_at == datetime.fromtimestamp(1_700_000_009, UTC)
    assert [m.status for m in found.messages] == ["complete", "interrupted", "complete"]
    assert [m.model for m in found.messages] == [None, None, "m2"]


def test_a_bare_chat_of_open_webui_is_read_too() -> None:
    found = read({"title": "T", "models": ["m"], "system": "s", **history(QUESTION, *ANSWERS)})
    assert (found.title, found.system_prompt, found.current) == ("T", "s", "a2")


def test_a_list_of_messages_without_a_tree_is_a_chain() -> None:
    found = read({"chat": {"title": "T", "messages": [webui("", None), webui("", None)]}})
    assert [(m.key, m.parent) for m in found.messages] == [("0", None), ("1", "0")]


def test_thoughts_in_the_text_become_reasoning() -> None:
    content = (
        '<details type="reasoning" done="true" duration="3">\n<summary>Thought for 3 seconds'
        "</summary>\n> one\n> two\n</details>\nSo."
    )
    found = read(history(webui("a", None, "assistant", content=content)))
    assert (found.messages[0].reasoning, found.messages[0].content) == ("one\ntwo", "So.")


def test_failures_and_usage_are_kept() -> None:
    usage = {"prompt_eval_count": 3, "eval_count": 4, "other": "x"}
    answer = webui("a", None, "assistant", error={"content": "No key"}, usage=usage)
    found = read(history(answer)).messages[0]
    assert found.error is not None
    assert (found.status, found.error["detail"]) == ("error", "No key")
    assert found.usage == {"prompt_tokens": 3, "completion_tokens": 4}


def test_below_a_message_that_cannot_be_read_the_rest_moves_up() -> None:
    found = read(
        history(webui("q", None), {"id": "?", "parentId": "q", "role": 5}, webui("b", "?"))
    )
    assert [(m.key, m.parent) for m in found.messages] == [("q", None), ("b", "q")]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (history(webui("a", "b"), webui("b", "a")), "follow each other in a circle"),
        (history({"id": "a", "role": "god"}), "none of its messages can be read"),
    ],
)
def test_a_broken_chat_is_refused_with_the_reason(entry: Any, reason: str) -> None:
    (found,) = conversations_in(json.dumps([entry]).encode(), NOW)
    assert isinstance(found, Skipped)
    assert reason in found.reason
