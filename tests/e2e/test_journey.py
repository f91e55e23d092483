"""From nothing to an answer of the real built-in model that survives a reload and a restart."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from dost_ext.models.builtin.weights import missing
from tests.conftest import FreshDatabase, StartServer
from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import NewContext
from tests.e2e.person import NO_NETWORK, NOBODY
from tests.support.client import PASSWORD, Client

# Loading the model takes seconds on a busy machine.
ENGINE_MS = 90_000


def letters(text: str) -> str:
    """What is left of a text when marks, numbers and spaces are not counted."""
    return re.sub(r"[\W\d_]", "", text)


@pytest.mark.xdist_group("engine")
@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_the_first_account_asks_the_built_in_model(
    new_context: NewContext, start_server: StartServer, new_database: FreshDatabase
) -> None:
    server = start_server(database_url=new_database(), environment={"DOST_FAKE_MODEL": ""})
    context, watch = new_context(server)
    watch.forgive(NOBODY)
    watch.forgive(NO_NETWORK)
    chat = ChatPage(context.new_page())
    chat.page.goto(server.url)
    expect(chat.page.get_by_role("heading")).to_contain_text("Create the first account")
    chat.page.get_by_role("textbox", name="Username").fill("ada")
    chat.page.get_by_role("textbox", name="Password").fill(PASSWORD)
    chat.page.get_by_role("button", name="Create account").click()
    expect(chat.page.get_by_role("combobox", name="Model")).to_contain_text("Demo")
    card = chat.page.get_by_role("region", name="Connect a real model")
    expect(card).to_contain_text("A tiny demo model answers here")
    expect(card.get_by_role("link")).to_have_attribute("href", re.compile("/settings/models$"))

    chat.ask("Write a long story about a fox and a river, with many sentences.")
    expect(chat.text_of(chat.last)).to_contain_text(" ", timeout=ENGINE_MS)
    early = chat.wait_for_words(5)
    chat.page.reload()
    chat.last.get_by_role("button", name="Regenerate").wait_for(state="attached", timeout=ENGINE_MS)
    assert chat.seen().startswith(early)
    with Client(server.api) as client:
        body = {"username": "ada", "password": PASSWORD}
        client.headers["Authorization"] = (
            f"Bearer {client.ok('POST', 'auth/login', json=body)['access_token']}"
        )
        tree = client.tree(chat.conversation_id)
    saved = tree["by_id"][tree["leaf"]]
    assert saved["status"] == "complete"
    assert letters(chat.seen()) == letters(saved["content"])

    server.terminate()
    server.start()
    chat.page.reload()
    expect(chat.text_of(chat.last)).to_contain_text(early)
    assert letters(chat.seen()) == letters(saved["content"])
