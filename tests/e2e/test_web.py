"""The web: searched for an answer, used by a model, and pages of it kept as documents."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import MakePerson
from tests.e2e.person import FAILED_REQUEST, Person
from tests.e2e.test_accessibility import all_violations, sideways
from tests.e2e.tool_page import choose, line
from tests.support.fake_control import FakeControl
from tests.support.local_web import LocalWeb, article
from tests.support.worker import worker  # noqa: F401  (a fixture)

QUESTION = "How high was the highest tide of Elm?"
SOURCE = re.compile(r"^Source 1: The tides of Elm, 127\.0\.0\.1:\d+$")
ELM = article(
    "The tides of Elm",
    "The harbour of Elm has four tides a day, twice what other harbours of the coast have.",
    "The keeper of the harbour writes down their heights; the highest was 7.31 metres.",
)


@pytest.fixture
def elm(web: LocalWeb) -> str:
    """The address of a page about Elm."""
    return web.put("/elm", ELM)


def switch(chat: ChatPage) -> Locator:
    """What has the web searched."""
    return chat.page.get_by_role("button", name="Web search", exact=True)


def link(chat: ChatPage) -> Locator:
    """The number in the last answer that leads to its source."""
    return chat.text_of(chat.last).get_by_role("link", name=SOURCE)


def searched(person: Person, fake: FakeControl) -> ChatPage:
    """A chat with an answer from the web."""
    chat = person.open_chat()
    switch(chat).click()
    expect(switch(chat)).to_have_attribute("aria-pressed", "true")
    fake.queue(reply="It was 7.31 metres [1].")
    chat.ask(QUESTION)
    expect(link(chat)).to_be_visible()
    return chat


def test_an_answer_from_the_web_leads_to_its_page(
    person: Person, fake: FakeControl, elm: str
) -> None:
    chat = searched(person, fake)
    expect(link(chat)).to_have_attribute("href", elm)
    expect(link(chat)).to_have_attribute("target", "_blank")
    expect(link(chat)).to_have_attribute("rel", "noopener noreferrer")
    link(chat).hover()
    card = chat.page.locator("[data-card]")
    expect(card).to_contain_text("The tides of Elm")
    expect(card).to_contain_text("7.31 metres")
    listed = chat.last.get_by_role("group", name="Sources").get_by_role("listitem")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text("127.0.0.1")
    # What the browser asks of the other page is none of dost's.
    person.watch.origin = "http://127.0.0.1"
    person.watch.forgive(FAILED_REQUEST)
    with chat.page.context.expect_page() as opened:
        link(chat).click()
    assert opened.value.url == elm
    expect(opened.value.get_by_role("heading", name="The tides of Elm")).to_be_visible()


def test_what_is_being_done_is_said(person: Person, fake: FakeControl, web: LocalWeb) -> None:
    web.put("/elm", ELM, headers={"X-Wait": "yes"})
    chat = person.open_chat()
    switch(chat).click()
    fake.queue(reply="It was 7.31 metres [1].")
    chat.ask(QUESTION)
    expect(chat.log).to_contain_text("Reading 127.0.0.1")
    web.go_on.set()
    expect(link(chat)).to_be_visible()


def test_the_switch_holds_for_its_chat_alone(
    person: Person, fake: FakeControl, web: LocalWeb, elm: str
) -> None:
    chat = searched(person, fake)
    expect(switch(chat)).to_have_attribute("aria-pressed", "true")
    chat.page.reload()
    expect(link(chat)).to_be_visible()
    expect(switch(chat)).to_have_attribute("aria-pressed", "true")
    fake.queue(reply="How high was the lowest tide of Elm?")
    fake.queue(reply="Nobody knows.")
    chat.ask("And the lowest?")
    expect(chat.last).to_contain_text("Nobody knows.")
    assert web.searches == [QUESTION, "How high was the lowest tide of Elm?"]
    chat.page.get_by_role("link", name="New chat").first.click()
    expect(switch(chat)).to_have_attribute("aria-pressed", "false")
    chat.ask("Hello")
    expect(chat.last).to_contain_text("Hello")
    assert len(web.searches) == 2


def test_where_nothing_is_found_it_says_so(
    person: Person, fake: FakeControl, web: LocalWeb
) -> None:
    chat = person.open_chat()
    switch(chat).click()
    fake.queue(reply="I do not know.")
    chat.ask(QUESTION)
    expect(chat.last).to_contain_text("Nothing that fits this question was found.")


def test_an_engine_that_fails_is_told_and_tried_again(
    person: Person, fake: FakeControl, web: LocalWeb, elm: str
) -> None:
    web.search_status = 500
    chat = person.open_chat()
    switch(chat).click()
    chat.ask(QUESTION)
    expect(chat.log).to_contain_text("SearXNG failed (500).")
    web.search_status = 200
    fake.queue(reply="It was 7.31 metres [1].")
    chat.last.get_by_role("button", name="Retry").click()
    expect(link(chat)).to_be_visible()


def test_a_model_searches_and_reads_by_itself(person: Person, fake: FakeControl, elm: str) -> None:
    chat = person.open_chat()
    choose(chat, "By itself", "Search the web")
    choose(chat, "By itself", "Read web pages")
    search = {"name": "web_search", "arguments": {"query": "highest tide of Elm"}}
    fake.queue(reply="", tool_calls=[search])
    fake.queue(reply="", tool_calls=[{"name": "web_fetch", "arguments": {"url": elm}}])
    fake.queue(reply="It was 7.31 metres [1].")
    chat.ask(QUESTION)
    expect(link(chat)).to_be_visible()
    expect(line(chat, "Searched the web for “highest tide of Elm”")).to_be_visible()
    read = line(chat, "Read 127.0.0.1")
    expect(read).to_be_visible()
    read.click()
    expect(chat.log).to_contain_text("four tides a day")


@pytest.mark.usefixtures("worker")
def test_a_page_is_kept_as_a_document(person: Person, elm: str) -> None:
    page = person.open("documents").page
    page.get_by_role("button", name="Add a web page").first.click()
    dialog = page.get_by_role("dialog", name="Add a web page")
    dialog.get_by_role("textbox", name="Address").fill(elm)
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_be_hidden()
    row = page.get_by_role("main").get_by_text("The tides of Elm").first
    expect(row).to_be_visible()
    row.click()
    expect(page.get_by_role("link", name="Open the page").first).to_have_attribute("href", elm)


def test_an_address_that_is_refused_says_why(person: Person, web: LocalWeb) -> None:
    page = person.open("documents").page
    person.watch.forgive(FAILED_REQUEST)
    page.get_by_role("button", name="Add a web page").first.click()
    dialog = page.get_by_role("dialog", name="Add a web page")
    dialog.get_by_role("textbox", name="Address").fill("http://127.0.0.2/secret")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_contain_text("127.0.0.2 is not on the public internet")
    assert all_violations(page) == {}
    dialog.get_by_role("textbox", name="Address").fill(f"{web.origin}/none")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_contain_text("127.0.0.1 has no such page.")


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("theme", ["light", "oled"])
def test_an_answer_from_the_web_is_accessible_and_fits(
    make_person: MakePerson, fake: FakeControl, elm: str, width: int, theme: str
) -> None:
    person = make_person(viewport={"width": width, "height": 800})
    person.client.ok("PATCH", "settings", json={"theme": theme})
    chat = searched(person, fake)
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []
    chat.page.get_by_role("button", name="Tools", exact=True).click()
    expect(chat.page.get_by_role("radiogroup", name="Read web pages")).to_be_visible()
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []


def test_a_shared_chat_leads_to_the_pages_that_it_points_at(
    make_person: MakePerson, fake: FakeControl, elm: str
) -> None:
    person = make_person()
    searched(person, fake)
    conversation = person.client.ok("GET", "conversations")["items"][0]["id"]
    share = person.client.ok("POST", f"conversations/{conversation}/share")
    chat = make_person().open(f"share/{share['token']}")
    expect(chat.main.get_by_role("link", name=SOURCE)).to_have_attribute("href", elm)
    listed = chat.main.get_by_role("group", name="Sources").get_by_role("listitem")
    expect(listed).to_contain_text("The tides of Elm")
    assert all_violations(chat.page) == {}
