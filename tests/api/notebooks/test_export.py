"""Conversations as downloads."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import nbformat
import pytest

from tests.api.conftest import SignUp
from tests.support.client import Client
from tests.support.pictures import picture


def branched(client: Client, title: str = "Plans") -> str:
    """A conversation with two answers, of which the second is shown."""
    conversation = str(client.make_conversation(title=title, tags=["t"])["id"])
    question = client.add(conversation, "Why?")["id"]
    client.add(conversation, "First answer", question, role="assistant")
    client.add(conversation, "Second answer", question, role="assistant")
    return conversation


def test_json_holds_every_branch(user: Client) -> None:
    conversation = branched(user)
    response = user.get(f"conversations/{conversation}/export", params={"format": "json"})
    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-disposition"].startswith('attachment; filename="Plans.json"')
    document = response.json()
    assert (document["format"], document["version"]) == ("dost.conversation", 1)
    tree = user.tree(conversation)
    found = document["conversation"]
    assert [m["id"] for m in found["messages"]] == tree["ids"]
    assert (found["current_leaf_id"], found["tags"]) == (tree["leaf"], ["t"])


def said(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value is not None}


def test_an_answer_keeps_its_params_usage_and_times(user: Client) -> None:
    answer = user.ask("Hello", params={"seed": 7}, system_prompt="Be brief")
    found = user.ok("GET", f"conversations/{answer.conversation_id}/export")["conversation"]
    last = found["messages"][-1]
    kept = said(answer.message) | {"usage": said(answer.message["usage"])}
    assert last == {name: kept[name] for name in last}
    assert {"usage", "params", "model", "created_at"} <= set(last)
    assert (found["system_prompt"], found["params"]) == ("Be brief", {"seed": 7})


def test_markdown_holds_the_shown_branch(user: Client) -> None:
    response = user.get(f"conversations/{branched(user)}/export", params={"format": "md"})
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.text.startswith("# Plans\n\n---\n\n## You\n")
    assert "Second answer" in response.text
    assert "First answer" not in response.text


def with_files(client: Client) -> tuple[str, list[dict[str, Any]]]:
    """A conversation whose prompt has a picture and a text."""
    files = [client.attach("cat.png", picture()), client.attach("my_notes_.md", b"# Notes")]
    attachments = [{"file_id": file["id"]} for file in files]
    answer = client.ask("Look", model="fake/vision", attachments=attachments)
    return answer.conversation_id, files


def test_files_go_out_and_come_in_again(user: Client, sign_up: SignUp) -> None:
    conversation, files = with_files(user)
    exported = user.get(f"conversations/{conversation}/export").content
    other = sign_up()
    sent = {"file": ("x.json", exported)}
    (made,) = other.ok("POST", "conversations/import", files=sent)["imported"]
    tree = other.tree(made["id"])
    attached = tree["by_id"][tree["ids"][0]]["attachments"]
    assert [{**a, "id": f["id"]} for a, f in zip(attached, files, strict=True)] == files
    assert other.get(f"files/{attached[0]['id']}").content == picture()
    assert user.get(f"files/{attached[0]['id']}").status_code == 404


def test_markdown_names_the_files(user: Client) -> None:
    conversation, _ = with_files(user)
    response = user.get(f"conversations/{conversation}/export", params={"format": "md"})
    assert "*Attached: cat.png, my\\_notes\\_.md*\n\nLook" in response.text


def test_a_hostile_title_stays_within_the_header(user: Client) -> None:
    conversation = branched(user, 'x"; filename=evil.exe\r\nSet-Cookie: a=b; 🙂/../..')
    response = user.get(f"conversations/{conversation}/export?format=md")
    assert "set-cookie" not in response.headers
    disposition = response.headers["content-disposition"]
    assert disposition.count('"') == 2
    assert disposition.startswith('attachment; filename="x  filenameevil.exe Set-Cookie ab .md";')


def test_a_notebook_opens_and_comes_back(user: Client, sign_up: SignUp) -> None:
    conversation = branched(user, "Café")
    response = user.get(f"conversations/{conversation}/export?format=ipynb")
    assert response.headers["content-type"] == "application/x-ipynb+json"
    assert ".ipynb" in response.headers["content-disposition"]
    written = nbformat.reads(response.text, as_version=4)
    nbformat.validate(written)
    assert written.cells[0].source == "# Café"
    newcomer = sign_up()
    file = ("any.name", response.content)
    report = newcomer.ok("POST", "conversations/import", files={"file": file})
    (made,) = report["imported"]
    before, after = user.tree(conversation), newcomer.tree(made["id"])
    assert [m["content"] for m in after["by_id"].values()] == [
        m["content"] for m in before["by_id"].values()
    ]


@pytest.mark.parametrize("wanted", ["pdf", ""])
def test_a_format_that_is_not_there_is_refused(user: Client, wanted: str) -> None:
    response = user.get(f"conversations/{branched(user)}/export", params={"format": wanted})
    assert response.status_code == 422
    assert response.json()["detail"].startswith("format: ")


def unzipped(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_the_archive_holds_everything_and_no_secret(user: Client) -> None:
    ids = [branched(user, "Same title") for _ in range(3)]
    user.ok("PATCH", f"conversations/{ids[0]}", json={"archived": True})
    key = user.ok("POST", "auth/api-keys", json={"name": "k"})["key"]
    user.ok("POST", "prompts", json={"name": "greet", "content": "Say hello"})
    response = user.get("conversations/export")
    assert response.headers["content-type"] == "application/zip"
    files = unzipped(response.content)
    account = files.pop("account.json")
    assert account["profile"]["username"] == user.username
    assert account["settings"] == {"background": None}
    assert [(p["name"], p["content"]) for p in account["prompts"]] == [("greet", "Say hello")]
    assert len(files) == 3
    assert all(len(f["conversation"]["messages"]) == 3 for f in files.values())
    assert key not in json.dumps(account)
    assert not {"password", "password_hash", "token"} & set(json.dumps(account).split('"'))


def test_folders_come_back_with_their_chats(user: Client, sign_up: Any) -> None:
    work = user.ok("POST", "folders", json={"name": "Work"})["id"]
    paper = user.ok("POST", "folders", json={"name": "Paper", "parent_id": work})["id"]
    user.make_conversation(title="Light", folder_id=paper)
    archive = user.get("conversations/export").content
    other = sign_up()
    files = {"file": ("all.zip", archive)}
    for _ in range(2):
        other.ok("POST", "conversations/import", files=files)
    items = other.ok("GET", "folders")["items"]
    names = {item["id"]: item["name"] for item in items}
    assert [(i["name"], names.get(i["parent_id"])) for i in items] == [
        ("Paper", "Work"),
        ("Work", None),
    ]
    filed = other.ok("GET", "conversations", params={"folder_id": items[0]["id"]})["items"]
    assert [item["title"] for item in filed] == ["Light", "Light"]


def test_somebody_without_conversations_gets_an_archive_too(user: Client) -> None:
    assert list(unzipped(user.get("conversations/export").content)) == ["account.json"]


def test_nobody_exports_anothers(user: Client, sign_up: Any) -> None:
    stranger = sign_up()
    conversation = branched(user, "secret")
    assert stranger.get(f"conversations/{conversation}/export").status_code == 404
    assert b"secret" not in stranger.get("conversations/export").content


def test_everything_is_deleted_at_once(user: Client, sign_up: Any) -> None:
    other = sign_up()
    kept, gone = branched(other), [branched(user), branched(user)]
    user.ok("PATCH", f"conversations/{gone[0]}", json={"archived": True})
    user.ok("DELETE", "conversations")
    assert [user.get(f"conversations/{i}").status_code for i in gone] == [404, 404]
    assert other.get(f"conversations/{kept}").status_code == 200


def with_code(client: Client, language: str) -> str:
    """A chat with one block of code in a language."""
    conversation = str(client.make_conversation(title="Sums")["id"])
    prompt = client.add(conversation, "Add up, please")
    client.add(conversation, f"So:\n\n```{language}\n1 + 1\n```", prompt["id"], role="assistant")
    return conversation


def test_a_page_to_read_and_print_is_a_download(user: Client) -> None:
    conversation = with_code(user, "python")
    response = user.get(f"conversations/{conversation}/export?format=html")
    assert response.headers["content-type"] == "application/octet-stream"
    assert 'filename="Sums.html"' in response.headers["content-disposition"]
    assert "Add up, please" in response.text
    assert "<title>Sums</title>" in response.text


HOSTILE = "<script>alert(1)</script><svg onload=alert(1)>"


@pytest.mark.parametrize("wanted", ["json", "md", "ipynb", "html", "py"])
def test_what_is_hostile_never_opens_as_a_page_of_dost(user: Client, wanted: str) -> None:
    shown = {"output_type": "display_data", "data": {"text/html": HOSTILE}, "metadata": {}}
    said = {"cell_type": "markdown", "metadata": {}, "source": f"# {HOSTILE}\n{HOSTILE}"}
    ran = {"cell_type": "code", "metadata": {}, "source": "1", "outputs": [shown]}
    written = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [said, ran]}
    file = {"file": ("x.ipynb", json.dumps(written).encode())}
    (made,) = user.ok("POST", "conversations/import", files=file)["imported"]
    response = user.get(f"conversations/{made['id']}/export?format={wanted}")
    assert "alert(1)" in response.text
    headers = response.headers
    assert headers["content-disposition"].startswith("attachment;")
    assert headers["x-content-type-options"] == "nosniff"
    # What a browser would show after all has no origin and may do nothing.
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["content-type"].split(";")[0] in {
        "application/json",
        "text/markdown",
        "application/x-ipynb+json",
        "application/octet-stream",
        "text/x-python",
    }


def test_a_script_is_pythons_alone(user: Client) -> None:
    response = user.get(f"conversations/{with_code(user, 'python')}/export?format=py")
    assert 'filename="Sums.py"' in response.headers["content-disposition"]
    assert "\n1 + 1\n" in response.text
    refused = user.get(f"conversations/{with_code(user, 'r')}/export?format=py")
    assert (refused.status_code, refused.json()["code"]) == (422, "not_python")
    assert "not Python" in refused.json()["detail"]
