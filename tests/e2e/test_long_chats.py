"""A chat of hundreds of messages: it begins with its end, and only what is near is in the page."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.person import Person

TURNS = 150
PROSE = "It goes on for a while, so that a screen holds only a few of these. " * 8
# Where a message is, by the window it is read in.
IN_VIEW = """(message) => {
    const log = message.closest('[role=log]').getBoundingClientRect();
    const box = message.getBoundingClientRect();
    return box.bottom > log.top && box.top < log.bottom;
}"""


@pytest.fixture
def long_chat(person: Person) -> str:
    """A conversation that takes many screens."""
    messages = []
    for turn in range(TURNS):
        parent = f"a{turn - 1}" if turn else None
        prompt = {"role": "user", "content": f"Question {turn}."}
        answer = {"role": "assistant", "content": f"Answer {turn}. {PROSE}"}
        messages += [
            {"id": f"q{turn}", "parent_id": parent, **prompt},
            {"id": f"a{turn}", "parent_id": f"q{turn}", **answer},
        ]
    document = {
        "format": "dost.conversation",
        "version": 1,
        "conversation": {"title": "A long chat", "messages": messages},
    }
    file = ("long.json", json.dumps(document), "application/json")
    report = person.client.ok("POST", "conversations/import", files={"file": file})
    return str(report["imported"][0]["id"])


def in_view(message: Locator) -> bool:
    """Whether a part of it can be seen."""
    return bool(message.evaluate(IN_VIEW))


class Opened:
    """A long chat whose end is there and whose rest is held back."""

    def __init__(self, chat: ChatPage) -> None:
        """Choose it in the sidebar."""
        self.chat = chat
        self._held: list[Route] | None = []
        # Among them may be what is read ahead for the time without a server.
        chat.page.route("**/messages", self._hold)
        chat.sidebar.get_by_role("link", name="A long chat").click()
        expect(chat.last).to_contain_text(f"Answer {TURNS - 1}.")

    def _hold(self, route: Route) -> None:
        if self._held is None:
            route.continue_()
        else:
            self._held.append(route)

    def let_rest_come(self) -> None:
        """Returns when it is laid out, which makes the page many times as long."""
        height = int(self.chat.log.evaluate("(log) => log.scrollHeight"))
        held, self._held = self._held or [], None
        for route in held:
            route.continue_()
        self.chat.page.wait_for_function(
            "(height) => document.querySelector('[role=log]').scrollHeight > height",
            arg=3 * height,
        )
        # Two frames: what keeps the reader's place has had its turn.
        self.chat.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )


@pytest.fixture
def opened(person: Person, long_chat: str) -> Opened:
    """The chat as it is chosen in the sidebar."""
    return Opened(person.open_chat())


def test_it_opens_at_its_end_and_stays_there_while_the_rest_comes(opened: Opened) -> None:
    chat = opened.chat
    assert in_view(chat.last)
    opened.let_rest_come()
    expect(chat.last).to_contain_text(f"Answer {TURNS - 1}.")
    assert in_view(chat.last)
    chat.log.evaluate("(log) => log.scrollTo({ top: 0 })")
    expect(chat.message("Question 0.")).to_be_visible()


def test_the_rest_moves_nothing_that_is_read(opened: Opened) -> None:
    chat = opened.chat
    chat.log.hover()
    chat.page.mouse.wheel(0, -900)
    read = chat.message(f"Question {TURNS - 3}.")
    expect(read).to_be_visible()
    before = read.bounding_box()
    opened.let_rest_come()
    after = read.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 2


def test_it_can_be_gone_on_with_before_the_rest_is_there(opened: Opened) -> None:
    chat = opened.chat
    chat.ask_and_wait("One more")
    opened.let_rest_come()
    expect(chat.text_of(chat.last)).to_have_text("One more")
    assert in_view(chat.last)


def test_only_what_is_near_the_reader_is_in_the_page(person: Person, long_chat: str) -> None:
    chat = person.open_chat(f"c/{long_chat}")
    expect(chat.last).to_contain_text(f"Answer {TURNS - 1}.")
    assert in_view(chat.last)
    assert chat.messages.count() < 40


def test_a_message_far_up_is_found_and_shown(person: Person, long_chat: str) -> None:
    chat = person.open_chat()
    chat.page.get_by_role("searchbox", name="Search chats").fill('"Question 7"')
    chat.sidebar.get_by_role("link", name="A long chat").click()
    found = chat.message("Question 7.")
    expect(found).to_be_visible()
    assert in_view(found)
