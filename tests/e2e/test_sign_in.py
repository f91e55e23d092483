"""The door: the first account, later ones, wrong passwords, and any base path."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.conftest import FreshDatabase, StartServer
from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import NewContext
from tests.e2e.person import FAILED_REQUEST, NOBODY, Person, Watch, register
from tests.support.client import PASSWORD, Client
from tests.support.dost_server import DostServer


def fill_in(page: Page, username: str, password: str, button: str) -> None:
    """Fill in the form at the door and send it."""
    page.get_by_role("textbox", name="Username").fill(username)
    page.get_by_role("textbox", name="Password").fill(password)
    page.get_by_role("button", name=button).click()


@pytest.fixture
def stranger(
    new_context: NewContext, server: DostServer, admin: Client
) -> tuple[BrowserContext, Watch]:
    """A browser that nobody has signed in with."""
    context, watch = new_context(server)
    watch.forgive(NOBODY)
    return context, watch


def test_who_is_not_signed_in_is_led_to_the_door_and_back(
    stranger: tuple[BrowserContext, Watch], server: DostServer, person: Person
) -> None:
    made = person.client.ask("Back to me")
    page = stranger[0].new_page()
    page.goto(f"{server.url}c/{made.conversation_id}")
    expect(page).to_have_url(re.compile(r"/login$"))
    fill_in(page, person.client.username, PASSWORD, "Sign in")
    expect(page).to_have_url(re.compile(rf"/c/{made.conversation_id}$"))
    expect(ChatPage(page).last).to_contain_text("Back to me")


def test_a_wrong_password_is_said_and_the_name_is_kept(
    stranger: tuple[BrowserContext, Watch], server: DostServer, person: Person
) -> None:
    stranger[1].forgive(f"{FAILED_REQUEST}.*401")
    page = stranger[0].new_page()
    page.goto(f"{server.url}login")
    fill_in(page, person.client.username, "not my password", "Sign in")
    expect(page.get_by_role("alert")).to_contain_text(re.compile("password"))
    expect(page.get_by_role("textbox", name="Username")).to_have_value(person.client.username)


def test_a_second_account_is_made_at_the_door(
    stranger: tuple[BrowserContext, Watch], server: DostServer, person: Person
) -> None:
    stranger[1].forgive(f"{FAILED_REQUEST}.*409")
    page = stranger[0].new_page()
    page.goto(f"{server.url}login")
    page.get_by_role("link", name="Register").click()
    fill_in(page, person.client.username, PASSWORD, "Create account")
    expect(page.get_by_role("alert")).to_be_visible()
    fill_in(page, f"{person.client.username}-two", PASSWORD, "Create account")
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()


def test_signing_out_leaves_nothing_behind(person: Person) -> None:
    person.watch.forgive(NOBODY)
    chat = person.open_chat()
    chat.ask_and_wait("Private words")
    conversation = chat.conversation_id
    chat.sidebar.get_by_role("button", name=re.compile("^Account of")).click()
    chat.page.get_by_role("menuitem", name="Sign out").click()
    expect(chat.page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(chat.page.locator("body")).not_to_contain_text("Private words")
    for path in ("", f"c/{conversation}", "settings/profile"):
        chat.page.goto(f"{person.server.url}{path}")
        expect(chat.page.get_by_role("button", name="Sign in")).to_be_visible()


def test_a_draft_outlives_a_reload_but_not_signing_out(person: Person) -> None:
    person.watch.forgive(NOBODY)
    chat = person.open_chat()
    chat.attach(("private.py", b"Private notes"))
    expect(chat.send).to_be_enabled()
    chat.box.press_sequentially("Private words")
    chat.page.reload()
    expect(chat.box).to_have_value("Private words")
    expect(chat.tray).to_contain_text("private.py")
    chat.sidebar.get_by_role("button", name=re.compile("^Account of")).click()
    chat.page.get_by_role("menuitem", name="Sign out").click()
    chat.page.get_by_role("button", name="Sign in").wait_for()
    kept = chat.page.evaluate("JSON.stringify(localStorage)")
    assert "rivate" not in kept


def test_a_draft_is_shown_to_nobody_else(person: Person) -> None:
    chat = person.open_chat()
    chat.box.press_sequentially("Private words")
    # Somebody else signs in over it: nobody has signed out.
    register(person.context, person.server, f"{person.client.username}-else").close()
    other = person.open_chat()
    expect(other.box).to_have_value("")


def test_a_pending_account_waits_for_approval(person: Person, admin: Client) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*40[13]")
    path = f"admin/users/{person.client.ok('GET', 'auth/me')['id']}"
    admin.ok("PATCH", path, json={"role": "pending"})
    page = person.open().page
    expect(page.get_by_role("heading")).to_contain_text("Your account waits for approval")
    admin.ok("PATCH", path, json={"role": "user"})
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()


def test_every_page_has_the_content_security_policy(person: Person) -> None:
    for path in ("", "login", "c/x", "settings/models"):
        policy = person.context.request.get(f"{person.server.url}{path}").headers[
            "content-security-policy"
        ]
        assert "default-src 'self'" in policy
        assert "script-src 'self';" in policy
        assert "connect-src 'self'" in policy


def test_everything_works_under_an_escaped_base_path(
    new_context: NewContext, start_server: StartServer, new_database: FreshDatabase
) -> None:
    server = start_server(database_url=new_database(), base_url="/a%40b/")
    context, watch = new_context(server)
    watch.forgive(NOBODY)
    chat = ChatPage(context.new_page())
    chat.page.goto(server.url)
    fill_in(chat.page, "owner", PASSWORD, "Create account")
    chat.page.get_by_role("combobox", name="Model").click()
    chat.page.get_by_role("option", name="echo").click()
    chat.ask_and_wait("Where am I?")
    expect(chat.page).to_have_url(re.compile(r"/a(%40|@)b/dost/c/[\w-]+$"))
    chat.page.reload()
    expect(chat.text_of(chat.last)).to_have_text("Where am I?")
    chat.sidebar.get_by_role("link", name="New chat").click()
    expect(chat.messages).to_have_count(0)
    chat.page.go_back()
    expect(chat.text_of(chat.last)).to_have_text("Where am I?")
