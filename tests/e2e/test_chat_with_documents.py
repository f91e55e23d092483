"""Chats that rest on documents: named in every way, cited, and opened where it is said."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import MakePerson
from tests.e2e.person import FAILED_REQUEST, Person
from tests.e2e.test_accessibility import all_violations, sideways
from tests.e2e.test_attachments import TRANSFER
from tests.e2e.test_documents_page import MANUAL, NOTES, collection, marked, sent
from tests.support.documents import pdf, slow_pdf, word
from tests.support.fake_control import FakeControl
from tests.support.worker import worker  # noqa: F401  (a fixture)

pytestmark = pytest.mark.usefixtures("worker")

SAID = "The code is heron-41 [2]."
SOURCE = "Source 2: manual.pdf, page 2"
# Says all that an answer has been while it was written.
WATCH = """() => {
    window.said = [];
    new MutationObserver(() => {
        const written = document.querySelectorAll('[role=log] .dost-markdown');
        for (const answer of written) window.said.push(answer.innerText);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def chosen(chat: ChatPage, name: str) -> Locator:
    """A document or a collection that the next prompt is to be answered from."""
    cards = chat.page.get_by_role("list", name="Answer from").get_by_role("listitem")
    return cards.filter(has_text=name)


def is_read(chat: ChatPage, name: str) -> None:
    """Wait until a document that was attached has been read."""
    how = chosen(chat, name).get_by_role("button", name=f"How {name} is read: Automatic")
    expect(how).to_be_visible(timeout=240_000)


def link(chat: ChatPage, name: str | re.Pattern[str] = SOURCE) -> Locator:
    """A number in the last answer that leads to its source."""
    return chat.text_of(chat.last).get_by_role("link", name=name, exact=True)


def pane(chat: ChatPage, name: str = "manual.pdf") -> Locator:
    """The document beside the conversation."""
    return chat.page.get_by_role("complementary", name=name, exact=True)


def name_source(chat: ChatPage, word: str, option: str) -> None:
    """Choose a document or a collection by typing a part of its name."""
    chat.box.press_sequentially(f"#{word}")
    chat.page.get_by_role("option", name=option).wait_for()
    chat.box.press("Enter")
    expect(chosen(chat, option)).to_be_visible()
    expect(chat.box).not_to_have_value(re.compile("#"))


def cited(person: Person, fake: FakeControl, reply: str = SAID) -> ChatPage:
    """A conversation whose answer points at the second page of a document."""
    document = sent(person, "manual.pdf", MANUAL)
    fake.queue(reply=reply)
    answer = person.client.ask(
        "Which code opens the northern station?", attachments=[{"document_id": document}]
    )
    return person.open_chat(f"c/{answer.conversation_id}")


def test_a_pdf_is_attached_asked_and_opened_where_it_says_so(
    chat: ChatPage, fake: FakeControl
) -> None:
    chat.attach(("manual.pdf", MANUAL))
    is_read(chat, "manual.pdf")
    fake.queue(reply=SAID)
    chat.ask_and_wait("Which code opens the northern station?")
    expect(chosen(chat, "manual.pdf")).to_be_hidden()
    expect(chat.messages.first.get_by_role("link", name="Open manual.pdf")).to_be_visible()
    link(chat).click()
    expect(marked(chat.page).filter(has_text="heron-41")).to_be_in_viewport()
    expect(pane(chat).get_by_role("spinbutton", name="Page")).to_have_value("2")
    # The conversation is still there, and the pane goes back to it.
    expect(chat.text_of(chat.last)).to_be_visible()
    pane(chat).get_by_role("button", name="Close").click()
    expect(link(chat)).to_be_focused()
    chat.page.reload()
    link(chat).click()
    pane(chat).get_by_role("link", name="Open in Documents").click()
    expect(chat.page).to_have_url(re.compile(r"/documents/[\w-]+\?page=2&text="))
    expect(marked(chat.page).filter(has_text="heron-41")).to_be_in_viewport()


def test_progress_is_told_and_a_document_is_sent_while_it_is_read(
    chat: ChatPage, fake: FakeControl
) -> None:
    chat.attach(("slow.pdf", slow_pdf()))
    expect(chosen(chat, "slow.pdf")).to_contain_text(re.compile("Reading|Waiting to be read"))
    expect(
        chosen(chat, "slow.pdf").get_by_role("progressbar", name="Progress of slow.pdf")
    ).to_be_visible()
    chat.ask("What is in it?")
    expect(chat.last.get_by_role("status")).to_have_text("Reading slow.pdf…")
    chat.stop.click()
    expect(chat.last).to_contain_text("You stopped this answer.")


def test_a_number_sign_names_a_collection(person: Person, fake: FakeControl) -> None:
    stations = collection(person, "Stations")
    sent(person, "manual.pdf", MANUAL, collection_id=stations)
    chat = person.open_chat()
    name_source(chat, "stat", "Stations")
    # A collection alone is no question.
    expect(chat.send).to_be_disabled()
    fake.queue(reply="It is heron-41 [1].")
    chat.ask_and_wait("Which code opens the northern station?")
    expect(
        chat.text_of(chat.last).get_by_role("link", name=re.compile("^Source 1: "))
    ).to_be_visible()
    named = chat.messages.first.get_by_role("link", name="Open Stations")
    named.click()
    expect(chat.page).to_have_url(re.compile(rf"/documents\?collection={stations}$"))


def test_a_number_sign_names_a_document_and_how_it_is_read(
    person: Person, fake: FakeControl
) -> None:
    sent(person, "manual.pdf", MANUAL)
    sent(person, "notes.md", NOTES)
    chat = person.open_chat()
    name_source(chat, "manu", "manual.pdf")
    chosen(chat, "manual.pdf").get_by_role("button", name=re.compile("Automatic$")).focus()
    chat.page.keyboard.press("Enter")
    chat.page.get_by_role("menuitemradio", name=re.compile("^Automatic")).wait_for()
    chat.page.keyboard.press("ArrowUp")
    expect(chat.page.get_by_role("menuitemradio", name=re.compile("^Passages"))).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chosen(chat, "manual.pdf")).to_contain_text("Passages that fit")
    fake.queue(reply="It is heron-41 [1].")
    chat.ask_and_wait("Which code opens the northern station?")
    found = chat.last.get_by_role("group", name="Sources").get_by_role("link")
    expect(found.first).to_contain_text("manual.pdf, page 2")
    given = str(fake.requests()[-1]["body"]["messages"][-1]["content"])
    assert "heron-41" in given


def test_headings_are_written_as_ever(chat: ChatPage) -> None:
    chat.box.press_sequentially("# Title")
    chat.box.press("Enter")
    expect(chat.text_of(chat.last).get_by_role("heading", name="Title")).to_be_visible()


def test_where_nothing_fits_it_says_so(person: Person, fake: FakeControl) -> None:
    document = sent(person, "manual.pdf", MANUAL)
    fake.queue(reply="I do not know.")
    answer = person.client.ask(
        "How do transistors amplify electric currents?",
        attachments=[{"document_id": document, "use": "passages"}],
    )
    chat = person.open_chat(f"c/{answer.conversation_id}")
    expect(chat.last).to_contain_text("Nothing that fits this question was found.")


def test_a_prompt_in_other_words_keeps_what_it_names(person: Person, fake: FakeControl) -> None:
    chat = cited(person, fake)
    fake.queue(reply="Still heron-41 [2].")
    chat.press(chat.messages.first, "Edit")
    editor = chat.page.get_by_role("textbox", name="Edit message")
    editor.fill("What is the access code of the northern station?")
    editor.press("Control+Enter")
    expect(chat.text_of(chat.last)).to_contain_text("Still heron-41")
    expect(link(chat)).to_be_visible()
    expect(chat.messages.first.get_by_role("link", name="Open manual.pdf")).to_be_visible()


def test_what_waits_to_be_sent_outlives_a_reload(person: Person, fake: FakeControl) -> None:
    sent(person, "manual.pdf", MANUAL)
    chat = person.open_chat()
    name_source(chat, "manu", "manual.pdf")
    chat.page.reload()
    expect(chosen(chat, "manual.pdf")).to_be_visible()
    fake.queue(tokens=200, tokens_per_second=20)
    chat.ask("First")
    chat.wait_for_words(3)
    name_source(chat, "manu", "manual.pdf")
    chat.ask("Then")
    queued = chat.page.get_by_role("list", name="Queued messages")
    expect(queued.get_by_role("link", name="Open manual.pdf")).to_be_visible()
    fake.queue(reply=SAID)
    chat.stop.click()
    queued.get_by_role("button", name="Send now").click()
    expect(link(chat)).to_be_visible()


def test_numbers_become_links_as_they_come(person: Person, fake: FakeControl) -> None:
    document = sent(person, "manual.pdf", MANUAL)
    chat = person.open_chat()
    fake.queue(
        reply="At dawn [1], by heron-41 [2] [1, 3], `a[1]` or [9].\n\nAnd\n\n" + "so on. " * 120,
        tokens_per_second=40,
    )
    chat.page.evaluate(WATCH)
    name_source(chat, "manu", "manual.pdf")
    chat.ask("Which code opens the northern station?")
    expect(link(chat)).to_be_visible()
    # What is settled stays, with its links.
    chat.wait_for_words(30)
    first = link(chat).element_handle()
    chat.wait_for_answer()
    assert first.evaluate("node => node.isConnected")
    links = chat.text_of(chat.last).get_by_role("link")
    expect(links).to_have_text(["[1]", "[2]", "[1]", "[3]"])
    expect(chat.text_of(chat.last)).to_contain_text("or [9].")
    assert not [text for text in chat.page.evaluate("said") if re.search(r"\[\d?,?\s*$", text)]
    assert document in str(links.nth(1).get_attribute("href"))


def test_a_card_shows_the_passage_to_mouse_and_keyboard(person: Person, fake: FakeControl) -> None:
    chat = cited(person, fake)
    card = chat.page.locator("[data-card]")
    link(chat).hover()
    expect(card).to_contain_text("heron-41")
    expect(card).to_contain_text("manual.pdf, page 2")
    card.hover()
    expect(card).to_be_visible()
    chat.box.hover()
    expect(card).to_be_hidden()
    chat.last.get_by_role("button", name="Copy", exact=True).focus()
    while not link(chat).evaluate("node => node === document.activeElement"):
        chat.page.keyboard.press("Shift+Tab")
    expect(card).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    chat.page.keyboard.press("Enter")
    expect(marked(chat.page).filter(has_text="heron-41")).to_be_in_viewport()


def test_a_source_opens_in_a_tab_of_its_own(person: Person, fake: FakeControl) -> None:
    chat = cited(person, fake)
    with person.context.expect_page() as opened:
        link(chat).click(modifiers=["ControlOrMeta"])
    expect(marked(opened.value).filter(has_text="heron-41")).to_be_in_viewport()
    expect(pane(chat)).to_be_hidden()


def test_many_sources_open_on_demand_those_pointed_at_first(
    person: Person, fake: FakeControl
) -> None:
    chat = cited(person, fake, "All of it [1-3], but most of all [2].")
    sources = chat.last.get_by_role("group", name="Sources")
    expect(sources.get_by_role("link")).to_have_count(3)
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.press(chat.last, "Copy")
    copied = chat.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == "All of it [1-3], but most of all [2]."


def test_a_word_document_shows_the_passage_itself(person: Person, fake: FakeControl) -> None:
    letter = word(("Heading 1", "The code"), ("Normal", "The access code is heron-41."))
    document = sent(person, "letter.docx", letter)
    fake.queue(reply="It is heron-41 [1].")
    answer = person.client.ask("Which code?", attachments=[{"document_id": document}])
    chat = person.open_chat(f"c/{answer.conversation_id}")
    link(chat, "Source 1: letter.docx").click()
    expect(pane(chat, "letter.docx")).to_contain_text("The access code is heron-41.")


def test_what_cannot_be_read_says_why_and_holds_nothing_else_up(chat: ChatPage) -> None:
    chat.box.fill("What is in it?")
    chat.attach(("locked.pdf", pdf("Secret", password="x")))
    alert = chosen(chat, "locked.pdf").get_by_role("alert")
    expect(alert).to_contain_text(re.compile("password", re.IGNORECASE), timeout=240_000)
    expect(chat.send).to_be_disabled()
    chat.page.get_by_role("button", name="Remove locked.pdf").click()
    expect(chat.send).to_be_enabled()


def test_what_is_no_file_for_a_chat_is_read_as_a_document(person: Person) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*415.*files$")
    chat = person.open_chat()
    chat.attach(("report.bin", MANUAL))
    is_read(chat, "report.bin")
    expect(chat.tray).to_be_hidden()


def test_documents_can_be_dropped(chat: ChatPage) -> None:
    content = base64.b64encode(MANUAL).decode()
    files = [["manual.pdf", "application/pdf", content]]
    over = {"dataTransfer": chat.page.evaluate_handle(TRANSFER, [files, ""])}
    chat.sidebar.dispatch_event("dragenter", over)
    chat.sidebar.dispatch_event("drop", over)
    is_read(chat, "manual.pdf")


def test_a_temporary_chat_names_documents_too(person: Person, fake: FakeControl) -> None:
    sent(person, "manual.pdf", MANUAL)
    chat = person.open_chat()
    chat.main.get_by_role("button", name="Temporary chat").click()
    name_source(chat, "manu", "manual.pdf")
    fake.queue(reply=SAID)
    chat.ask_and_wait("Which code opens the northern station?")
    expect(link(chat)).to_be_visible()
    assert "manual.pdf" not in chat.page.evaluate("() => JSON.stringify({ ...localStorage })")


def test_a_deleted_document_leaves_its_passage(person: Person, fake: FakeControl) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*404.*documents/")
    chat = cited(person, fake)
    (document,) = person.client.ok("GET", "documents")["items"]
    person.client.ok("DELETE", f"documents/{document['id']}")
    link(chat).click()
    expect(pane(chat)).to_contain_text("heron-41")
    expect(pane(chat)).to_contain_text("This document does not exist")


def test_on_a_phone_the_document_covers_the_chat(
    make_person: MakePerson, fake: FakeControl
) -> None:
    person = make_person(viewport={"width": 390, "height": 800}, has_touch=True)
    chat = cited(person, fake)
    link(chat).tap()
    expect(marked(chat.page).filter(has_text="heron-41")).to_be_in_viewport()
    box = pane(chat).bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(390, abs=1)
    expect(chat.page.locator("[data-card]")).to_be_hidden()
    pane(chat).get_by_role("button", name="Close").click()
    expect(link(chat)).to_be_in_viewport()


def everything(person: Person, fake: FakeControl) -> Page:
    """A conversation with cited sources, and a prompt that waits with all kinds of cards."""
    collection(person, "Stations")
    chat = cited(person, fake, "All of it [1-3], but most of all **heron-41** [2].")
    name_source(chat, "stat", "Stations")
    chat.attach(("manual.pdf", MANUAL), ("locked.pdf", pdf("Secret", password="x")))
    is_read(chat, "manual.pdf")
    expect(chosen(chat, "locked.pdf").get_by_role("alert")).to_be_visible(timeout=240_000)
    return chat.page


def test_it_is_accessible_and_fits(person: Person, fake: FakeControl) -> None:
    page = everything(person, fake)
    assert all_violations(page) == {}
    assert sideways(page) == []


def test_the_pane_and_the_choice_are_accessible(person: Person, fake: FakeControl) -> None:
    page = everything(person, fake)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name=re.compile("^How manual.pdf is read")).click()
    page.get_by_role("menuitemradio", name=re.compile("^Whole")).wait_for()
    assert all_violations(page) == {}
    page.keyboard.press("Escape")
    page.get_by_role("log").get_by_role("link", name=SOURCE, exact=True).first.click()
    expect(marked(page).first).to_be_visible()
    assert all_violations(page) == {}
