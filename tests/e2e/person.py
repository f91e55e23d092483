"""Somebody with an account and a browser, and a watch over what that browser does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from tests.e2e.chat_page import ChatPage
from tests.support.client import PASSWORD, Client
from tests.support.dost_server import DostServer

# What the browser itself says about an answer that is an error; tests name those they provoke.
FAILED_REQUEST = "Failed to load resource"
# The same where there is no network, or no server; also of the worker's script, which is looked for
# now and then.
NO_NETWORK = rf"{FAILED_REQUEST}.*(ERR_|50[234])|error occurred when fetching the script"
# How the page finds out that nobody is signed in.
NOBODY = f"{FAILED_REQUEST}.*401.*auth/(me|refresh)$"


@dataclass
class Watch:
    """Notes requests to elsewhere, and everything the browser complains about."""

    origin: str
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watch every tab of a context."""
        context.on("request", self._asked)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(f"thrown: {error.error}"))

    def forgive(self, pattern: str) -> None:
        """Take no offence at complaints that match."""
        self.forgiven.append(pattern)

    def verify(self) -> None:
        """Nothing left the origin and nothing went wrong."""
        assert not self.foreign, "\n".join(self.foreign)
        unforgiven = [
            complaint
            for complaint in self.complaints
            if not any(re.search(pattern, complaint) for pattern in self.forgiven)
        ]
        assert not unforgiven, "\n".join(unforgiven)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.foreign.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            self.complaints.append(f"{message.type}: {message.text} {where}".strip())


@dataclass
class Person:
    """An account, the API for it, and a browser that is signed in."""

    server: DostServer
    context: BrowserContext
    client: Client
    watch: Watch

    def open(self, path: str = "") -> ChatPage:
        """Open a new tab at a path of dost's page."""
        page: Page = self.context.new_page()
        page.goto(f"{self.server.url}{path}")
        return ChatPage(page)

    def open_chat(self, path: str = "") -> ChatPage:
        """Open a new tab and wait until it takes prompts."""
        chat = self.open(path)
        chat.box.wait_for()
        return chat

    def answer(self, conversation_id: str) -> dict[str, object]:
        """The newest message of a conversation as the API tells it."""
        tree = self.client.tree(conversation_id)
        return dict(tree["by_id"][tree["leaf"]])


def register(context: BrowserContext, server: DostServer, username: str) -> Client:
    """Make an account in a browser, which is signed in then, and answer with its fake model."""
    response = context.request.post(
        f"{server.api}auth/register", data={"username": username, "password": PASSWORD}
    )
    assert response.ok, response.text()
    client = Client(server.api, response.json()["access_token"])
    client.username = username
    settings = {"theme": "light", "default_model": "fake/echo", "send_on_enter": True}
    client.ok("PUT", "settings", json=settings)
    return client
