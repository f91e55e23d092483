"""A real Chromium on the page, watched: no request leaves the origin, nothing is complained of."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright

from tests.api.conftest import admin, fake  # noqa: F401  (fixtures)
from tests.conftest import StartServer
from tests.e2e.artifact_page import open_answers, reader  # noqa: F401  (fixtures)
from tests.e2e.chat_page import ChatPage
from tests.e2e.code_page import coder, open_code  # noqa: F401  (fixtures)
from tests.e2e.markdown_page import markdown_page, markdown_site  # noqa: F401  (fixtures)
from tests.e2e.person import Person, Watch, register
from tests.support.browser import FLAGS, chromium
from tests.support.dost_server import DostServer

# How long a condition may take on a busy machine; none takes this long on an idle one.
PATIENCE_MS = 40_000
WIDE = {"width": 1280, "height": 800}

NewContext = Callable[..., tuple[BrowserContext, Watch]]
MakePerson = Callable[..., Person]


# While playwright's synchronous interface is open no other test can run an event loop, so it is
# closed with the last test of this package.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """What drives this worker's browsers."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """This worker's browser."""
    browser = playwright.chromium.launch(executable_path=chromium(windows=False), args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def new_context(browser: Browser, start_server: StartServer) -> Iterator[NewContext]:
    """Makes browsers that know nobody yet, one origin each; they close before servers stop."""
    made: list[tuple[BrowserContext, Watch]] = []

    def make(server: DostServer, **options: Any) -> tuple[BrowserContext, Watch]:
        context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce"} | options)
        context.set_default_timeout(PATIENCE_MS)
        address = urlsplit(server.url)
        watch = Watch(f"{address.scheme}://{address.netloc}/")
        watch.over(context)
        made.append((context, watch))
        return context, watch

    yield make
    for context, _ in made:
        context.close()
    for _, watch in made:
        watch.verify()


@pytest.fixture
def make_person(
    new_context: NewContext,
    server: DostServer,
    admin: Any,  # noqa: F811
) -> Iterator[MakePerson]:
    """Makes people: `make_person()` has a fresh account on this worker's server."""
    people: list[Person] = []

    def make(on: DostServer = server, **options: Any) -> Person:
        context, watch = new_context(on, **options)
        client = register(context, on, f"person-{uuid.uuid4().hex[:8]}")
        people.append(Person(on, context, client, watch))
        return people[-1]

    yield make
    for person in people:
        person.client.close()


@pytest.fixture
def person(make_person: MakePerson) -> Person:
    """Somebody who has just signed up."""
    return make_person()


@pytest.fixture
def chat(person: Person) -> ChatPage:
    """A new chat of somebody who has just signed up."""
    return person.open_chat()
