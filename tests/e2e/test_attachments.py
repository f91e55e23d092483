"""Pictures and files: attached in every way, sent, shown, and kept while they wait."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import MakePerson
from tests.e2e.person import FAILED_REQUEST, Person
from tests.support.fake_control import FakeControl
from tests.support.pictures import SVG, picture

CAT = ("cat.png", picture(size=(64, 32)))
NOTES = ("notes.py", b"# Notes\n")
# A transfer as a drop or a paste brings it.
TRANSFER = """([files, text]) => {
    const data = new DataTransfer();
    for (const [name, type, content] of files) {
        const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
        data.items.add(new File([bytes], name, { type }));
    }
    if (text) data.setData('text/plain', text);
    return data;
}"""
PASTE = """(box, data) => box.dispatchEvent(new ClipboardEvent('paste', {
    clipboardData: data, bubbles: true, cancelable: true, composed: true }))"""


def transfer(page: Page, *files: tuple[str, bytes], text: str = "") -> object:
    sent = [[name, "image/png", base64.b64encode(content).decode()] for name, content in files]
    return page.evaluate_handle(TRANSFER, [sent, text])


def paste(chat: ChatPage, *files: tuple[str, bytes], text: str = "") -> None:
    chat.box.evaluate(PASTE, transfer(chat.page, *files, text=text))


def ready(chat: ChatPage, *names: str) -> None:
    """Wait until these files, and no others, are uploaded."""
    for name in names:
        expect(chat.tray.get_by_role("listitem").filter(has_text=name)).to_contain_text("byte")
    expect(chat.tray.get_by_role("listitem")).to_have_count(len(names))


def sees(chat: ChatPage) -> None:
    """The picture in the last prompt is there in full."""
    shown = chat.log.get_by_role("button", name="Enlarge image: cat.png").last.locator("img")
    expect(shown).to_have_js_property("naturalWidth", 64)
    expect(shown).to_have_js_property("width", 64)


def test_files_are_attached_sent_and_shown_again(person: Person) -> None:
    chat = person.open_chat()
    chat.choose_model("vision")
    chat.attach(CAT, NOTES)
    ready(chat, *["cat.png", "notes.py"])
    chat.ask_and_wait("What is it?")
    expect(chat.last).to_contain_text("I see image/png of")
    expect(chat.tray).to_be_hidden()
    sees(chat)
    chat.page.reload()
    sees(chat)
    expect(chat.log.get_by_role("button", name="Download notes.py")).to_be_visible()


def test_a_picture_opens_in_full_size(chat: ChatPage) -> None:
    chat.choose_model("vision")
    chat.attach(CAT)
    ready(chat, "cat.png")
    chat.ask_and_wait("Look")
    chat.log.get_by_role("button", name="Enlarge image: cat.png").click()
    shown = chat.page.get_by_role("dialog", name="cat.png").get_by_role("img", name="cat.png")
    expect(shown).to_have_js_property("naturalWidth", 64)


def test_a_file_can_be_dropped_anywhere(chat: ChatPage) -> None:
    over = {"dataTransfer": transfer(chat.page, CAT)}
    chat.sidebar.dispatch_event("dragenter", over)
    expect(chat.page.get_by_text("Drop to attach")).to_be_visible()
    chat.sidebar.dispatch_event("drop", over)
    expect(chat.page.get_by_text("Drop to attach")).to_be_hidden()
    ready(chat, "cat.png")


def test_a_picture_can_be_pasted(chat: ChatPage) -> None:
    paste(chat, ("image.png", CAT[1]))
    ready(chat, "image.png")


def test_words_are_pasted_as_words_though_their_picture_comes_too(chat: ChatPage) -> None:
    paste(chat, CAT, text="A1\tB1")
    expect(chat.tray).to_be_hidden()


def test_a_long_paste_becomes_a_file_or_part_of_the_message(chat: ChatPage) -> None:
    lines = "\n".join(f"line {n}" for n in range(2_000))
    paste(chat, text=lines)
    expect(chat.tray).to_contain_text("Pasted text.txt")
    expect(chat.box).to_have_value("")
    chat.page.get_by_role("button", name="Put into the message").click()
    expect(chat.box).to_have_value(lines)
    expect(chat.tray).to_be_hidden()


def test_20000_lines_can_be_pasted_and_sent(chat: ChatPage, fake: FakeControl) -> None:
    lines = "\n".join(f"2026-11-25 12:00:00 INFO this is line {n}" for n in range(20_000))
    paste(chat, text=lines)
    chat.box.press_sequentially("Why?")
    expect(chat.box).to_have_value("Why?")
    fake.queue(reply="Because.")
    chat.send.click()
    chat.wait_for_answer()
    asked = fake.requests()[-1]["body"]["messages"][0]["content"]
    assert lines in asked
    assert asked.endswith("Why?")


def test_who_cannot_see_is_told_before_sending(chat: ChatPage) -> None:
    chat.attach(CAT)
    ready(chat, "cat.png")
    chat.box.fill("Look")
    expect(chat.page.get_by_role("alert")).to_contain_text("echo cannot see pictures.")
    expect(chat.send).to_be_disabled()
    chat.choose_model("vision")
    expect(chat.page.get_by_role("alert")).to_be_hidden()
    expect(chat.send).to_be_enabled()


def test_an_upload_that_broke_off_can_be_tried_again(person: Person) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*ERR_FAILED")
    chat = person.open_chat()
    chat.page.route("**/api/v1/files", lambda route: route.abort())
    chat.attach(NOTES)
    expect(chat.tray.get_by_role("alert")).to_contain_text("cannot be reached")
    chat.page.unroute("**/api/v1/files")
    chat.page.get_by_role("button", name="Upload notes.py again").click()
    ready(chat, "notes.py")


def test_each_conversation_keeps_what_waits_in_it(person: Person) -> None:
    chat = person.open_chat()
    chat.ask_and_wait("First")
    chat.attach(NOTES)
    ready(chat, "notes.py")
    chat.page.get_by_role("link", name="New chat").click()
    expect(chat.tray).to_be_hidden()
    chat.row("First").get_by_role("link").click()
    ready(chat, "notes.py")
    chat.page.reload()
    ready(chat, "notes.py")


def test_what_is_taken_out_is_deleted(person: Person) -> None:
    chat = person.open_chat()
    with chat.page.expect_response("**/api/v1/files") as uploaded:
        chat.attach(NOTES)
    ready(chat, "notes.py")
    with chat.page.expect_response("**/api/v1/files/*"):
        chat.page.get_by_role("button", name="Remove notes.py").click()
    assert person.client.get(f"files/{uploaded.value.json()['id']}").status_code == 404


def test_a_prompt_in_other_words_keeps_its_files(chat: ChatPage, fake: FakeControl) -> None:
    chat.attach(NOTES)
    ready(chat, "notes.py")
    chat.ask_and_wait("First words")
    fake.queue(reply="Done.")
    chat.press(chat.messages.first, "Edit")
    editor = chat.page.get_by_role("textbox", name="Edit message")
    editor.fill("Other words")
    editor.press("Control+Enter")
    expect(chat.last).to_contain_text("Done.")
    expect(chat.messages.first.get_by_role("button", name="Download notes.py")).to_be_visible()
    asked = fake.requests()[-1]["body"]["messages"][-1]["content"]
    assert asked.startswith("Attached file “notes.py”:")


@pytest.mark.parametrize("name", ["<img src=x onerror=alarm=1>.png", "a‮gnp.py"])
def test_a_hostile_name_is_a_name(chat: ChatPage, name: str) -> None:
    chat.attach((name, SVG))
    expect(chat.tray).to_contain_text("byte")
    chat.ask_and_wait("Look")
    assert chat.page.evaluate("() => typeof alarm") == "undefined"


def test_a_shared_chat_says_that_its_files_are_not_shared(
    person: Person, make_person: MakePerson
) -> None:
    file = person.client.attach(*NOTES)
    answer = person.client.ask("Look", attachments=[{"file_id": file["id"]}])
    share = person.client.ok("POST", f"conversations/{answer.conversation_id}/share")
    chat = make_person().open(f"share/{share['token']}")
    expect(chat.main).to_contain_text("Files that are not part of the shared copy: 1")
    expect(chat.main).not_to_contain_text("notes.py Download")
