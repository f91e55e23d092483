"""The states that the page can be in, each with the way there."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import expect

from dost_ext.files.contents import MOST_BYTES
from tests.e2e.chat_page import ChatPage
from tests.support.fake_control import FakeControl
from tests.support.pictures import picture


def streaming(chat: ChatPage, fake: FakeControl) -> None:
    fake.queue(reasoning="let me see", tokens=20_000, tokens_per_second=20)
    chat.ask("Never end")
    chat.wait_for_words(2)


def with_versions(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Again")
    chat.press(chat.last, "Regenerate")
    expect(chat.last).to_contain_text("2 / 2")


def editing(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Change me")
    chat.press(chat.last, "Edit")


def deleted(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Delete me")
    chat.press(chat.last, "Delete")
    expect(chat.notices).to_contain_text("Undo")


def renaming(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Rename me")
    chat.page.get_by_role("button", name="Chat options").click()
    chat.page.get_by_role("menuitem", name="Rename").click()
    chat.page.get_by_role("dialog", name="Rename").wait_for()


def sharing(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Share me")
    chat.page.get_by_role("button", name="Chat options").click()
    chat.page.get_by_role("menuitem", name="Share").click()
    chat.page.get_by_role("button", name="Create link").click()
    chat.page.get_by_role("button", name="Copy link").wait_for()


def choosing_a_model(chat: ChatPage, fake: FakeControl) -> None:
    chat.page.get_by_role("combobox", name="Model").click()
    chat.page.get_by_role("option").first.wait_for()


def choosing_a_prompt(chat: ChatPage, fake: FakeControl) -> None:
    chat.box.press_sequentially("/")
    chat.page.get_by_role("option").first.wait_for()


def making_a_prompt(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Keep {{this}}")
    chat.press(chat.message("Keep").first, "Save as prompt")
    dialog = chat.page.get_by_role("dialog", name="New prompt")
    dialog.get_by_role("button", name="Save").click()
    dialog.wait_for(state="detached")
    chat.page.get_by_role("link", name="New chat").click()
    chat.box.press_sequentially("/keep")
    chat.page.get_by_role("option", name="Keep").wait_for()
    chat.box.press("Enter")
    chat.page.get_by_role("dialog").wait_for()


def asking_another_model(chat: ChatPage, fake: FakeControl) -> None:
    chat.box.press_sequentially("@")
    chat.page.get_by_role("option").first.click()
    chat.page.get_by_role("button", name="Not to").wait_for()


def setting_parameters(chat: ChatPage, fake: FakeControl) -> None:
    chat.page.get_by_role("button", name="Chat parameters").click()
    chat.page.get_by_role("textbox", name="Temperature").fill("1")
    chat.page.get_by_role("textbox", name="Top P").fill("x")


def palette(chat: ChatPage, fake: FakeControl) -> None:
    chat.page.keyboard.press("Control+k")
    chat.page.get_by_role("dialog", name="Command palette").wait_for()


def shortcuts(chat: ChatPage, fake: FakeControl) -> None:
    chat.page.keyboard.press("Control+/")
    chat.page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()


def drawer(chat: ChatPage, fake: FakeControl) -> None:
    chat.page.set_viewport_size({"width": 390, "height": 800})
    chat.page.get_by_role("button", name="Open sidebar").click()
    chat.sidebar.wait_for()


def found(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Find the ocelot")
    chat.sidebar.get_by_role("searchbox", name="Search chats").fill("ocelot")
    chat.sidebar.locator("mark").first.wait_for()


def making_a_folder(chat: ChatPage, fake: FakeControl) -> None:
    chat.sidebar.get_by_role("button", name="New folder").click()
    chat.page.get_by_role("dialog", name="New folder").wait_for()


def moving(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Move me")
    chat.choose("Move me", "Move to folder")
    chat.page.get_by_role("dialog", name="Move to folder").wait_for()


def tagging(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Tag me")
    chat.choose("Tag me", "Tags")
    chat.page.get_by_role("dialog", name="Tags").wait_for()


def selecting(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Select me")
    chat.choose("Select me", "Select")
    chat.sidebar.get_by_role("checkbox", name="Select Select me").wait_for()


def side_by_side(chat: ChatPage, fake: FakeControl) -> None:
    chat.page.get_by_role("combobox", name="Model").click()
    chat.page.get_by_role("button", name="Compare models").click()
    chat.page.get_by_role("option", name="script").click()
    chat.page.keyboard.press("Escape")
    chat.ask("Both of you")
    expect(chat.page.get_by_role("button", name="Go on with this one")).to_have_count(2)


def queueing(chat: ChatPage, fake: FakeControl) -> None:
    streaming(chat, fake)
    chat.ask("And then?")
    chat.page.get_by_role("list", name="Queued messages").wait_for()


def answering_differently(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Again")
    chat.press(chat.last, "Answer differently")
    chat.page.get_by_role("dialog", name="Answer differently").wait_for()


def branches(chat: ChatPage, fake: FakeControl) -> None:
    with_versions(chat, fake)
    chat.page.get_by_role("button", name="Chat options").click()
    chat.page.get_by_role("menuitem", name="Branches").click()
    chat.page.get_by_role("tree", name="Branches").wait_for()


def attaching(chat: ChatPage, fake: FakeControl) -> None:
    chat.attach(("cat.png", picture()), ("notes.py", b"# Notes"))
    with tempfile.TemporaryDirectory() as directory:
        large = Path(directory) / "large.png"
        large.write_bytes(b"x" * (MOST_BYTES + 1))
        chat.attach_file(large)
    expect(chat.tray.get_by_role("alert")).to_have_text("Larger than 20 MB.")
    expect(chat.page.get_by_text("echo cannot see pictures.")).to_be_visible()


def with_files(chat: ChatPage, fake: FakeControl) -> None:
    chat.choose_model("vision")
    chat.attach(("cat.png", picture()), ("notes.py", b"# Notes"))
    chat.ask_and_wait("Look")


def a_new_temporary_chat(chat: ChatPage, fake: FakeControl) -> None:
    chat.main.get_by_role("button", name="Temporary chat").click()
    expect(chat.main.get_by_role("heading", name="Temporary chat")).to_be_visible()


def a_temporary_chat(chat: ChatPage, fake: FakeControl) -> None:
    a_new_temporary_chat(chat, fake)
    chat.ask_and_wait("Between us")


def offline(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Read me later")
    chat.page.context.set_offline(True)
    expect(chat.main).to_contain_text("You are offline.")


STATES = [
    attaching,
    with_files,
    side_by_side,
    queueing,
    answering_differently,
    branches,
    a_new_temporary_chat,
    a_temporary_chat,
    offline,
    found,
    making_a_folder,
    moving,
    tagging,
    selecting,
    streaming,
    with_versions,
    editing,
    deleted,
    renaming,
    sharing,
    choosing_a_model,
    choosing_a_prompt,
    making_a_prompt,
    asking_another_model,
    setting_parameters,
    palette,
    shortcuts,
    drawer,
]
