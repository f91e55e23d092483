"""The network goes, the server dies, the session ends: nothing that was seen is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import FreshDatabase, StartServer
from tests.e2e.chat_page import ChatPage
from tests.e2e.code_page import output_of, run
from tests.e2e.conftest import MakePerson
from tests.e2e.person import FAILED_REQUEST, NO_NETWORK, Person
from tests.support.client import PASSWORD
from tests.support.code import fenced
from tests.support.dost_server import wait_until
from tests.support.fake_control import FakeControl

SIGN_IN = re.compile(r"/login$")


def test_an_answer_is_whole_after_the_network_was_away(
    chat: ChatPage, person: Person, fake: FakeControl
) -> None:
    person.watch.forgive(NO_NETWORK)
    fake.queue(tokens=150, tokens_per_second=50)
    chat.ask("Say something long")
    chat.wait_for_words(5)
    person.context.set_offline(True)
    expect(chat.main).to_contain_text("You are offline.")
    person.context.set_offline(False)
    chat.wait_for_answer()
    assert chat.seen() == person.answer(chat.conversation_id)["content"]
    assert len(chat.seen().split()) == 150
    expect(chat.main).not_to_contain_text("You are offline.")


def test_a_prompt_written_without_a_network_is_kept(chat: ChatPage, person: Person) -> None:
    person.watch.forgive(NO_NETWORK)
    person.context.set_offline(True)
    chat.box.fill("Do not lose me")
    chat.box.press("Enter")
    expect(chat.send).to_be_disabled()
    expect(chat.box).to_have_value("Do not lose me")
    person.context.set_offline(False)
    chat.send.click()
    expect(chat.text_of(chat.last)).to_have_text("Do not lose me")


@pytest.fixture
def alone(
    make_person: MakePerson, start_server: StartServer, new_database: FreshDatabase
) -> Person:
    """The first account of a server for this test alone, which may kill it."""
    return make_person(on=start_server(database_url=new_database()))


def test_an_answer_that_died_with_the_server_can_be_continued(alone: Person) -> None:
    alone.watch.forgive(NO_NETWORK)
    fake = FakeControl(alone.client)
    fake.queue(tokens=20_000, tokens_per_second=50)
    chat = alone.open_chat()
    chat.ask("Never end")
    # What has been on the screen for a second has been saved: the log is written every 0.2 s.
    seen = chat.wait_for_words(10)
    chat.wait_for_words(60)
    alone.server.kill()
    expect(chat.main).to_contain_text("No connection to the server.")
    alone.server.start()
    expect(chat.last).to_contain_text("The server stopped here.", timeout=60_000)
    kept = chat.seen()
    assert kept.startswith(seen)
    assert alone.answer(chat.conversation_id)["content"] == kept
    FakeControl(alone.client).queue(reply=" The end.")
    chat.last.get_by_role("button", name="Continue").click()
    expect(chat.text_of(chat.last)).to_have_text(f"{kept} The end.")
    chat.page.reload()
    expect(chat.text_of(chat.last)).to_have_text(f"{kept} The end.")


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_code_that_ran_when_the_server_ended_is_said_to_have_been_cut_off(
    alone: Person, end: str
) -> None:
    alone.watch.forgive(NO_NETWORK)
    alone.watch.forgive(f"{FAILED_REQUEST}.*404.*/events$")  # the new server knows of none
    conversation = alone.client.make_conversation(title="Code")["id"]
    prompt = alone.client.add(conversation, "Write some code")["id"]
    code = [fenced("n = 1\nprint('so far', flush=True)\ninput('go on? ')"), fenced("6 * 7")]
    said = "\n\n".join(code)
    code_id = alone.client.add(conversation, said, prompt, role="assistant")["id"]
    chat = alone.open_chat(f"c/{conversation}")
    output = run(chat, 0)
    expect(output).to_contain_text("so far")
    # What is on the screen is saved a moment later.
    wait_until(
        lambda: alone.client.tree(conversation)["by_id"][code_id]["executions"][0]["outputs"]
    )
    getattr(alone.server, end)()
    expect(chat.main).to_contain_text("No connection to the server.")
    alone.server.start()
    expect(output).to_contain_text("The kernel is gone", timeout=60_000)
    expect(output).to_contain_text("so far")
    expect(output.get_by_role("textbox")).to_have_count(0)
    expect(chat.page.get_by_role("button", name="ended with the server")).to_be_visible()
    expect(run(chat, 1)).to_contain_text("42")
    chat.page.reload()
    expect(output_of(chat, 0)).to_contain_text("so far")


def test_a_spent_access_cookie_is_renewed_unseen(chat: ChatPage, person: Person) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*401")
    person.context.clear_cookies(name=re.compile("access"))
    chat.ask_and_wait("Who am I?")
    expect(chat.text_of(chat.last)).to_have_text("Who am I?")


def test_a_device_that_is_revoked_is_signed_out_at_once(
    make_person: MakePerson, person: Person
) -> None:
    other = make_person()
    other.watch.forgive(f"{FAILED_REQUEST}.*401")
    body = {"username": person.client.username, "password": PASSWORD}
    assert other.context.request.post(f"{person.server.api}auth/login", data=body).ok
    theirs = other.open_chat()
    settings = person.open("settings/profile")
    settings.page.get_by_role("button", name=re.compile("^Revoke")).click()
    expect(theirs.page).to_have_url(SIGN_IN)
    expect(settings.page.get_by_role("button", name=re.compile("^Revoke"))).to_have_count(0)


def test_signing_out_in_one_tab_signs_the_others_out(chat: ChatPage, person: Person) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*401")
    other = person.open_chat()
    chat.sidebar.get_by_role("button", name=re.compile("^Account of")).click()
    chat.page.get_by_role("menuitem", name="Sign out").click()
    expect(chat.page).to_have_url(SIGN_IN)
    expect(other.page).to_have_url(SIGN_IN)
