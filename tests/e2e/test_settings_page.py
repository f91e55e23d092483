"""Settings: themes, models and their providers, keys, the password."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import MakePerson
from tests.e2e.person import FAILED_REQUEST, Person
from tests.support.client import PASSWORD, Client
from tests.support.dost_server import wait_until

# The theme at every change of it, from before the page's own scripts on.
NOTE_THEMES = """
    window.themes = [];
    const note = () => themes.push(document.documentElement.dataset.theme);
    new MutationObserver(note).observe(document, {
        subtree: true, attributes: true, attributeFilter: ['data-theme'] });
    new PerformanceObserver(list => list.getEntries().forEach(
        entry => themes.push(`${entry.name}: ${document.documentElement.dataset.theme}`))
    ).observe({ type: 'paint', buffered: true });
"""


def choose_theme(page: Page, theme: str) -> None:
    """Click on a theme's picture."""
    radio = page.get_by_role("radio", name=theme)
    page.get_by_role("radiogroup", name="Theme").locator("label").filter(has=radio).click()
    expect(radio).to_be_checked()
    expect(page.locator("html")).to_have_attribute("data-theme", theme.lower())


@pytest.mark.parametrize("theme", ["Light", "Dark", "OLED", "System"])
def test_a_theme_lasts_and_nothing_else_is_painted_first(person: Person, theme: str) -> None:
    before = "light" if theme != "Light" else "dark"
    settings = {"theme": before, "default_model": "fake/echo", "send_on_enter": True}
    person.client.ok("PUT", "settings", json=settings)
    page = person.open("settings/interface").page
    expect(page.locator("html")).to_have_attribute("data-theme", before)
    choose_theme(page, theme)
    wait_until(lambda: person.client.ok("GET", "settings")["theme"] == theme.lower())
    page.add_init_script(NOTE_THEMES)
    page.reload()
    expect(page.get_by_role("radio", name=theme)).to_be_checked()
    page.wait_for_function("() => themes.some(name => name.startsWith('first-paint'))")
    assert {name.removeprefix("first-paint: ") for name in page.evaluate("themes")} <= {
        theme.lower(),
        f"first-contentful-paint: {theme.lower()}",
    }


def background(page: Page) -> str:
    """The colour behind everything."""
    return str(page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor"))


def test_oled_is_true_black_and_system_follows_the_device(person: Person) -> None:
    page = person.open("settings/interface").page
    choose_theme(page, "OLED")
    assert background(page) == "rgb(0, 0, 0)"
    choose_theme(page, "System")
    page.emulate_media(color_scheme="light")
    light = background(page)
    page.emulate_media(color_scheme="dark")
    assert background(page) != light


def test_enter_need_not_send(person: Person) -> None:
    person.open("settings/interface").page.get_by_role("checkbox", name="Enter sends").uncheck()
    wait_until(lambda: not person.client.ok("GET", "settings")["send_on_enter"])
    chat = person.open_chat()
    chat.box.press_sequentially("one")
    chat.box.press("Enter")
    expect(chat.box).to_have_value("one\n")
    chat.box.press("Control+Enter")
    chat.wait_for_answer()
    expect(chat.text_of(chat.last)).to_have_text("one")


def test_the_model_picker_chooses_who_answers(person: Person) -> None:
    chat = person.open_chat()
    picker = chat.page.get_by_role("combobox", name="Model")
    picker.click()
    chat.page.get_by_role("searchbox", name="Search models").fill("lor")
    chat.page.get_by_role("option", name="lorem").click()
    chat.ask_and_wait("Anything")
    expect(chat.last).to_have_accessible_name("lorem")
    chat.page.reload()
    expect(picker).to_contain_text("lorem")


@pytest.fixture
def administrator(make_person: MakePerson, admin: Client) -> Iterator[Person]:
    """Somebody who may connect providers; what is connected is gone at the end."""
    person = make_person()
    me = person.client.ok("GET", "auth/me")["id"]
    admin.ok("PATCH", f"admin/users/{me}", json={"role": "admin"})
    yield person
    for provider in admin.ok("GET", "providers")["items"]:
        if provider["source"] == "database":
            admin.ok("DELETE", f"providers/{provider['id']}")


def connect(page: Page, address: str) -> None:
    """Connect an OpenAI-compatible provider; where there is none yet the form is open already."""
    form = page.get_by_role("form", name="Connect a provider")
    button = page.get_by_role("button", name="Connect a provider")
    button.or_(form).wait_for()
    if button.is_visible():
        button.click()
    form.get_by_role("radio", name="OpenAI-compatible").check(force=True)
    form.get_by_role("textbox", name="Address").fill(address)
    form.get_by_role("textbox", name="Short name").fill("mine")
    form.get_by_role("button", name="Connect").click()


def test_what_code_may_use_is_set_at_once(administrator: Person, admin: Client) -> None:
    before = admin.ok("GET", "admin/settings")["code_kernels"]
    page = administrator.open("admin/settings").page
    field = page.get_by_role("spinbutton", name="Kernels of one account")
    try:
        field.fill(str(before + 1))
        field.press("Tab")
        wait_until(lambda: admin.ok("GET", "admin/settings")["code_kernels"] == before + 1)
        field.fill("0")
        field.press("Tab")
        expect(page.get_by_text("A whole number from 1 to 1,000.")).to_be_visible()
        expect(field).to_have_value(str(before + 1))
    finally:
        admin.ok("PATCH", "admin/settings", json={"code_kernels": before})


def test_a_connected_provider_answers(administrator: Person, admin: Client) -> None:
    providers = admin.ok("GET", "providers")["items"]
    (fake,) = [p["base_url"] for p in providers if p["name"] == "fake"]
    page = administrator.open("settings/models").page
    connect(page, fake)
    expect(page.get_by_role("status")).to_contain_text("It works. Models found: 4.")
    chat = administrator.open_chat()
    chat.page.get_by_role("combobox", name="Model").click()
    chat.page.get_by_role("group", name="mine").get_by_role("option", name="echo").click()
    chat.ask_and_wait("Hello new provider")
    answer = administrator.answer(chat.conversation_id)
    assert (answer["model"], answer["content"]) == ("mine/echo", "Hello new provider")


def test_a_provider_that_is_not_there_is_explained(administrator: Person) -> None:
    page = administrator.open("settings/models").page
    connect(page, "http://127.0.0.1:9/v1")
    expect(page.get_by_role("status")).to_contain_text("refused the connection")


def test_a_removed_provider_comes_back_with_undo(administrator: Person, admin: Client) -> None:
    body = {"name": "spare", "kind": "openai", "base_url": "http://127.0.0.1:9/v1"}
    admin.ok("POST", "providers", json=body)
    page = administrator.open("settings/models").page
    remove = page.get_by_role("button", name="Remove spare")
    remove.click()
    expect(remove).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(remove).to_be_visible()
    remove.click()
    page.get_by_role("button", name="Dismiss").click()
    wait_until(lambda: "spare" not in [p["name"] for p in admin.ok("GET", "providers")["items"]])


def test_who_is_no_administrator_is_offered_no_providers(person: Person) -> None:
    page = person.open("settings/models").page
    expect(page.get_by_role("combobox", name="Default model")).to_be_visible()
    expect(page.get_by_text("Connect a provider")).to_have_count(0)
    expect(page.get_by_role("form")).to_have_count(0)


def test_an_api_key_is_shown_once_works_and_can_be_revoked(person: Person) -> None:
    page = person.open("settings/api-keys").page
    page.get_by_role("textbox", name="Name of the key").fill("laptop")
    page.get_by_role("button", name="Create key").click()
    key = str(page.get_by_role("status").locator("code").text_content())
    with Client(person.server.api, key) as client:
        assert client.ok("GET", "auth/me")["username"] == person.client.username
        page.reload()
        revoke = page.get_by_role("button", name="Revoke laptop")
        expect(revoke).to_be_visible()
        expect(page.locator("body")).not_to_contain_text(key)
        revoke.click()
        expect(page.get_by_text("No keys yet.")).to_be_visible()
        assert client.get("auth/me").status_code == 401


def change_password(page: Page, current: str, new: str) -> None:
    page.get_by_role("textbox", name="Current password").fill(current)
    page.get_by_role("textbox", name="New password").fill(new)
    page.get_by_role("button", name="Change password").click()


def test_a_changed_password_is_the_only_one_that_works(person: Person) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*(401|403|422)")
    page = person.open("settings/profile").page
    change_password(page, "not my password", "a new pass phrase")
    expect(page.get_by_role("alert")).to_contain_text(re.compile("password", re.IGNORECASE))
    change_password(page, PASSWORD, "a new pass phrase")
    expect(page.get_by_role("region", name="Notices")).to_contain_text("Password changed")
    with Client(person.server.api) as anonymous:
        body = {"username": person.client.username, "password": PASSWORD}
        assert anonymous.post("auth/login", json=body).status_code == 401
        body["password"] = "a new pass phrase"
        assert anonymous.post("auth/login", json=body).status_code == 200
