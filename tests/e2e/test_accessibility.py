"""axe finds nothing, nothing scrolls sideways, and all has the name it is known by."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.chat_states import STATES
from tests.e2e.conftest import NewContext
from tests.e2e.person import NOBODY, Person
from tests.support.client import Client
from tests.support.dost_server import DostServer
from tests.support.fake_control import FakeControl

THEMES = ("light", "dark", "oled")
AXE_WIDTHS = (390, 1440)
# A phone, a tablet, a laptop, the same at 200 % zoom, and 4K.
WIDTHS = (320, 390, 640, 768, 1440, 3840)
AXE = Axe()
# An inherited colour passes from element to element, each with a transition of its own.
AT_REST = """async () => {
    for (let running; (running = document.getAnimations()).length; )
        await Promise.allSettled(running.map(animation => animation.finished));
}"""
# What has more in it than its width shows, once the page has taken in its new size.
TOO_WIDE = """async width => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame().then(frame);
    const scrolls = e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)
        && !e.closest('pre, .dost-table, .dost-equation, nav');
    return [document.documentElement, ...[...document.querySelectorAll('main *')].filter(scrolls)]
        .filter(e => e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1)
        .map(e => `${width}: ${e.outerHTML.slice(0, 120)}`);
}"""

RICH = """\
# A heading

Some **bold**, *soft*, ~~struck~~ words, `code`, [a link](https://example.org) and $e^{i\\pi} = -1$.

1. one
2. two
   - [x] done
   - [ ] to do

> A quotation with a footnote.[^1]

| Name | Value | A column with a rather long title | Another one |
| --- | ---: | :---: | --- |
| alpha | 1 | yes | averyveryverylongwordwithoutanyplacetobreakit |
| beta | 22 | no | words |

| Second | Table |
| --- | --- |
| x | y |

```python
def greet(name: str) -> str:
    # a comment that goes on for so long that no phone and no narrow column can show it in one line
    return f"Hello, {name}! {1 + 2}"
```

```
plain text
```

$$\\int_0^\\infty e^{-x^2} \\, dx = \\frac{\\sqrt{\\pi}}{2}$$

---

https://example.org/a/very/long/address/that/must/not/make/the/page/scroll/sideways/on/a/phone?q=1234567890

[^1]: The footnote.
"""


def rich_chat(person: Person, fake: FakeControl) -> str:
    """The path of a conversation that shows everything an answer can hold."""
    fake.queue(reasoning="First I think.", reply=RICH)
    first = person.client.ask("Show me everything\n\n" + "a_long_word_" * 20)
    fake.queue(fault="cut", reply="Half an ans", after=2)
    person.client.ask("And an error", conversation_id=first.conversation_id)
    return f"c/{first.conversation_id}"


def open_rich_chat(person: Person, fake: FakeControl) -> Page:
    """That conversation, shown to its end."""
    chat = person.open(rich_chat(person, fake))
    expect(chat.messages).to_have_count(4)
    expect(chat.log.locator(".katex").first).to_be_visible()
    expect(chat.log.locator(".hljs-keyword").first).to_be_attached()
    return chat.page


def show_theme(page: Page, theme: str) -> None:
    """Take on a theme's colours to the end of every transition."""
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    page.evaluate(AT_REST)


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now, one line an element."""
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in AXE.run(page).response["violations"]
        for node in violation["nodes"]
    ]


# What looks for faults writes to every frame; to those of another origin it may not.
LETTERS_TO_FRAMES = "Failed to execute 'postMessage'.*recipient window's origin"


def all_violations(page: Page) -> dict[str, list[str]]:
    """What axe finds in every theme and at both widths."""
    found = {}
    for width in AXE_WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            show_theme(page, theme)
            if lines := violations(page):
                found[f"{theme} {width}"] = lines
    return found


def sideways(page: Page) -> list[str]:
    """What is wider than its place at any width; boxes that scroll by themselves may be."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found += page.evaluate(TOO_WIDE, width)
    return found


def test_a_conversation_is_accessible_and_fits(person: Person, fake: FakeControl) -> None:
    page = open_rich_chat(person, fake)
    assert all_violations(page) == {}
    assert sideways(page) == []


ROUTES = {
    "": ("textbox", "Message"),
    "settings/profile": ("button", "Change password"),
    "settings/interface": ("radiogroup", "Theme"),
    "settings/models": ("combobox", "Default model"),
    "settings/prompts": ("button", "New prompt"),
    "settings/data": ("button", "Export everything"),
    "settings/api-keys": ("textbox", "Name of the key"),
    "nowhere": ("heading", "There is no such page."),
}


@pytest.mark.parametrize("path", ROUTES)
def test_a_page_is_accessible_and_fits(person: Person, path: str) -> None:
    page = person.open(path).page
    role, name = ROUTES[path]
    page.get_by_role(role, name=name).wait_for()  # type: ignore[arg-type]
    assert all_violations(page) == {}
    assert sideways(page) == []


def test_the_providers_form_is_accessible_and_fits(person: Person, admin: Client) -> None:
    me = person.client.ok("GET", "auth/me")["id"]
    admin.ok("PATCH", f"admin/users/{me}", json={"role": "admin"})
    page = person.open("settings/models").page
    button = page.get_by_role("button", name="Connect a provider")
    button.or_(page.get_by_role("form", name="Connect a provider")).wait_for()
    if button.is_visible():
        button.click()
    page.get_by_role("radio", name="OpenAI-compatible").check(force=True)
    assert all_violations(page) == {}
    assert sideways(page) == []


@pytest.mark.parametrize("path", ["login", "register"])
def test_the_door_is_accessible_and_fits(
    new_context: NewContext, server: DostServer, admin: Client, path: str
) -> None:
    context, watch = new_context(server)
    watch.forgive(NOBODY)
    page = context.new_page()
    page.goto(f"{server.url}{path}")
    page.get_by_role("textbox", name="Username").wait_for()
    assert all_violations(page) == {}
    assert sideways(page) == []


@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__)
def test_a_state_is_accessible(
    chat: ChatPage, fake: FakeControl, reach: Callable[[ChatPage, FakeControl], None]
) -> None:
    reach(chat, fake)
    for theme in THEMES:
        show_theme(chat.page, theme)
        assert violations(chat.page) == []


def test_everything_has_the_name_it_is_known_by(chat: ChatPage, fake: FakeControl) -> None:
    page = chat.page
    fake.queue(reply="first\n\n```python\nx = 1\n```")
    chat.ask_and_wait("Name yourself")
    for role, name in (
        ("navigation", "Chats"),
        ("form", "Composer"),
        ("log", "Conversation"),
        ("combobox", "Model"),
        ("button", "Chat options"),
        ("link", "New chat"),
        ("button", "Copy code"),
    ):
        expect(page.get_by_role(role, name=name, exact=True)).to_have_count(1)  # type: ignore[arg-type]
    expect(page.get_by_role("main")).to_have_count(1)
    expect(chat.log).to_have_attribute("aria-live", "polite")
    for name in ("Copy", "Edit", "Regenerate", "Fork", "Delete"):
        expect(chat.last.get_by_role("button", name=name, exact=True)).to_have_count(1)


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_has_a_drawer_that_gets_out_of_the_way(person: Person, width: int) -> None:
    made = person.client.ask("On the phone")
    chat = person.open_chat()
    chat.page.set_viewport_size({"width": width, "height": 700})
    expect(chat.sidebar).to_be_hidden()
    chat.page.get_by_role("button", name="Open sidebar").click()
    chat.sidebar.get_by_role("link", name="On the phone").click()
    expect(chat.sidebar).to_be_hidden()
    assert chat.conversation_id == made.conversation_id
    expect(chat.last).to_contain_text("On the phone")
