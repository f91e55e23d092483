"""Two servers on one data directory are one dost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.client import Client
from tests.support.dost_server import DostServer, wait_until
from tests.support.owner import let_models_run_code, message_of, queue, sign_in, take_words
from tests.support.postgres import made_data_dir
from tests.support.sse import Event

# One worker starts what they share, once.
pytestmark = pytest.mark.xdist_group("two servers")

PACE = 50.0
ENDLESS = {"tokens": 20_000, "tokens_per_second": PACE}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DostServer, DostServer]]:
    """The two servers; no test stops one."""
    data_dir = made_data_dir(tmp_path_factory.mktemp("pair"))
    servers = DostServer(data_dir), DostServer(data_dir)
    try:
        yield servers[0].start(), servers[1].start()
    finally:
        for server in servers:
            server.stop()


@pytest.fixture
def second(pair: tuple[DostServer, DostServer]) -> DostServer:
    return pair[1]


@pytest.fixture
def owner(pair: tuple[DostServer, DostServer]) -> Iterator[Client]:
    """The owner at the first server."""
    with ExitStack() as stack:
        yield stack.enter_context(sign_in(pair[0]))


@pytest.fixture
def visitor(owner: Client, second: DostServer) -> Iterator[Client]:
    """The owner at the second server."""
    with ExitStack() as stack:
        yield stack.enter_context(sign_in(second))


def test_a_token_of_one_is_good_at_the_other(owner: Client, second: DostServer) -> None:
    with Client(second.api) as client:
        client.headers["Authorization"] = owner.headers["Authorization"]
        assert client.ok("GET", "auth/me") == owner.ok("GET", "auth/me")


def test_a_run_of_one_is_followed_live_at_the_other(owner: Client, visitor: Client) -> None:
    queue(owner, tokens=150, tokens_per_second=PACE)
    with owner.sending("Tell me everything") as events:
        run = next(events).data
        path = f"runs/{run['run_id']}/events"
        with visitor.following("GET", path) as elsewhere:
            first = [next(elsewhere), *take_words(elsewhere, 5)]
            assert owner.run(run["run_id"])["status"] == "streaming"
            followed = first + list(elsewhere)
        whole = [Event(1, "run", run), *events]
    assert followed == whole


def test_a_run_of_one_is_stopped_from_the_other(owner: Client, visitor: Client) -> None:
    queue(owner, **ENDLESS)
    with owner.sending("Tell me everything") as events:
        run = next(events).data
        stopped = visitor.ok("POST", f"runs/{run['run_id']}/cancel")
        rest = list(events)
    assert (stopped["status"], rest[-1].data["message"]["status"]) == ("cancelled",) * 2
    assert message_of(visitor, run) == message_of(owner, run) == rest[-1].data["message"]


def test_what_a_run_of_one_asks_is_allowed_at_the_other(owner: Client, visitor: Client) -> None:
    let_models_run_code(owner, "ask")
    call = {"name": "run_code", "arguments": {"code": "print(6 * 7)"}}
    queue(owner, reply="", tool_calls=[call])
    queue(owner, reply="The end.")
    with owner.sending("Compute", tools=["run_code"]) as events:
        run = next(events).data
        with visitor.following("GET", f"runs/{run['run_id']}/events") as elsewhere:
            asked = next(one for one in elsewhere if one.name == "approval")
            decision = {"tool_call_id": asked.data["tool_call_id"], "approve": True}
            visitor.ok("POST", f"runs/{run['run_id']}/approve", json=decision)
            followed = list(elsewhere)
        rest = list(events)
    assert followed[-1] == rest[-1]
    assert rest[-1].data["message"]["tool_calls"][0]["approval"] == "allowed"
    (result,) = [one.data for one in followed if one.name == "tool_result"]
    assert result["content"] == "42"


def test_logging_out_at_one_closes_streams_at_the_other(owner: Client, second: DostServer) -> None:
    with Client(second.api) as elsewhere:
        elsewhere.headers["Authorization"] = owner.headers["Authorization"]
        with elsewhere.following("GET", "events") as feed:
            owner.ok("POST", "auth/logout")
            assert list(feed) == []
        assert elsewhere.get("auth/me").status_code == 401


def test_news_of_one_reach_tabs_at_the_other(owner: Client, visitor: Client) -> None:
    with visitor.following("GET", "events") as feed:
        made = owner.make_conversation(title="From the other side")
        assert next(feed).data["id"] == made["id"]


def test_settings_changed_at_one_hold_at_the_other(owner: Client, visitor: Client) -> None:
    visitor.ok("GET", "admin/settings")
    owner.ok("PATCH", "admin/settings", json={"sign_up": "closed"})
    wait_until(lambda: visitor.ok("GET", "admin/settings")["sign_up"] == "closed", 5)
