"""The prompt library: in the message box, in the settings, and shared."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import MakePerson
from tests.e2e.person import FAILED_REQUEST, Person
from tests.support.dost_server import wait_until

TRANSLATE = "Translate into {{language|Turkish}}: {{text}}"


def keep(person: Person, name: str, content: str, **fields: object) -> str:
    """A prompt of somebody's."""
    body = {"name": name, "content": content} | fields
    return str(person.client.ok("POST", "prompts", json=body)["id"])


def offered(chat: ChatPage) -> Locator:
    """What is offered above the message box."""
    return chat.page.get_by_role("listbox").get_by_role("option")


def test_a_slash_puts_a_prompt_in_and_sends_nothing(person: Person) -> None:
    keep(person, "hello", "Say hello to the reader", title="Greet")
    keep(person, "bye", "Say goodbye")
    chat = person.open_chat()
    chat.box.press_sequentially("/")
    # Others may have shared theirs.
    expect(offered(chat).filter(has_text="Say hello to the reader")).to_be_visible()
    expect(offered(chat).filter(has_text="Say goodbye")).to_be_visible()
    chat.box.press_sequentially("hel")
    expect(offered(chat).first).to_contain_text("Greet")
    expect(offered(chat).first).to_have_attribute("aria-selected", "true")
    chat.box.press("Enter")
    expect(chat.box).to_have_value("Say hello to the reader")
    expect(offered(chat)).to_have_count(0)
    expect(chat.log).to_be_hidden()


def test_variables_are_asked_for(person: Person) -> None:
    keep(person, "translate", TRANSLATE)
    chat = person.open_chat()
    chat.box.press_sequentially("Please.")
    chat.box.press("Shift+Enter")
    chat.box.press_sequentially("/tr")
    expect(offered(chat).first).to_be_visible()
    chat.box.press("Tab")
    form = chat.page.get_by_role("dialog", name="translate")
    expect(form.get_by_role("textbox", name="language")).to_have_value("Turkish")
    chat.page.keyboard.type("German")
    chat.page.keyboard.press("Tab")
    chat.page.keyboard.type("one")
    chat.page.keyboard.press("Shift+Enter")
    chat.page.keyboard.type("two")
    chat.page.keyboard.press("Enter")
    expect(chat.box).to_have_value("Please.\nTranslate into German: one\ntwo")
    expect(chat.box).to_be_focused()


def test_escape_leaves_what_was_typed_and_enter_sends_it(person: Person) -> None:
    keep(person, "hello", "Say hello")
    chat = person.open_chat()
    chat.box.press_sequentially("/hello")
    expect(offered(chat).first).to_be_visible()
    chat.box.press("Escape")
    expect(offered(chat)).to_have_count(0)
    chat.box.press("Enter")
    chat.wait_for_answer()
    expect(chat.text_of(chat.last)).to_have_text("/hello")


def test_a_path_is_no_prompt(chat: ChatPage) -> None:
    chat.box.press_sequentially("cd /usr")
    expect(offered(chat)).to_have_count(0)


def test_the_button_offers_them_to_fingers(make_person: MakePerson) -> None:
    person = make_person(has_touch=True, viewport={"width": 390, "height": 700})
    keep(person, "hello", "Say hello")
    chat = person.open_chat()
    chat.page.get_by_role("button", name="Prompts").tap()
    offered(chat).first.tap()
    expect(chat.box).to_have_value("Say hello")


def test_a_message_becomes_a_prompt(chat: ChatPage, person: Person) -> None:
    chat.ask_and_wait("Explain monads like a pirate")
    chat.press(chat.message("Explain monads").first, "Save as prompt")
    dialog = chat.page.get_by_role("dialog", name="New prompt")
    expect(dialog.get_by_role("textbox", name="Command")).to_have_value(
        "explain-monads-like-a-pirate"
    )
    dialog.get_by_role("textbox", name="Title").fill("Pirate")
    expect(dialog.get_by_role("textbox", name="Command")).to_have_value("pirate")
    dialog.get_by_role("button", name="Save").click()
    expect(chat.notices).to_contain_text("Type /pirate to use it")
    (kept,) = [p for p in person.client.ok("GET", "prompts")["items"] if p["mine"]]
    assert (kept["title"], kept["content"]) == ("Pirate", "Explain monads like a pirate")


def test_prompts_are_made_changed_and_deleted_in_the_settings(person: Person) -> None:
    tab = person.open("settings/prompts")
    tab.page.get_by_role("button", name="New prompt").click()
    dialog = tab.page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Title").fill("A poem")
    dialog.get_by_role("textbox", name="Prompt", exact=True).fill("A poem about {{topic}}")
    expect(dialog).to_contain_text("Asks for: topic")
    dialog.get_by_role("button", name="Save").click()
    tab.page.get_by_role("button", name="Edit A poem").click()
    dialog.get_by_role("textbox", name="Title").fill("A haiku")
    dialog.get_by_role("button", name="Save").click()
    row = tab.main.get_by_role("listitem").filter(has_text="A haiku")
    expect(row).to_contain_text("/a-poem")
    row.get_by_role("button", name="Delete A haiku").click()
    expect(row).to_have_count(0)
    tab.undo()
    expect(row).to_be_visible()


def test_a_name_that_is_taken_is_said_at_its_field(person: Person) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*409.*prompts")
    keep(person, "poem", "A poem")
    page = person.open("settings/prompts").page
    page.get_by_role("button", name="New prompt").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Title").fill("Poem")
    dialog.get_by_role("textbox", name="Prompt", exact=True).fill("Another")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("textbox", name="Command")).to_have_accessible_description(
        "You have a prompt named /poem already."
    )


def test_what_one_shares_another_uses(make_person: MakePerson) -> None:
    owner, other = make_person(), make_person()
    keep(owner, owner.client.username, "Shared by me")
    owner.open("settings/prompts").page.get_by_role(
        "checkbox", name=f"Share {owner.client.username}"
    ).check()
    wait_until(lambda: owner.client.ok("GET", "prompts")["items"][0]["shared"])
    chat = other.open_chat()
    chat.box.press_sequentially(f"/{owner.client.username}")
    expect(offered(chat).first).to_contain_text("Shared by me")
    chat.box.press("Enter")
    expect(chat.box).to_have_value("Shared by me")


@pytest.mark.parametrize("begun", [False, True], ids=["new chat", "known chat"])
def test_an_at_sign_sends_one_message_to_another_model(person: Person, begun: bool) -> None:
    chat = person.open_chat()
    if begun:
        chat.ask_and_wait("First")
    chat.box.press_sequentially("Tell me @lor")
    expect(offered(chat).first).to_contain_text("lorem")
    chat.box.press("Enter")
    expect(chat.page.get_by_role("form", name="Composer")).to_contain_text("Only to lorem")
    chat.box.press_sequentially("more")
    chat.box.press("Enter")
    chat.wait_for_answer()
    expect(chat.last).to_have_accessible_name("lorem")
    expect(chat.page.get_by_role("combobox", name="Model")).to_contain_text("echo")
    chat.ask_and_wait("And now?")
    expect(chat.last).to_have_accessible_name("echo")
    path = f"conversations/{chat.conversation_id}"
    assert person.client.ok("GET", path)["model"] == "fake/echo"


def test_the_other_model_can_be_taken_off_again(chat: ChatPage) -> None:
    chat.box.press_sequentially("@lor")
    expect(offered(chat).first).to_be_visible()
    chat.box.press("Enter")
    chat.page.get_by_role("button", name="Not to lorem").click()
    chat.ask_and_wait("Hello")
    expect(chat.last).to_have_accessible_name("echo")
