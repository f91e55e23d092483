"""News between servers: strange ones, and the loss of the connection that brings them."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import FreshDatabase, StartServer
from tests.support.client import PASSWORD, Client
from tests.support.dost_server import wait_until
from tests.support.fake_control import FakeControl

STRANGE = ("not json", "[]", "5", '["no topic", 1]', '["feed", 5]', '["session", 1]')


@pytest.fixture
def database(new_database: FreshDatabase) -> str:
    return new_database()


@pytest.fixture
def owner(start_server: StartServer, database: str) -> Iterator[Client]:
    """The first account of a server with a database of its own."""
    server = start_server(database_url=database)
    with Client(server.api) as fresh:
        body = {"username": "owner", "password": PASSWORD}
        token = fresh.ok("POST", "auth/register", json=body)["access_token"]
    with Client(server.api, token) as client:
        yield client


def test_strange_news_are_not_heard(owner: Client, database: str) -> None:
    with owner.following("GET", "events") as feed:
        with psycopg.connect(database, autocommit=True) as connection:
            for payload in STRANGE:
                connection.execute("select pg_notify('dost', %s)", [payload])
        made = owner.make_conversation()
        assert next(feed).data["id"] == made["id"]


def test_when_every_connection_is_cut_nothing_is_lost(owner: Client, database: str) -> None:
    FakeControl(owner).queue(tokens=100, tokens_per_second=50)
    with owner.sending("x") as events:
        run = next(events).data
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
        assert list(events)[-1].data["message"]["status"] == "complete"
    assert owner.run(run["run_id"])["status"] == "complete"
    with owner.following("GET", "events") as feed:
        made = owner.make_conversation()
        assert next(feed).data["id"] == made["id"]
    owner.ok("POST", "auth/logout")
    wait_until(lambda: owner.get(f"runs/{run['run_id']}").status_code == 401)
