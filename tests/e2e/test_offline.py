"""The page without its server: it starts, shows what was read last, and tells nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import FreshDatabase, StartServer
from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import MakePerson
from tests.e2e.person import FAILED_REQUEST, NO_NETWORK, Person, register

BASE = "/user/a%40b/"
MORE_THAN_ARE_READ_AHEAD = 21

# The names of the caches that hold what `base` keeps for its readers.
KEPT = "async () => (await caches.keys()).filter((name) => name.startsWith('dost-kept:'))"
HOLDS = """async (path) => {
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys())
      if (url.endsWith(path)) return true;
  return false;
}"""

MakeAlone = Callable[..., Person]


@pytest.fixture
def make_alone(
    make_person: MakePerson, start_server: StartServer, new_database: FreshDatabase
) -> MakeAlone:
    """Makes the first account of a server for this test alone, which may end it."""

    def make(**options: str) -> Person:
        person = make_person(on=start_server(database_url=new_database(), **options))
        person.watch.forgive(NO_NETWORK)
        return person

    return make


def installed(page: Page) -> None:
    """Wait until the worker answers for the page."""
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def kept(chat: ChatPage, words: str) -> str:
    """A conversation with one turn, kept in this browser; its id."""
    installed(chat.page)
    chat.ask_and_wait(words)
    conversation_id = chat.conversation_id
    wait_until_kept(chat, conversation_id)
    return conversation_id


def wait_until_kept(chat: ChatPage, conversation_id: str) -> None:
    """Wait until the browser holds a conversation and its messages."""
    for path in (f"conversations/{conversation_id}", f"conversations/{conversation_id}/messages"):
        chat.page.wait_for_function(HOLDS, arg=path)


@pytest.mark.parametrize("base", ["/", BASE])
def test_what_was_read_last_is_read_without_the_server(make_alone: MakeAlone, base: str) -> None:
    alone = make_alone(base_url=base)
    conversation_id = kept(alone.open_chat(), "Where do storks winter?")
    alone.server.stop()
    chat = alone.open(f"c/{conversation_id}")
    expect(chat.text_of(chat.last)).to_have_text("Where do storks winter?")
    expect(chat.main).to_contain_text("No connection to the server.")
    expect(chat.last.get_by_role("button", name="Regenerate")).to_be_disabled()
    chat.box.fill("A thought on the train")
    expect(chat.send).to_be_disabled()
    alone.server.start()
    expect(chat.send).to_be_enabled(timeout=60_000)
    expect(chat.main).not_to_contain_text("No connection to the server.")
    chat.send.click()
    expect(chat.text_of(chat.last)).to_have_text("A thought on the train")


def test_listed_chats_are_kept_before_they_are_opened(make_alone: MakeAlone) -> None:
    alone = make_alone()
    written = alone.client.ask("From another device")
    chat = alone.open_chat()
    installed(chat.page)
    wait_until_kept(chat, written.conversation_id)
    alone.server.stop()
    later = alone.open()
    later.sidebar.get_by_role("link", name="From another device").click()
    expect(later.text_of(later.last)).to_have_text("From another device")


def test_an_old_chat_that_is_opened_is_kept(person: Person) -> None:
    old = person.client.make_conversation(title="Long ago")["id"]
    person.client.add(old, "An old thought")
    for number in range(MORE_THAN_ARE_READ_AHEAD):
        person.client.make_conversation(title=f"Since then {number}")
    chat = person.open(f"c/{old}")
    expect(chat.last).to_contain_text("An old thought")
    wait_until_kept(chat, old)


def test_a_chat_that_is_deleted_is_no_longer_kept(person: Person) -> None:
    chat = person.open_chat()
    conversation_id = kept(chat, "Forget me")
    person.client.ok("DELETE", f"conversations/{conversation_id}")
    gone = f"async (path) => !(await ({HOLDS})(path))"
    chat.page.wait_for_function(gone, arg=f"{conversation_id}/messages")


def test_signing_out_takes_everything_along(make_alone: MakeAlone) -> None:
    alone = make_alone()
    alone.watch.forgive(f"{FAILED_REQUEST}.*401")
    chat = alone.open_chat()
    kept(chat, "My secret")
    chat.sidebar.get_by_role("button", name=re.compile("^Account of")).click()
    chat.page.get_by_role("menuitem", name="Sign out").click()
    expect(chat.page).to_have_url(re.compile("/login$"))
    chat.page.wait_for_function(f"async () => !(await ({KEPT})()).length")
    alone.server.stop()
    later = alone.open()
    expect(later.page.get_by_text("dost cannot reach its server.")).to_be_visible()
    expect(later.page.get_by_text("My secret")).to_have_count(0)


def test_another_account_sees_nothing_of_it(make_alone: MakeAlone) -> None:
    alone = make_alone()
    alone.watch.forgive(f"{FAILED_REQUEST}.*(401|404)")
    conversation_id = kept(alone.open_chat(), "My secret")
    # Somebody else signs in over it: nobody has signed out.
    register(alone.context, alone.server, "somebody").close()
    other = alone.open_chat()
    assert other.page.evaluate(HOLDS, f"{conversation_id}/messages") is False
    alone.server.stop()
    later = alone.open(f"c/{conversation_id}")
    expect(later.main).to_contain_text("The server cannot be reached.")
    expect(later.page.get_by_text("My secret")).to_have_count(0)


def test_who_was_signed_out_meanwhile_meets_the_door(make_alone: MakeAlone) -> None:
    alone = make_alone()
    alone.watch.forgive(f"{FAILED_REQUEST}.*401")
    conversation_id = kept(alone.open_chat(), "Mine")
    alone.server.stop()
    chat = alone.open(f"c/{conversation_id}")
    expect(chat.text_of(chat.last)).to_have_text("Mine")
    alone.context.clear_cookies()
    alone.server.start()
    expect(chat.page).to_have_url(re.compile("/login$"), timeout=60_000)
    expect(chat.page.get_by_role("button", name="Sign in")).to_be_visible()
    chat.page.wait_for_function(f"async () => !(await ({KEPT})()).length")
