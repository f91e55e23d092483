"""Artifacts beside a chat as their readers know them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.person import Person

OpenAnswers = Callable[..., ChatPage]


@pytest.fixture
def reader(make_person: Callable[[], Person]) -> Person:
    """Somebody who may not run code on the server: artifacts need no such right."""
    return make_person()


@pytest.fixture
def open_answers(reader: Person) -> OpenAnswers:
    """Opens a chat with these answers, one after the other."""

    def open_(*answers: str) -> ChatPage:
        conversation = reader.client.make_conversation(title="Artifacts")["id"]
        leaf = None
        for answer in answers:
            leaf = reader.client.add(conversation, "Please", leaf)["id"]
            leaf = reader.client.add(conversation, answer, leaf, role="assistant")["id"]
        return reader.open_chat(f"c/{conversation}")

    return open_


def pane(chat: ChatPage) -> Locator:
    """The artifact that is open."""
    return chat.page.get_by_role("complementary").filter(
        has=chat.page.get_by_role("button", name="Close")
    )


def open_artifact(chat: ChatPage, number: int = 0) -> Locator:
    """Open the artifact of one of the blocks, from 0; the pane."""
    chat.log.get_by_role("button", name="Open as artifact").nth(number).click()
    expect(pane(chat)).to_be_visible()
    return pane(chat)


def shown_in(opened: Locator) -> FrameLocator:
    """What runs in the pane."""
    return opened.frame_locator("iframe")
