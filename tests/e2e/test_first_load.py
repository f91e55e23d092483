"""The first visit fetches little: what is heavy comes when it is needed."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Request, expect

from tests.e2e.conftest import NewContext
from tests.e2e.person import NOBODY, Person
from tests.support.client import Client
from tests.support.dost_server import DostServer

KILOBYTE = 1024
MOST_REQUESTS = 25
MOST_BYTES = {"script": 150 * KILOBYTE, "stylesheet": 25 * KILOBYTE}


class Traffic:
    """What a browser fetched."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.finished: list[Request] = []

    def follow(self, context: BrowserContext) -> None:
        """Note what a context fetches from now on."""
        context.on("request", lambda request: self._note(self.asked, request))
        context.on("requestfinished", lambda request: self._note(self.finished, request))

    def _note(self, requests: list[Request], request: Request) -> None:
        # The worker takes its copies of what the page has fetched later, and out of the cache.
        if request.service_worker is None:
            requests.append(request)

    def of(self, kind: str) -> int:
        """Bytes of one kind of resource as they crossed the wire."""
        sizes = (r.sizes() for r in self.finished if r.resource_type == kind)
        return sum(size["responseBodySize"] for size in sizes)

    def verify(self) -> None:
        """Hold it to the budget."""
        assert len(self.asked) <= MOST_REQUESTS, [request.url for request in self.asked]
        for kind, most in MOST_BYTES.items():
            assert 0 < self.of(kind) <= most


@pytest.fixture
def traffic() -> Traffic:
    """Nothing yet."""
    return Traffic()


def test_a_new_chat_is_within_the_budget(person: Person, traffic: Traffic) -> None:
    traffic.follow(person.context)
    chat = person.open_chat()
    expect(chat.page.get_by_role("combobox", name="Model")).to_contain_text("echo")
    expect(chat.sidebar).to_contain_text("Your chats will appear here.")
    traffic.verify()


def test_the_door_is_within_the_budget(
    new_context: NewContext, server: DostServer, admin: Client, traffic: Traffic
) -> None:
    context, watch = new_context(server)
    watch.forgive(NOBODY)
    traffic.follow(context)
    page = context.new_page()
    page.goto(f"{server.url}login")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    traffic.verify()


def test_a_second_visit_fetches_no_asset_again(person: Person, traffic: Traffic) -> None:
    first = person.open_chat()
    first.page.evaluate("() => document.fonts.ready.then(() => {})")
    traffic.follow(person.context)
    person.open_chat()
    for request in traffic.finished:
        # The icon is asked for when the browser likes, perhaps not before the second page.
        if "/assets/" in request.url and "/icon-" not in request.url:
            # What comes from the cache counts as nothing, less the headers it would have had.
            assert request.sizes()["responseBodySize"] <= 0, request.url
