"""Texts and workbooks that are attached to a prompt: cited, found in, and there for code."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.code_page import OpenCode, run
from tests.e2e.conftest import MakePerson
from tests.e2e.person import Person
from tests.e2e.test_accessibility import all_violations, sideways
from tests.e2e.test_attachments import paste
from tests.e2e.test_chat_with_documents import chosen, is_read, link, pane
from tests.e2e.test_documents_page import marked
from tests.support.documents import workbook
from tests.support.fake_control import FakeControl
from tests.support.worker import worker  # noqa: F401  (a fixture)

pytestmark = pytest.mark.usefixtures("worker")

FILLING = "\n\n".join(f"Of station {n} there is nothing to say but its number." for n in range(40))
NOTES = f"# Notes\n\n{FILLING}\n\n## North\n\nThe code is heron-41.\n\n{FILLING}\n".encode()
LETTER = b"Dear Ada,\n\nthe southern door is never locked.\n\nGrace\n"
PAGE = b"<html><body><h1>East</h1><p>The eastern lamp is <b>green</b>.</p></body></html>"
BIRDS = b"bird,m\nstork,2\ncrane,3\n"
QUESTION = "Which code opens the northern station?"


def how(chat: ChatPage, name: str, use: str) -> Locator:
    """What tells and changes how something that is attached is read."""
    return chat.page.get_by_role("button", name=f"How {name} is read: {use}", exact=True)


def choose(chat: ChatPage, name: str, before: str, after: str) -> None:
    """Have it read in another way."""
    how(chat, name, before).click()
    chat.page.get_by_role("menuitemradio", name=re.compile(f"^{after}")).click()


def given(fake: FakeControl) -> str:
    """What the model read last."""
    return str(fake.requests()[-1]["body"]["messages"][-1]["content"])


def follow(chat: ChatPage, fake: FakeControl, words: str) -> None:
    """Click the number of the passage that says so."""
    (number,) = (
        passage.partition("]")[0]
        for passage in given(fake).split("Passage [")[1:]
        if words in passage
    )
    link(chat, re.compile(f"^Source {number}: ")).click()


def test_notes_a_letter_and_a_page_are_cited_and_open_where_they_say_so(
    chat: ChatPage, fake: FakeControl
) -> None:
    chat.attach(("notes.md", NOTES), ("letter.txt", LETTER), ("page.html", PAGE))
    for name in ("notes.md", "letter.txt", "page.html"):
        is_read(chat, name)
    fake.queue(reply=" ".join(f"It says so [{n}]." for n in range(1, 20)))
    chat.ask_and_wait(QUESTION)
    assert "“notes.md” is given below as a whole." in given(fake)
    follow(chat, fake, "heron-41")
    expect(marked(chat.page).filter(has_text="heron-41").first).to_be_in_viewport()
    follow(chat, fake, "never locked")
    expect(marked(chat.page).filter(has_text="never locked").first).to_be_in_viewport()
    follow(chat, fake, "eastern lamp")
    expect(pane(chat, "page.html")).to_contain_text("The eastern lamp is")


def test_passages_of_notes_are_found(chat: ChatPage, fake: FakeControl) -> None:
    chat.attach(("notes.md", NOTES))
    choose(chat, "notes.md", "Automatic", "Passages")
    fake.queue(reply="It is heron-41 [1].")
    chat.ask_and_wait(QUESTION)
    assert "heron-41" in given(fake)
    assert "as a whole" not in given(fake)
    link(chat, "Source 1: Notes").click()
    expect(marked(chat.page).filter(has_text="heron-41").first).to_be_in_viewport()


def test_a_table_goes_as_it_is_until_passages_of_it_are_wanted(
    chat: ChatPage, fake: FakeControl
) -> None:
    chat.attach(("birds.csv", BIRDS))
    expect(chat.tray).to_contain_text("byte")
    choose(chat, "birds.csv", "As it is", "Passages")
    expect(how(chat, "birds.csv", "Passages that fit")).to_be_visible(timeout=240_000)
    expect(chat.tray).to_be_hidden()
    fake.queue(reply="Two metres [1].")
    chat.ask_and_wait("How tall is a stork?")
    assert "Passage [1]:" in given(fake)
    link(chat, "Source 1: birds.csv").click()
    expect(pane(chat, "birds.csv")).to_contain_text("stork")


def test_a_file_that_waits_since_before_a_reload_can_still_be_searched(chat: ChatPage) -> None:
    chat.attach(("birds.csv", BIRDS))
    expect(how(chat, "birds.csv", "As it is")).to_be_visible()
    chat.page.reload()
    choose(chat, "birds.csv", "As it is", "Passages")
    expect(how(chat, "birds.csv", "Passages that fit")).to_be_visible(timeout=240_000)


def test_a_text_goes_word_for_word_where_that_is_wanted(chat: ChatPage, fake: FakeControl) -> None:
    chat.attach(("page.html", PAGE))
    is_read(chat, "page.html")
    choose(chat, "page.html", "Automatic", "As it is")
    expect(how(chat, "page.html", "As it is")).to_be_visible()
    expect(chosen(chat, "page.html")).to_be_hidden()
    fake.queue(reply="Done.")
    chat.ask_and_wait("Make it red")
    assert given(fake).startswith("Attached file “page.html”:")
    assert "<b>green</b>" in given(fake)


def test_a_long_paste_can_be_searched(chat: ChatPage, fake: FakeControl) -> None:
    paste(chat, text=NOTES.decode() + "so on. " * 1_000)
    choose(chat, "Pasted text.txt", "As it is", "Passages")
    expect(how(chat, "Pasted text.txt", "Passages that fit")).to_be_visible(timeout=240_000)
    fake.queue(reply="It is heron-41 [1].")
    chat.ask_and_wait(QUESTION)
    assert "heron-41" in given(fake)


def test_code_reads_the_notes_and_the_workbook_that_are_attached(
    open_code: OpenCode, fake: FakeControl
) -> None:
    chat = open_code(
        "import pandas as pd\n"
        "print(open('notes.md').read().count('heron-41'))\n"
        "print(pd.read_excel('birds.xlsx').m.sum())"
    )
    rows: list[list[Any]] = [["bird", "m"], ["stork", 2], ["crane", 3]]
    chat.attach(("notes.md", NOTES), ("birds.xlsx", workbook({"Birds": rows})))
    fake.queue(reply="I see.")
    chat.ask_and_wait("Plot this")
    expect(run(chat)).to_contain_text(re.compile(r"1\s+5"))


def test_who_may_keep_no_documents_attaches_texts_as_files(
    person: Person, fake: FakeControl
) -> None:
    def narrowed(route: Route) -> None:
        response = route.fetch()
        user = response.json()
        kept = [one for one in user["permissions"] if not one.startswith("documents:")]
        route.fulfill(response=response, json={**user, "permissions": kept})

    person.context.route("**/api/v1/auth/me", narrowed)
    chat = person.open_chat()
    chat.attach(("notes.md", NOTES))
    expect(chat.tray).to_contain_text("notes.md")
    expect(chat.tray.get_by_role("button", name=re.compile("^How"))).to_be_hidden()
    fake.queue(reply="Done.")
    chat.ask_and_wait("Look")
    assert given(fake).startswith("Attached file “notes.md”:")


def test_files_and_texts_can_be_told_apart_by_everybody(make_person: MakePerson) -> None:
    chat = make_person(viewport={"width": 390, "height": 800}).open_chat()
    chat.attach(("notes.md", NOTES), ("birds.csv", BIRDS))
    is_read(chat, "notes.md")
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []
    how(chat, "birds.csv", "As it is").click()
    expect(chat.page.get_by_role("menuitemradio")).to_have_count(2)
    assert all_violations(chat.page) == {}
