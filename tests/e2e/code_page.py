"""Code in a chat as its readers run it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.person import Person
from tests.support.client import Client
from tests.support.code import fenced

OpenCode = Callable[..., ChatPage]


@pytest.fixture
def coder(make_person: Callable[[], Person], admin: Client) -> Iterator[Person]:
    """Somebody who may run code, with a sandbox or without; the kernels go with the test."""
    person = make_person()
    account = person.client.ok("GET", "auth/me")["id"]
    admin.ok("PATCH", f"admin/users/{account}", json={"role": "admin"})
    yield person
    person.client.ok("DELETE", "conversations")


@pytest.fixture
def open_code(coder: Person) -> OpenCode:
    """Opens a chat with one answer that holds blocks of code."""

    def open_(*code: str, language: str = "python") -> ChatPage:
        conversation = coder.client.make_conversation(title="Code")["id"]
        prompt = coder.client.add(conversation, "Write some code")
        said = "\n\nThen:\n\n".join(fenced(one, language) for one in code)
        coder.client.add(conversation, said, prompt["id"], role="assistant")
        return coder.open_chat(f"c/{conversation}")

    return open_


def block(chat: ChatPage, number: int) -> Locator:
    """One of the code blocks, from 0."""
    return chat.log.get_by_role("figure").nth(number)


def press_run(chat: ChatPage, number: int = 0) -> None:
    """Have a block run."""
    # By the keyboard: a chat that opens scrolls to its end, and a click may meet what has moved.
    block(chat, number).get_by_role("button", name="Run", exact=True).press("Enter")


def run(chat: ChatPage, number: int = 0) -> Locator:
    """Run a block; the output below it."""
    before = chat.log.get_by_role("group", name="Output").count()
    press_run(chat, number)
    output = chat.log.get_by_role("group", name="Output")
    expect(output).to_have_count(before + 1)
    return output.nth(number)


def output_of(chat: ChatPage, number: int = 0) -> Locator:
    """One of the outputs below the blocks that have run, from 0."""
    return chat.log.get_by_role("group", name="Output").nth(number)
