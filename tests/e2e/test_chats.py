"""Conversations in the sidebar, in the address, and in two tabs at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import MakePerson
from tests.e2e.person import FAILED_REQUEST, Person
from tests.support.dost_server import wait_until
from tests.support.fake_control import FakeControl

SLOW = {"tokens": 80, "tokens_per_second": 40}


@pytest.fixture
def titled(person: Person) -> ChatPage:
    """The conversation “Plans”, shown."""
    made = person.client.make_conversation(title="Plans")
    person.client.ask("We meet on Thursday", conversation_id=made["id"])
    chat = person.open(f"c/{made['id']}")
    expect(chat.text_of(chat.last)).to_have_text("We meet on Thursday")
    return chat


def test_a_new_chat_gets_an_address_and_a_title(chat: ChatPage) -> None:
    chat.ask_and_wait("Which way is north?")
    expect(chat.row("Which way is north?")).to_be_visible()
    expect(chat.page).to_have_title("Which way is north? · dost")
    chat.page.reload()
    expect(chat.text_of(chat.last)).to_have_text("Which way is north?")


def test_a_chat_is_renamed_in_the_sidebar(titled: ChatPage, person: Person) -> None:
    titled.choose("Plans", "Rename")
    field = titled.sidebar.get_by_role("textbox", name="Title")
    field.fill("Thursday")
    field.press("Enter")
    expect(titled.row("Thursday")).to_be_visible()
    expect(titled.page).to_have_title("Thursday · dost")
    titled.page.reload()
    expect(titled.row("Thursday")).to_be_visible()


def test_a_chat_is_renamed_from_its_own_menu(titled: ChatPage) -> None:
    titled.page.get_by_role("button", name="Chat options").click()
    titled.page.get_by_role("menuitem", name="Rename").click()
    dialog = titled.page.get_by_role("dialog", name="Rename")
    dialog.get_by_role("textbox", name="Title").fill("Friday")
    dialog.get_by_role("button", name="Save").click()
    expect(titled.row("Friday")).to_be_visible()


def test_a_pinned_chat_is_above_all_others(titled: ChatPage) -> None:
    titled.choose("Plans", "Pin")
    pinned = titled.sidebar.get_by_role("region", name="Pinned")
    expect(pinned.get_by_role("link", name="Plans")).to_be_visible()
    titled.page.reload()
    expect(pinned.get_by_role("link", name="Plans")).to_be_visible()
    titled.choose("Plans", "Unpin")
    expect(pinned).to_be_hidden()


def test_a_deleted_chat_comes_back_with_undo(titled: ChatPage, person: Person) -> None:
    address = titled.page.url
    titled.choose("Plans", "Delete")
    expect(titled.row("Plans")).to_be_hidden()
    expect(titled.page).to_have_url(person.server.url)
    titled.undo()
    expect(titled.row("Plans")).to_be_visible()
    expect(titled.page).to_have_url(address)
    expect(titled.text_of(titled.last)).to_have_text("We meet on Thursday")


def test_a_deleted_chat_is_gone_when_its_notice_is(titled: ChatPage, person: Person) -> None:
    titled.choose("Plans", "Delete")
    titled.notices.get_by_role("button", name="Dismiss").click()
    expect(titled.notices).to_be_empty()
    wait_until(lambda: person.client.ok("GET", "conversations")["items"] == [])
    titled.page.reload()
    expect(titled.sidebar).to_contain_text("Your chats will appear here.")


def test_the_back_button_goes_where_one_was(titled: ChatPage, person: Person) -> None:
    other = person.client.make_conversation(title="Other")
    person.client.ask("Something else", conversation_id=other["id"])
    titled.row("Other").get_by_role("link").click()
    expect(titled.text_of(titled.last)).to_have_text("Something else")
    titled.sidebar.get_by_role("link", name="New chat").click()
    expect(titled.messages).to_have_count(0)
    titled.page.go_back()
    expect(titled.text_of(titled.last)).to_have_text("Something else")
    titled.page.go_back()
    expect(titled.text_of(titled.last)).to_have_text("We meet on Thursday")
    titled.page.go_forward()
    expect(titled.text_of(titled.last)).to_have_text("Something else")


@pytest.mark.parametrize("unknown", ["0199aaaa-0000-7000-8000-000000000000", "no-id-at-all"])
def test_an_unknown_chat_is_said_kindly(person: Person, unknown: str) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*404")
    chat = person.open(f"c/{unknown}")
    expect(chat.main).to_contain_text("This chat does not exist, or it is not yours.")
    chat.sidebar.get_by_role("link", name="New chat").click()
    chat.ask_and_wait("Still works")
    expect(chat.text_of(chat.last)).to_have_text("Still works")


def test_an_address_without_a_page_is_said_kindly(person: Person) -> None:
    expect(person.open("nowhere/at/all").main).to_contain_text("There is no such page.")


def test_what_one_tab_does_shows_in_the_other(chat: ChatPage, person: Person) -> None:
    other = person.open_chat()
    chat.ask_and_wait("Hello tabs")
    expect(other.row("Hello tabs")).to_be_visible()
    chat.choose("Hello tabs", "Pin")
    expect(other.sidebar.get_by_role("region", name="Pinned")).to_contain_text("Hello tabs")
    chat.choose("Hello tabs", "Rename")
    field = chat.sidebar.get_by_role("textbox", name="Title")
    field.fill("Hello windows")
    field.press("Enter")
    expect(other.row("Hello windows")).to_be_visible()
    chat.choose("Hello windows", "Delete")
    chat.notices.get_by_role("button", name="Dismiss").click()
    expect(other.row("Hello windows")).to_be_hidden()


def test_an_answer_streams_into_every_tab(
    chat: ChatPage, person: Person, fake: FakeControl
) -> None:
    chat.ask_and_wait("Begin")
    other = person.open(f"c/{chat.conversation_id}")
    expect(other.messages).to_have_count(2)
    fake.queue(**SLOW)
    chat.ask("Go on")
    other.wait_for_words(3)
    expect(other.row("Begin")).to_contain_text("An answer is being written")
    chat.wait_for_answer()
    other.wait_for_answer()
    assert other.seen() == chat.seen()
    assert len(chat.seen().split()) == SLOW["tokens"]
    expect(other.row("Begin")).not_to_contain_text("An answer is being written")


def test_an_answer_stopped_in_one_tab_is_stopped_in_the_other(
    chat: ChatPage, person: Person, fake: FakeControl
) -> None:
    fake.queue(tokens=20_000, tokens_per_second=50)
    chat.ask("Never end")
    other = person.open(f"c/{chat.conversation_id}")
    other.wait_for_words(3)
    other.stop.click()
    chat.wait_for_answer()
    other.wait_for_answer()
    assert chat.seen() == other.seen()


def test_nobody_sees_what_is_anothers(make_person: MakePerson) -> None:
    ada, bob = make_person(), make_person()
    hers, his = ada.open_chat(), bob.open_chat()
    hers.ask_and_wait("Ada's secret")
    bob.watch.forgive(f"{FAILED_REQUEST}.*404")
    his.page.goto(hers.page.url)
    expect(his.main).to_contain_text("This chat does not exist, or it is not yours.")
    expect(his.sidebar).to_contain_text("Your chats will appear here.")
    his.page.keyboard.press("Control+k")
    palette = his.page.get_by_role("dialog", name="Command palette")
    palette.get_by_role("combobox").fill("secret")
    expect(palette.get_by_role("option")).to_have_text("Search all messages for “secret”")
    his.page.keyboard.press("Enter")
    expect(his.sidebar).to_contain_text("Nothing was found.")
    expect(his.page.locator("body")).not_to_contain_text(re.compile("Ada's secret"))
