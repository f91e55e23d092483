"""Chats that leave dost, come into it, and are read by others through a link."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import MakePerson, NewContext
from tests.e2e.person import FAILED_REQUEST, NOBODY, Person
from tests.e2e.test_accessibility import all_violations, sideways
from tests.support.dost_server import DostServer

NASTY = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"
NASTY_MARKDOWN = f"{NASTY}\n\n[click](javascript:window.hacked=1)\n\n<svg onload=window.hacked=1>"


def chat_of_open_webui(title: str, question: str, answer: str) -> dict[str, object]:
    messages = {
        "a": {"id": "a", "parentId": None, "role": "user", "content": question},
        "b": {"id": "b", "parentId": "a", "role": "assistant", "content": answer, "model": title},
    }
    return {"title": title, "chat": {"history": {"messages": messages, "currentId": "b"}}}


def take_in(page: Page, content: object, name: str = "conversations.json") -> None:
    """Choose a file in the tab of one's data."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    file = {"name": name, "mimeType": "application/json", "buffer": data}
    page.get_by_label("File to import").set_input_files(files=[file])  # type: ignore[list-item]


def share(person: Person, conversation_id: str) -> tuple[Page, str]:
    """Make a link in the chat's menu; the page, and the link's address."""
    page = person.open_chat(f"c/{conversation_id}").page
    page.get_by_role("button", name="Chat options").click()
    page.get_by_role("menuitem", name="Share").click()
    page.get_by_role("button", name="Create link").click()
    return page, page.get_by_role("textbox", name="Link").input_value()


@pytest.mark.parametrize(
    ("item", "ending"),
    [("Markdown", ".md"), ("JSON", ".json"), ("HTML", ".html"), ("Python script", ".py")],
)
def test_a_chat_is_saved_as_a_file(person: Person, item: str, ending: str) -> None:
    made = person.client.ask("Save me")
    page = person.open_chat(f"c/{made.conversation_id}").page
    page.get_by_role("button", name="Chat options").click()
    with page.expect_download() as started:
        page.get_by_role("menuitem", name=f"Export as {item}").click()
    assert started.value.suggested_filename == f"Save me{ending}"
    assert "Save me" in Path(started.value.path()).read_text()


def test_a_script_that_cannot_be_made_is_explained(person: Person) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*422")
    conversation = person.client.make_conversation(title="Sums")["id"]
    person.client.add(conversation, "```r\nx <- 1\n```", role="assistant")
    page = person.open_chat(f"c/{conversation}").page
    page.get_by_role("button", name="Chat options").click()
    page.get_by_role("menuitem", name="Export as Python script").click()
    expect(page.get_by_text("The code of this chat is r, not Python.")).to_be_visible()


def test_everything_moves_from_one_account_to_another(
    person: Person, make_person: MakePerson
) -> None:
    person.client.ask("My first chat")
    person.client.ask("My second chat")
    page = person.open("settings/data").page
    with page.expect_download() as started:
        page.get_by_role("button", name="Export everything").click()
    archive = Path(started.value.path()).read_bytes()
    newcomer = make_person()
    there = newcomer.open("settings/data").page
    take_in(there, archive, started.value.suggested_filename)
    expect(there.get_by_text("2 chats imported")).to_be_visible()
    main = there.get_by_role("main")
    main.get_by_role("link", name="My first chat").click()
    expect(there.get_by_role("log").get_by_role("article")).to_have_count(2)


def test_what_is_left_out_says_why_and_the_rest_is_there(person: Person) -> None:
    circle = {"title": "Broken", "mapping": {"a": {"parent": "b"}, "b": {"parent": "a"}}}
    chat = person.open("settings/data")
    take_in(chat.page, [circle, chat_of_open_webui("Good", "Hi", "Hello")])
    expect(chat.page.get_by_text("1 chat imported")).to_be_visible()
    expect(chat.main).to_contain_text("“Broken” (entry 1): some of its messages")
    expect(chat.row("Good")).to_be_visible()
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []


def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(person: Person) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*422")
    page = person.open("settings/data").page
    take_in(page, b"no chats", "holiday.jpg")
    expect(page.get_by_role("alert")).to_have_text("The file is not valid JSON.")


def test_a_dropped_file_is_imported(person: Person) -> None:
    page = person.open("settings/data").page
    page.get_by_text("or drop it here").wait_for()
    text = json.dumps([chat_of_open_webui("Dropped", "Hi", "Hello")])
    transfer = page.evaluate_handle(
        """text => { const data = new DataTransfer();
            data.items.add(new File([text], 'x.json')); return data; }""",
        text,
    )
    page.get_by_text("or drop it here").dispatch_event("drop", {"dataTransfer": transfer})
    expect(page.get_by_text("1 chat imported")).to_be_visible()


def test_a_shared_chat_is_read_by_anyone_until_it_is_revoked(
    person: Person, new_context: NewContext, server: DostServer
) -> None:
    made = person.client.ask("What is **shared**?")
    page, address = share(person, made.conversation_id)
    context, watch = new_context(server)
    watch.forgive(f"{FAILED_REQUEST}.*404")
    reader = context.new_page()
    reader.goto(address)
    expect(reader.get_by_role("heading", level=1)).to_have_text("What is shared?")
    expect(reader.get_by_role("article", name="echo").locator("strong")).to_have_text("shared")
    expect(reader.locator("meta[name=robots]")).to_have_attribute("content", "noindex")
    expect(reader.get_by_role("navigation")).to_have_count(0)
    assert all_violations(reader) == {}
    assert sideways(reader) == []
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("status").filter(has_text="revoked")).to_be_visible()
    reader.reload()
    expect(reader.get_by_role("heading")).to_have_text("This link does not exist, or not any more.")
    assert all_violations(reader) == {}


def test_a_link_shows_what_is_new_once_renewed(
    person: Person, new_context: NewContext, server: DostServer
) -> None:
    made = person.client.ask("First")
    page, address = share(person, made.conversation_id)
    context, _ = new_context(server)
    reader = context.new_page()
    reader.goto(address)
    expect(reader.get_by_role("article")).to_have_count(2)
    leaf = made.message["id"]
    person.client.ask("Second", conversation_id=made.conversation_id, parent_id=leaf)
    page.get_by_role("button", name="Show it as it is now").click()
    expect(page.get_by_role("status").filter(has_text="as it is now")).to_be_visible()
    reader.reload()
    expect(reader.get_by_role("article")).to_have_count(4)


def test_nothing_in_a_file_is_executed(
    person: Person, new_context: NewContext, server: DostServer
) -> None:
    page = person.open("settings/data").page
    nasty = chat_of_open_webui(NASTY, NASTY_MARKDOWN, NASTY_MARKDOWN)
    broken = {"title": NASTY, "mapping": {"a": {"parent": "a"}}}
    take_in(page, [nasty, broken], "<img src=x onerror=window.hacked=1>.json")
    expect(page.get_by_text("1 chat imported")).to_be_visible()
    (made,) = person.client.ok("GET", "conversations")["items"]
    shown, address = share(person, made["id"])
    context, watch = new_context(server)
    for watching in (person.watch, watch):
        # Chromium reports the handlers where the sanitiser reads them, in an inert document.
        watching.forgive("Executing inline event handler violates")
    reader = context.new_page()
    reader.goto(address)
    expect(reader.get_by_role("article")).to_have_count(2)
    expect(reader.get_by_role("heading", level=1)).to_have_text(NASTY)
    for somewhere in (page, shown, reader):
        assert somewhere.evaluate("window.hacked") is None
        assert somewhere.locator("[onerror], [onload], a[href^='javascript']").count() == 0


def test_a_saved_page_does_nothing_when_it_is_opened(
    person: Person, browser: Browser, tmp_path: Path
) -> None:
    shown = {"output_type": "display_data", "data": {"text/html": NASTY_MARKDOWN}, "metadata": {}}
    said = {"cell_type": "markdown", "metadata": {}, "source": f"# Shown\n\n{NASTY_MARKDOWN}"}
    ran = {"cell_type": "code", "metadata": {}, "source": NASTY, "outputs": [shown]}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [said, ran]}
    file = {"file": ("x.ipynb", json.dumps(notebook).encode())}
    (made,) = person.client.ok("POST", "conversations/import", files=file)["imported"]
    saved = tmp_path / "saved.html"
    saved.write_bytes(person.client.get(f"conversations/{made['id']}/export?format=html").content)
    with browser.new_context() as context:
        sent: list[str] = []
        failed: list[str | None] = []
        context.on("requestfinished", lambda request: sent.append(request.url))
        context.on("requestfailed", lambda request: failed.append(request.failure))
        page = context.new_page()
        page.goto(saved.as_uri())
        expect(page.get_by_role("heading", name="Shown").last).to_be_visible()
        page.get_by_role("link", name="click").first.click()
        assert page.evaluate("window.hacked") is None
        assert sent == [saved.as_uri()]
        assert set(failed) == {"csp"}


def test_all_chats_are_deleted_after_a_word(person: Person) -> None:
    person.client.ask("Gone soon")
    chat = person.open("settings/data")
    expect(chat.row("Gone soon")).to_be_visible()
    chat.page.get_by_role("button", name="Delete all chats…").click()
    confirm = chat.page.get_by_role("button", name="Delete all", exact=True)
    expect(confirm).to_be_disabled()
    chat.page.get_by_role("textbox", name="Type “delete” to confirm").fill("delete")
    confirm.click()
    expect(chat.sidebar).to_contain_text("Your chats will appear here.")
    assert person.client.ok("GET", "conversations")["items"] == []


def test_an_account_is_deleted_with_its_password(person: Person) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*403")
    person.watch.forgive(NOBODY)
    page = person.open("settings/data").page
    page.get_by_role("button", name="Delete account…").click()
    dialog = page.get_by_role("dialog", name="Delete the account")
    dialog.get_by_role("textbox", name="Password").fill("wrong")
    dialog.get_by_role("button", name="Delete account").click()
    expect(dialog.get_by_role("alert")).to_have_text("The current password is wrong.")
    dialog.get_by_role("textbox", name="Password").fill("correct horse battery")
    dialog.get_by_role("button", name="Delete account").click()
    page.get_by_role("button", name="Sign in").wait_for()
    assert person.client.get("auth/me").status_code == 401
