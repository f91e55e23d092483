"""Accounts on this worker's server, and the fake model behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count

import pytest

from tests.support.client import PASSWORD, Client, SignsInAgain
from tests.support.dost_server import DostServer
from tests.support.fake_control import FakeControl

SignUp = Callable[..., Client]
LoginAs = Callable[[str], Client]

_numbers = count(1)


@pytest.fixture(scope="session")
def admin(server: DostServer) -> Iterator[Client]:
    """The account that was made first; it stays for the whole run."""
    with Client(server.api) as anonymous:
        body = {"username": "root", "password": PASSWORD}
        response = anonymous.post("auth/register", json=body)
        if response.status_code == 409:
            response = anonymous.post("auth/login", json=body)
    again = SignsInAgain(server.api, "root")
    with Client(server.api, response.json()["access_token"], auth=again) as client:
        client.username = "root"
        yield client


@pytest.fixture
def anonymous(server: DostServer, admin: Client) -> Iterator[Client]:
    """A client that has not signed in."""
    with Client(server.api) as client:
        yield client


@pytest.fixture
def sign_up(server: DostServer, admin: Client) -> Iterator[SignUp]:
    """Makes accounts: `sign_up()` is a signed-in client."""
    with ExitStack() as stack:

        def make(username: str | None = None, role: str = "user") -> Client:
            name = username or f"user{next(_numbers)}"
            with Client(server.api) as fresh:
                body = {"username": name, "password": PASSWORD}
                account = fresh.ok("POST", "auth/register", json=body)
            if role != "user":
                path = f"admin/users/{account['user']['id']}"
                admin.ok("PATCH", path, json={"role": role})
            client = Client(server.api, account["access_token"])
            client.username = name
            return stack.enter_context(client)

        yield make


@pytest.fixture
def login_as(sign_up: SignUp) -> LoginAs:
    """A fresh account by its role: user, admin or pending."""
    return lambda role: sign_up(role=role)


@pytest.fixture
def user(sign_up: SignUp) -> Client:
    """A fresh account of the ordinary kind."""
    return sign_up()


@pytest.fixture
def fake(admin: Client) -> Iterator[FakeControl]:
    """The fake model, told nothing yet."""
    control = FakeControl(admin)
    control.reset()
    yield control
    control.reset()
