"""Parameters of a chat, and the defaults they differ from."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import MakePerson
from tests.e2e.person import Person
from tests.support.dost_server import wait_until
from tests.support.fake_control import FakeControl


def panel(page: Page) -> Locator:
    """The open panel."""
    page.get_by_role("button", name="Chat parameters").click()
    dialog = page.get_by_role("dialog", name="Chat parameters")
    dialog.get_by_role("textbox", name="Temperature").wait_for()
    return dialog


def held(person: Person, chat: ChatPage) -> dict[str, Any]:
    """The chat as the server holds it."""
    return dict(person.client.ok("GET", f"conversations/{chat.conversation_id}"))


def set_defaults(person: Person, **settings: Any) -> None:
    """Save somebody's settings."""
    person.client.ok("PUT", "settings", json={"default_model": "fake/echo"} | settings)


def test_what_is_set_counts_from_the_next_turn_on(person: Person, fake: FakeControl) -> None:
    chat = person.open_chat()
    chat.ask_and_wait("First")
    fields = panel(chat.page)
    fields.get_by_role("textbox", name="Temperature").fill("0,4")
    fields.get_by_role("textbox", name="Stop sequences").fill("END\n\\n\\n")
    fields.get_by_role("textbox", name="System prompt").fill("Be brief")
    chat.ask_and_wait("Second")
    body = fake.requests()[-1]["body"]
    assert (body["temperature"], body["stop"]) == (0.4, ["END", "\n\n"])
    assert body["messages"][0] == {"role": "system", "content": "Be brief"}
    assert held(person, chat)["params"] == {"temperature": 0.4, "stop": ["END", "\n\n"]}


def test_a_new_chat_keeps_them_until_its_first_turn(person: Person, fake: FakeControl) -> None:
    chat = person.open_chat()
    fields = panel(chat.page)
    fields.get_by_role("textbox", name="Seed").fill("7")
    fields.get_by_role("combobox", name="Reasoning effort").select_option("High")
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_title("Chat parameters: 2 differ")).to_be_visible()
    chat.ask_and_wait("First")
    body = fake.requests()[-1]["body"]
    assert (body["seed"], body["reasoning_effort"]) == (7, "high")
    assert held(person, chat)["params"] == {"seed": 7, "reasoning_effort": "high"}


def test_they_are_reset_one_by_one_and_all(person: Person) -> None:
    made = person.client.make_conversation(
        model="fake/echo", params={"temperature": 1, "seed": 1, "top_p": 1}, system_prompt="x"
    )
    chat = person.open(f"c/{made['id']}")
    fields = panel(chat.page)
    fields.get_by_role("button", name="Reset Seed").click()
    wait_until(lambda: held(person, chat)["params"] == {"temperature": 1, "top_p": 1})
    expect(fields.get_by_role("textbox", name="Seed")).to_have_value("")
    fields.get_by_role("button", name="Reset all").click()
    wait_until(lambda: held(person, chat)["params"] == {})
    assert held(person, chat)["system_prompt"] is None
    expect(fields.get_by_role("textbox", name="System prompt")).to_have_value("")


def test_what_is_out_of_bounds_is_said_and_not_saved(person: Person) -> None:
    made = person.client.make_conversation(model="fake/echo", params={"top_p": 0.5})
    chat = person.open(f"c/{made['id']}")
    field = panel(chat.page).get_by_role("textbox", name="Top P")
    field.fill("7")
    expect(field).to_have_accessible_description("A number from 0 to 1.")
    chat.page.keyboard.press("Escape")
    chat.ask_and_wait("Go")
    assert held(person, chat)["params"] == {"top_p": 0.5}


def test_each_says_what_holds_by_default_and_whose_it_is(person: Person) -> None:
    set_defaults(person, default_params={"temperature": 0.7}, default_system_prompt="Mine")
    chat = person.open_chat()
    fields = panel(chat.page)
    temperature = fields.get_by_role("textbox", name="Temperature")
    expect(temperature).to_have_attribute("placeholder", "0.7")
    expect(temperature).to_have_accessible_description("Your default: 0.7")
    prompt = fields.get_by_role("textbox", name="System prompt")
    expect(prompt).to_have_attribute("placeholder", "Mine")
    fields.get_by_role("checkbox", name="No system prompt in this chat").check()
    chat.page.keyboard.press("Escape")
    chat.ask_and_wait("Hello")
    assert held(person, chat)["system_prompt"] == ""


def test_defaults_are_set_in_the_settings(person: Person, fake: FakeControl) -> None:
    page = person.open("settings/models").page
    page.get_by_role("textbox", name="Max tokens").fill("50")
    page.get_by_role("textbox", name="System prompt").fill("Be kind")
    wait_until(lambda: person.client.ok("GET", "settings")["default_system_prompt"] == "Be kind")
    page.reload()
    expect(page.get_by_role("textbox", name="Max tokens")).to_have_value("50")
    person.open_chat().ask_and_wait("Hello")
    body = fake.requests()[-1]["body"]
    assert body["messages"][0] == {"role": "system", "content": "Be kind"}
    assert 50 in (body.get("max_tokens"), body.get("max_completion_tokens"))


def test_a_phone_has_them_in_a_sheet(make_person: MakePerson) -> None:
    person = make_person(viewport={"width": 390, "height": 700})
    chat = person.open_chat()
    sheet = panel(chat.page)
    sheet.get_by_role("textbox", name="Temperature").fill("0.5")
    sheet.get_by_role("button", name="Close").click()
    expect(sheet).to_have_count(0)
    chat.ask_and_wait("Hello")
    assert held(person, chat)["params"] == {"temperature": 0.5}
