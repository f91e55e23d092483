"""A temporary chat on the page: it works like any other and leaves nothing behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.person import FAILED_REQUEST, Person
from tests.e2e.test_offline import HOLDS, installed

STORED = "() => JSON.stringify({ ...localStorage, ...sessionStorage })"


@pytest.fixture
def temporary(chat: ChatPage) -> ChatPage:
    """A new chat that is temporary."""
    chat.main.get_by_role("button", name="Temporary chat").click()
    expect(chat.main.get_by_role("heading", name="Temporary chat")).to_be_visible()
    return chat


def test_it_goes_on_after_a_reload_and_is_in_no_list(temporary: ChatPage) -> None:
    temporary.ask_and_wait("Between us")
    expect(temporary.main).to_contain_text("This chat is not saved.")
    temporary.page.reload()
    expect(temporary.text_of(temporary.last)).to_have_text("Between us")
    expect(temporary.main).to_contain_text("This chat is not saved.")
    temporary.ask_and_wait("Still between us")
    expect(temporary.sidebar).to_contain_text("Your chats will appear here.")


def test_the_browser_keeps_nothing_of_it(temporary: ChatPage) -> None:
    installed(temporary.page)
    temporary.box.press_sequentially("Just a draft")
    temporary.page.reload()
    expect(temporary.box).to_have_value("")
    temporary.main.get_by_role("button", name="Temporary chat").click()
    temporary.ask_and_wait("Between us")
    conversation_id = temporary.conversation_id
    temporary.page.reload()
    expect(temporary.text_of(temporary.last)).to_have_text("Between us")
    assert temporary.page.evaluate(HOLDS, conversation_id) is False
    assert temporary.page.evaluate(HOLDS, f"{conversation_id}/messages") is False
    assert "etween us" not in temporary.page.evaluate(STORED)


def test_kept_it_is_a_chat_like_any_other(temporary: ChatPage) -> None:
    temporary.ask_and_wait("Worth keeping")
    temporary.main.get_by_role("button", name="Keep this chat").click()
    expect(temporary.row("Worth keeping")).to_be_visible()
    expect(temporary.main).not_to_contain_text("This chat is not saved.")
    expect(temporary.main.get_by_role("button", name="Chat options")).to_be_visible()
    temporary.page.reload()
    expect(temporary.text_of(temporary.last)).to_have_text("Worth keeping")


def test_forgotten_it_is_gone_at_once(temporary: ChatPage, person: Person) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*404")
    temporary.ask_and_wait("Forget this")
    conversation_id = temporary.conversation_id
    temporary.main.get_by_role("button", name="Forget it now").click()
    expect(temporary.main.get_by_role("button", name="Temporary chat")).to_be_visible()
    assert person.client.get(f"conversations/{conversation_id}").status_code == 404
    later = person.open(f"c/{conversation_id}")
    expect(later.log).to_contain_text("This chat does not exist")


def test_the_palette_begins_one(chat: ChatPage) -> None:
    chat.ask_and_wait("An ordinary chat")
    chat.page.keyboard.press("Control+k")
    chat.page.get_by_role("combobox", name="Search").fill("temporary")
    chat.page.keyboard.press("Enter")
    expect(chat.main.get_by_role("heading", name="Temporary chat")).to_be_visible()
    toggle = chat.main.get_by_role("button", name="Temporary chat")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "false")
