"""Conversations from files, through the API."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from tests.api.conftest import SignUp
from tests.api.notebooks.test_export import branched
from tests.support.client import Client
from tests.support.pictures import SVG, data_url, picture

CHATGPT = {
    "title": "From ChatGPT",
    "create_time": 1_700_000_000.5,
    "update_time": 1_700_000_100,
    "current_node": "a2",
    "mapping": {
        "root": {"parent": None, "children": ["q"], "message": None},
        "q": {
            "parent": "root",
            "children": ["a1", "a2"],
            "message": {
                "author": {"role": "user"},
                "content": {"content_type": "text", "parts": ["Why?"]},
            },
        },
        **{
            key: {
                "parent": "q",
                "children": [],
                "message": {
                    "author": {"role": "assistant"},
                    "content": {"content_type": "text", "parts": [key]},
                    "metadata": {"model_slug": "gpt-4o"},
                },
            }
            for key in ("a1", "a2")
        },
    },
}
OPEN_WEBUI = {
    "title": "From Open WebUI",
    "chat": {
        "history": {
            "currentId": "b",
            "messages": {
                "a": {"id": "a", "parentId": None, "role": "user", "content": "Hi"},
                "b": {"id": "b", "parentId": "a", "role": "assistant", "content": "Hello"},
            },
        }
    },
}
BROKEN = {"title": "Broken", "mapping": {"a": {"parent": "b"}, "b": {"parent": "a"}}}


def send(client: Client, content: Any, name: str = "file.bin") -> dict[str, Any]:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return dict(client.ok("POST", "conversations/import", files={"file": (name, data)}))


def contents(client: Client, conversation_id: str) -> list[tuple[str, str]]:
    tree = client.tree(conversation_id)
    return [(tree["by_id"][i]["role"], tree["by_id"][i]["content"]) for i in tree["ids"]]


def zipped(files: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return buffer.getvalue()


def showing(*assets: str) -> dict[str, Any]:
    """A conversation of ChatGPT with a prompt of pictures alone."""
    parts = [{"content_type": "image_asset_pointer", "asset_pointer": one} for one in assets]
    content = {"content_type": "multimodal_text", "parts": parts}
    said = {"author": {"role": "user"}, "content": content}
    return {"title": "Look", "mapping": {"q": {"parent": None, "children": [], "message": said}}}


def first(client: Client, conversation_id: str) -> dict[str, Any]:
    return dict(client.ok("GET", f"conversations/{conversation_id}/messages")["items"][0])


def test_what_was_exported_comes_back_equal(user: Client, sign_up: SignUp) -> None:
    user.make_conversation()
    answer = user.ask("Hello", params={"seed": 3})
    user.ask(conversation_id=answer.conversation_id, regenerate=answer.message["id"])
    exported = user.get(f"conversations/{answer.conversation_id}/export").json()
    newcomer = sign_up()
    (made,) = send(newcomer, exported)["imported"]
    again = newcomer.get(f"conversations/{made['id']}/export").json()

    def shape(document: Any) -> Any:
        """The document with places instead of ids."""
        conversation = document["conversation"]
        places = {m["id"]: n for n, m in enumerate(conversation["messages"])}
        return {
            **conversation,
            "current_leaf_id": places[conversation["current_leaf_id"]],
            "messages": [
                {**m, "id": places[m["id"]], "parent_id": places.get(m.get("parent_id"))}
                for m in conversation["messages"]
            ],
        }

    assert shape(again) == shape(exported)


def test_the_whole_archive_moves_to_another_account(user: Client, sign_up: SignUp) -> None:
    for title in ("a", "b", "c"):
        branched(user, title)
    newcomer = sign_up()
    report = send(newcomer, user.get("conversations/export").content)
    assert sorted(c["title"] for c in report["imported"]) == ["a", "b", "c"]
    assert report["skipped"] == []


def test_a_chatgpt_export_keeps_branches_and_times(user: Client) -> None:
    (made,) = send(user, [CHATGPT])["imported"]
    assert made["title"] == "From ChatGPT"
    assert contents(user, made["id"]) == [
        ("user", "Why?"),
        ("assistant", "a1"),
        ("assistant", "a2"),
    ]
    tree = user.tree(made["id"])
    assert tree["by_id"][tree["leaf"]]["content"] == "a2"
    found = user.ok("GET", f"conversations/{made['id']}")
    assert found["created_at"] == "2023-11-14T22:13:20.500000Z"
    assert found["updated_at"] == "2023-11-14T22:15:00Z"


def test_the_zip_around_a_chatgpt_export_is_read(user: Client) -> None:
    files = {
        "conversations.json": [CHATGPT],
        "user.json": {"email": "x@example.org"},
        "chat.html": b"<html></html>",
    }
    report = send(user, zipped(files), "innocent.txt")
    assert [c["title"] for c in report["imported"]] == ["From ChatGPT"]
    assert report["skipped"] == []


def test_open_webui_and_others_may_be_mixed(user: Client) -> None:
    report = send(user, [OPEN_WEBUI, BROKEN, CHATGPT, 5])
    assert [c["title"] for c in report["imported"]] == ["From Open WebUI", "From ChatGPT"]
    assert [s["reason"] for s in report["skipped"]] == [
        "“Broken” (entry 2): some of its messages follow each other in a circle.",
        "Entry 4: this is no conversation that dost can read.",
    ]


def test_an_imported_chat_goes_on(user: Client) -> None:
    (made,) = send(user, [OPEN_WEBUI])["imported"]
    leaf = user.tree(made["id"])["leaf"]
    answer = user.ask("Go on", conversation_id=made["id"], parent_id=leaf)
    assert answer.text == "Go on"


def test_an_open_tab_hears_of_what_was_imported(user: Client) -> None:
    with user.following("GET", "events") as events:
        (made,) = send(user, [OPEN_WEBUI])["imported"]
        event = next(event for event in events if event.name == "conversation")
    assert event.data["id"] == made["id"]


def test_a_chat_without_a_title_is_named_by_its_first_prompt(user: Client) -> None:
    (made,) = send(user, [{"history": OPEN_WEBUI["chat"]["history"]}])["imported"]  # type: ignore[index]
    assert made["title"] == "Hi"


def test_nothing_in_a_file_reaches_another_account(user: Client, sign_up: SignUp) -> None:
    other = sign_up()
    document = other.get(f"conversations/{branched(other)}/export").json()
    send(user, document)
    send(user, document)
    assert len(other.ok("GET", "conversations")["items"]) == 1
    assert len(user.ok("GET", "conversations")["items"]) == 2


@pytest.mark.parametrize("content", [b"", b"hello", b"{}", b'{"a":' * 200_000, b"PK\x03\x04"])
def test_a_file_of_nothing_is_refused_in_a_sentence(user: Client, content: bytes) -> None:
    response = user.post("conversations/import", files={"file": ("x.json", content)})
    assert response.status_code == 422
    assert response.json()["detail"].endswith(".")


def test_hostile_text_is_stored_as_text(user: Client) -> None:
    script = "<script>alert(1)</script>\0\ud800"
    entry = json.loads(json.dumps(OPEN_WEBUI)) | {"title": script}
    (made,) = send(user, [entry])["imported"]
    assert made["title"] == "<script>alert(1)</script>\ufffd\ufffd"


def test_a_thousand_conversations_come_in_and_go_out(user: Client) -> None:
    report = send(user, [{**OPEN_WEBUI, "title": str(n)} for n in range(1000)])
    assert len({c["id"] for c in report["imported"]}) == 1000
    with zipfile.ZipFile(io.BytesIO(user.get("conversations/export").content)) as archive:
        assert len(archive.namelist()) == 1001


def test_pictures_in_chatgpts_archive_come_along(user: Client) -> None:
    teal = picture()
    archive = zipped(
        {
            "user-1/file-AbC-teal.png": teal,
            "file-AbD.png": picture(colour="red"),
            "conversations.json": [showing("file-service://file-AbC")],
        }
    )
    (made,) = send(user, archive)["imported"]
    message = first(user, made["id"])
    (attached,) = message["attachments"]
    assert message["content"] == ""
    assert (attached["kind"], attached["filename"]) == ("image", "teal.png")
    assert user.get(f"files/{attached['id']}").content == teal


def test_pictures_that_an_archive_does_not_hold_are_spoken_of(user: Client) -> None:
    assets = ["file-service://file-gone", "sediment://file-svg", "", "file-service://"]
    archive = zipped({"file-svg.png": SVG, "conversations.json": [showing(*assets)]})
    (made,) = send(user, archive)["imported"]
    message = first(user, made["id"])
    assert message["attachments"] is None
    assert message["content"].count("*[An image, which the export does not hold]*") == 4


def test_pictures_of_open_webui_come_along(user: Client) -> None:
    teal, red = picture(), picture(colour="red")
    files = [
        {"type": "image", "url": data_url(teal)},
        {"type": "image", "url": "data:image/png;base64,%%%"},
        {"type": "image", "url": "0b1c-an-id"},
        {"type": "file", "url": data_url(red)},
    ]
    part = {"type": "image_url", "image_url": {"url": data_url(red)}}
    content = [{"type": "text", "text": "See"}, part]
    said = {"id": "a", "parentId": None, "role": "user", "content": content, "files": files}
    chat = {"title": "Look", "chat": {"history": {"currentId": "a", "messages": {"a": said}}}}
    (made,) = send(user, [chat])["imported"]
    message = first(user, made["id"])
    kept = [user.get(f"files/{one['id']}").content for one in message["attachments"]]
    assert message["content"] == "See"
    assert kept == [teal, red]


def test_anybodys_notebook_is_gone_on_with_in_its_own_kernel(user: Client) -> None:
    named = {"name": "bash", "display_name": "Bash", "language": "bash"}
    code = {"cell_type": "code", "metadata": {"tags": ["keep"]}, "source": "ls", "outputs": []}
    cells = [{**code, "execution_count": None}]
    written = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": named}}
    (made,) = send(user, {**written, "cells": cells})["imported"]
    export = f"conversations/{made['id']}/export?format="
    again = user.get(f"{export}ipynb").json()
    assert again["metadata"]["kernelspec"] == named
    assert [cell["source"] for cell in again["cells"] if cell["cell_type"] == "code"] == [["ls"]]
    assert again["cells"][-1]["metadata"]["tags"][0] == "keep"
    assert user.get(f"{export}json").json()["conversation"]["kernel"] == named
    kernel = user.ok("GET", f"conversations/{made['id']}/kernel")
    assert (kernel["name"], kernel["state"], kernel["reason"]) == ("bash", "dead", "imported")
