"""Everything that matters without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.person import Person
from tests.support.fake_control import FakeControl


@pytest.fixture
def page(chat: ChatPage) -> Page:
    """The tab of a new chat; its box has the focus."""
    expect(chat.box).to_be_focused()
    return chat.page


def test_enter_sends_and_shift_enter_begins_a_line(chat: ChatPage, page: Page) -> None:
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    expect(chat.box).to_have_value("one\ntwo")
    page.keyboard.press("Enter")
    chat.wait_for_answer()
    expect(chat.messages.first).to_contain_text("one\ntwo")
    expect(chat.box).to_have_value("")


def test_escape_stops(chat: ChatPage, page: Page, fake: FakeControl) -> None:
    fake.queue(tokens=20_000, tokens_per_second=50)
    page.keyboard.type("Never end")
    page.keyboard.press("Enter")
    chat.wait_for_words(3)
    page.keyboard.press("Escape")
    expect(chat.last).to_contain_text("You stopped this answer.")


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Command palette")
    expect(palette.get_by_role("combobox", name="Search chats")).to_be_focused()


def test_the_palette_finds_chats_models_and_actions(chat: ChatPage, page: Page) -> None:
    chat.ask_and_wait("Find me again")
    page.keyboard.press("Control+Shift+o")
    expect(chat.messages).to_have_count(0)
    open_palette(page)
    page.keyboard.type("find me")
    page.keyboard.press("Enter")
    expect(chat.text_of(chat.last)).to_have_text("Find me again")
    open_palette(page)
    page.keyboard.type("theme: dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    open_palette(page)
    page.keyboard.type("lorem")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Model")).to_contain_text("lorem")


def test_the_palette_closes_without_a_choice(chat: ChatPage, page: Page) -> None:
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Command palette")
    expect(palette).to_be_visible()
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    expect(chat.box).to_be_focused()


def test_the_sidebar_opens_and_closes_and_stays_so(chat: ChatPage, page: Page) -> None:
    expect(chat.sidebar).to_be_visible()
    page.keyboard.press("Control+b")
    expect(chat.sidebar).to_be_hidden()
    page.reload()
    chat.box.wait_for()
    expect(chat.sidebar).to_be_hidden()
    page.keyboard.press("Control+b")
    expect(chat.sidebar).to_be_visible()


def test_the_sheet_names_every_shortcut(page: Page) -> None:
    page.keyboard.press("Control+/")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    for row in ("Send the message", "New line", "Stop the answer", "Command palette", "New chat"):
        expect(sheet).to_contain_text(row)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_up_in_an_empty_box_edits_the_last_prompt(chat: ChatPage, page: Page) -> None:
    chat.ask_and_wait("a first try")
    chat.box.press("ArrowUp")
    editor = chat.messages.first.get_by_role("textbox", name="Edit message")
    expect(editor).to_be_focused()
    editor.fill("a better try")
    editor.press("Control+Enter")
    expect(chat.text_of(chat.last)).to_have_text("a better try")


def test_a_menu_is_walked_with_the_arrows(chat: ChatPage, page: Page, person: Person) -> None:
    chat.ask_and_wait("Walk me")
    options = page.get_by_role("button", name="Chat options")
    options.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(chat.sidebar.get_by_role("region", name="Pinned")).to_contain_text("Walk me")
    expect(options).to_be_focused()
