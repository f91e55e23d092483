"""Finding chats again: search, folders, tags, the archive, and many at once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.person import Person


def say(person: Person, title: str, *contents: str, **fields: Any) -> str:
    """The id of a chat in which something was said."""
    made = person.client.make_conversation(title=title, **fields)
    parent = None
    for content in contents:
        parent = person.client.add(made["id"], content, parent)["id"]
    return str(made["id"])


def search(chat: ChatPage, words: str) -> Locator:
    """Type into the search box; what is found."""
    chat.sidebar.get_by_role("searchbox", name="Search chats").fill(words)
    return chat.sidebar.get_by_role("region", name="Found").get_by_role("link")


def folder(chat: ChatPage, name: str) -> Locator:
    """A folder in the sidebar."""
    return chat.sidebar.get_by_role("button", name=name, exact=True)


@pytest.fixture
def filled(person: Person) -> ChatPage:
    """Three chats, shown in the sidebar."""
    say(person, "Bread", "How long does sourdough rest?")
    say(person, "Light", "Işık hızı nedir?", tags=["physics"])
    say(person, "Travel", *[f"Day {i} in Ankara. " + "We walk. " * 80 for i in range(6)])
    return person.open()


def test_a_chat_is_found_by_what_was_said(filled: ChatPage) -> None:
    found = search(filled, "SOURDOUGH rests")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("Bread")
    expect(found.locator("mark").first).to_have_text("sourdough")


def test_turkish_is_found_however_it_is_typed(filled: ChatPage) -> None:
    expect(search(filled, "isik")).to_contain_text("Light")


def test_choosing_what_was_found_shows_the_message(filled: ChatPage) -> None:
    search(filled, "day 2 ankara").first.click()
    expect(filled.message("Day 2 in Ankara")).to_be_in_viewport()
    expect(filled.message("Day 5 in Ankara")).not_to_be_in_viewport()
    expect(filled.box).to_be_in_viewport()


def test_what_was_found_on_another_branch_is_shown(person: Person) -> None:
    made = person.client.make_conversation(title="Branches")["id"]
    root = person.client.add(made, "root")["id"]
    person.client.add(made, "the left narwhal", root)
    person.client.add(made, "the right way", root)
    chat = person.open()
    search(chat, "narwhal").click()
    expect(chat.message("the left narwhal")).to_be_visible()


def test_a_search_that_finds_nothing_says_what_helps(filled: ChatPage) -> None:
    search(filled, "xylophone")
    expect(filled.sidebar).to_contain_text("Nothing was found.")
    filled.page.keyboard.press("Escape")
    expect(filled.row("Bread")).to_be_visible()


def test_a_chat_is_moved_to_a_new_folder(filled: ChatPage) -> None:
    filled.choose("Bread", "Move to folder")
    move = filled.page.get_by_role("dialog", name="Move to folder")
    move.get_by_role("button", name="New folder").click()
    make = filled.page.get_by_role("dialog", name="New folder")
    make.get_by_role("textbox", name="Name").fill("Kitchen")
    make.get_by_role("button", name="Save").click()
    expect(folder(filled, "Kitchen")).to_be_visible()
    expect(filled.row("Bread")).to_be_hidden()
    folder(filled, "Kitchen").click()
    expect(filled.row("Bread")).to_be_visible()
    filled.page.reload()
    expect(filled.row("Bread")).to_be_visible()


def test_a_folder_is_made_in_the_sidebar_and_edited(chat: ChatPage) -> None:
    chat.sidebar.get_by_role("button", name="New folder").click()
    make = chat.page.get_by_role("dialog", name="New folder")
    make.get_by_role("textbox", name="Name").fill("Garden")
    make.get_by_role("button", name="Save").click()
    chat.sidebar.get_by_role("button", name="Options of folder Garden").click()
    chat.page.get_by_role("menuitem", name="Edit folder").click()
    edit = chat.page.get_by_role("dialog", name="Edit folder")
    edit.get_by_role("textbox", name="Name").fill("Orchard")
    edit.get_by_role("button", name="Save").click()
    expect(folder(chat, "Orchard")).to_be_visible()
    expect(folder(chat, "Garden")).to_be_hidden()


def test_a_chat_begins_in_a_folder_and_hears_its_prompt(person: Person) -> None:
    work = {"name": "Work", "system_prompt": "Be brief."}
    person.client.ok("POST", "folders", json=work)
    chat = person.open()
    chat.sidebar.get_by_role("button", name="Options of folder Work").click()
    chat.page.get_by_role("menuitem", name="New chat here").click()
    expect(chat.main.get_by_role("heading", name="New chat in Work")).to_be_visible()
    chat.ask_and_wait("Hello there")
    made = person.client.ok("GET", f"conversations/{chat.conversation_id}")
    assert (made["folder_id"], made["title"]) != (None, "New chat")


def test_a_folder_is_removed_and_its_chats_stay(filled: ChatPage, person: Person) -> None:
    made = person.client.ok("POST", "folders", json={"name": "Old"})["id"]
    say(person, "Kept", "x", folder_id=made)
    filled.page.reload()
    filled.sidebar.get_by_role("button", name="Options of folder Old").click()
    filled.page.get_by_role("menuitem", name="Remove folder").click()
    sure = filled.page.get_by_role("dialog", name="Remove folder")
    sure.get_by_role("button", name="Remove folder").click()
    expect(folder(filled, "Old")).to_be_hidden()
    expect(filled.row("Kept")).to_be_visible()


def test_tags_are_kept_and_found(filled: ChatPage) -> None:
    filled.choose("Bread", "Tags")
    dialog = filled.page.get_by_role("dialog", name="Tags")
    dialog.get_by_role("combobox", name="Add a tag").fill("baking")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_role("listitem")).to_contain_text("baking")
    dialog.get_by_role("button", name="Close").click()
    expect(search(filled, "tag:baking")).to_contain_text("Bread")


def test_an_archived_chat_is_out_of_the_way_and_comes_back(filled: ChatPage) -> None:
    filled.choose("Bread", "Archive")
    expect(filled.row("Bread")).to_be_hidden()
    filled.sidebar.get_by_role("button", name="Archived chats").click()
    expect(filled.row("Bread")).to_be_visible()
    filled.choose("Bread", "Take out of the archive")
    filled.sidebar.get_by_role("button", name="Clear the search").click()
    expect(filled.row("Bread")).to_be_visible()


def test_many_chats_are_deleted_at_once_and_brought_back(filled: ChatPage) -> None:
    filled.choose("Bread", "Select")
    filled.sidebar.get_by_role("checkbox", name="Select Light").check()
    bar = filled.sidebar.get_by_role("toolbar", name="Selected chats")
    expect(bar).to_contain_text("2 selected")
    bar.get_by_role("button", name="Delete").click()
    expect(filled.row("Bread")).to_be_hidden()
    filled.notices.get_by_role("button", name="Undo").click()
    expect(filled.row("Light")).to_be_visible()


def test_many_chats_that_were_deleted_are_gone(filled: ChatPage, person: Person) -> None:
    person.watch.forgive(r"404.*/conversations/")
    filled.choose("Bread", "Select")
    filled.sidebar.get_by_role("checkbox", name="Select Light").check()
    filled.sidebar.get_by_role("toolbar").get_by_role("button", name="Delete").click()
    filled.page.reload()
    expect(filled.row("Travel")).to_be_visible()
    expect(filled.row("Bread")).to_be_hidden()
    left = person.client.ok("GET", "conversations")["items"]
    assert [item["title"] for item in left] == ["Travel"]


def test_a_folder_made_in_another_tab_appears(filled: ChatPage, person: Person) -> None:
    person.client.ok("POST", "folders", json={"name": "Elsewhere"})
    expect(folder(filled, "Elsewhere")).to_be_visible()


def test_hostile_names_are_only_text(person: Person) -> None:
    evil = "<img src=x onerror=alert(1)>"
    made = person.client.ok("POST", "folders", json={"name": evil})["id"]
    say(person, evil, f"about {evil}", tags=[evil], folder_id=made)
    chat = person.open()
    chat.page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    found = search(chat, "onerror")
    expect(found).to_contain_text(evil)
    assert chat.page.locator("img[src=x]").count() == 0
