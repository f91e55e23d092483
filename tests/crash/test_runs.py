"""kill -9 in the middle of an answer: of the server, of its database, of one server of two."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import psutil
import pytest

from tests.conftest import StartServer
from tests.support.client import Answer, Client
from tests.support.dost_server import DostServer, wait_until
from tests.support.owner import let_models_run_code, message_of, queue, sign_in, take_words
from tests.support.postgres import copy_data_dir, made_data_dir, postmaster_of
from tests.support.sse import Event, text_of
from tests.support.worker import when_over

PACE = 50.0
# A flush every 0.2 s, and half a second for a busy machine.
LOST_WORDS = (0.2 + 0.5) * PACE
ENDLESS = {"tokens": 20_000, "tokens_per_second": PACE}
RUNS = {"name": "run_code", "arguments": {"code": "print(6 * 7)"}}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_data_dir(tmp_path_factory.mktemp("made"))


@pytest.fixture
def data_dir(made: Path, tmp_path: Path) -> Path:
    """A data directory whose database has been made already."""
    return copy_data_dir(made, tmp_path)


@pytest.fixture
def server(start_server: StartServer, data_dir: Path) -> DostServer:
    """A server with a database and a worker of its own."""
    return start_server(data_dir, worker=True)


@pytest.fixture
def owner(server: DostServer) -> Iterator[Client]:
    """The first account."""
    with ExitStack() as stack:
        yield stack.enter_context(sign_in(server))


def ended(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_killed_server_loses_a_moment_of_the_answer_and_nothing_else(
    server: DostServer, owner: Client
) -> None:
    before = owner.ask("An answer from before")
    queue(owner, **ENDLESS)
    with owner.sending("Tell me everything") as events:
        run = next(events).data
        heard = text_of(take_words(events, 150))
        server.kill()
    again = sign_in(server.start())
    tree = again.tree(run["conversation_id"])["by_id"]
    kept = tree[run["message_id"]]
    assert kept["status"] == "interrupted"
    assert heard.startswith(kept["content"]) or kept["content"].startswith(heard)
    assert len(heard.split()) - len(kept["content"].split()) <= LOST_WORDS
    assert tree[run["user_message_id"]]["content"] == "Tell me everything"
    assert again.run(run["run_id"])["status"] == "interrupted"
    assert message_of(again, before.run) == before.message


def test_an_interrupted_answer_reads_the_same_from_its_log(
    server: DostServer, owner: Client
) -> None:
    queue(owner, reasoning="Hm. " * 40, **ENDLESS)
    with owner.sending("Tell me everything") as events:
        run = next(events).data
        heard = [Event(1, "run", run), *take_words(events, 60)]
        server.kill()
    again = sign_in(server.start())
    answer = again.rejoin(run["run_id"])
    assert [event.id for event in answer.events] == list(range(1, len(answer.events) + 1))
    assert answer.last.name == "done"
    assert answer.message == message_of(again, run)
    assert (answer.text, answer.reasoning) == (
        answer.message["content"],
        answer.message["reasoning"],
    )
    kept = answer.events[:-1]
    assert kept == heard[: len(kept)]


def test_an_interrupted_answer_can_be_continued(server: DostServer, owner: Client) -> None:
    queue(owner, **ENDLESS)
    with owner.sending("Tell me everything") as events:
        run = next(events).data
        take_words(events, 40)
        server.kill()
    again = sign_in(server.start())
    kept = message_of(again, run)["content"]
    queue(again, reply=" The end.")
    more = again.ask(conversation_id=run["conversation_id"], **{"continue": run["message_id"]})
    assert more.message["content"] == f"{kept} The end."
    assert more.message["status"] == "complete"


def test_a_killed_server_loses_none_of_the_sources_of_an_answer(
    server: DostServer, owner: Client
) -> None:
    sent = owner.send_document("notes.md", b"The lighthouse of Norburg has 96 steps.")
    document = when_over(owner, sent["id"])
    queue(owner, **ENDLESS)
    with owner.sending("How many?", attachments=[{"document_id": document["id"]}]) as events:
        run = next(events).data
        cited = next(event for event in events if event.name == "citations").data["items"]
        take_words(events, 40)
        server.kill()
    again = sign_in(server.start())
    kept = message_of(again, run)
    assert (kept["status"], kept["citations"]) == ("interrupted", cited)
    queue(again, reply=" The end.")
    more = again.ask(conversation_id=run["conversation_id"], **{"continue": run["message_id"]})
    assert more.message["content"].endswith(" The end.")


def test_a_killed_server_loses_none_of_the_code_that_its_model_ran(
    server: DostServer, owner: Client
) -> None:
    let_models_run_code(owner, "never")
    queue(owner, reply="Wait.", tool_calls=[RUNS])
    queue(owner, **ENDLESS)
    with owner.sending("Compute", tools=["run_code"]) as events:
        run = next(events).data
        take_words(events, 60)
        server.kill()
    again = sign_in(server.start())
    kept = message_of(again, run)
    assert kept["status"] == "interrupted"
    assert kept["content"].startswith("Wait.\n\n")
    (call,) = kept["tool_calls"]
    assert (call["at"], call["result"]) == (5, {"content": "42", "is_error": False})
    (execution,) = kept["executions"]
    assert (execution["tool_call_id"], execution["status"]) == (call["id"], "ok")
    assert execution["outputs"][0]["text"] == "42\n"


def test_a_killed_server_leaves_code_that_ran_as_dead(server: DostServer, owner: Client) -> None:
    let_models_run_code(owner, "never")
    queue(owner, reply="", tool_calls=[{"name": "run_code", "arguments": {"code": "input()"}}])
    with owner.sending("Compute", tools=["run_code"]) as events:
        run = next(events).data
        next(one for one in events if one.name == "execution")
        server.kill()
    again = sign_in(server.start())
    kept = message_of(again, run)
    assert (kept["status"], kept["executions"][0]["status"]) == ("interrupted", "dead")
    queue(again, reply="So it goes.")
    asked = {"conversation_id": run["conversation_id"], "continue": run["message_id"]}
    more = again.ask(**asked, tools=["run_code"])
    assert (more.message["status"], more.message["content"]) == ("complete", "So it goes.")


def test_a_token_outlives_the_server_that_gave_it(server: DostServer, owner: Client) -> None:
    server.kill()
    server.start()
    assert owner.ok("GET", "auth/me")["username"] == "owner"


def test_an_answer_survives_its_database(server: DostServer, owner: Client, data_dir: Path) -> None:
    queue(owner, tokens=250, tokens_per_second=PACE)
    with owner.sending("Tell me everything") as events:
        heard = [next(events), *take_words(events, 50)]
        postmaster_of(data_dir).kill()
        heard += list(events)
    answer = Answer(heard)
    assert (answer.last.name, answer.message["status"]) == ("done", "complete")
    assert len(answer.message["content"].split()) == 250
    assert answer.text == answer.message["content"]
    assert message_of(owner, answer.run) == answer.message
    assert owner.rejoin(answer.run["run_id"]).events == answer.events


def worker_of(server: DostServer) -> psutil.Process | None:
    for child in server.descendants():
        with suppress(psutil.Error):  # one that has just been killed
            if child.cmdline()[-1:] == ["worker"]:
                return child
    return None


def test_a_killed_worker_leaves_answers_alone_and_is_replaced(
    server: DostServer, owner: Client
) -> None:
    worker = wait_until(lambda: worker_of(server))
    queue(owner, tokens=100, tokens_per_second=PACE)
    with owner.sending("Tell me everything") as events:
        heard = [next(events), *take_words(events, 20)]
        worker.kill()
        heard += list(events)
    assert Answer(heard).message["status"] == "complete"
    assert wait_until(lambda: (worker_of(server) or worker).pid != worker.pid)


def test_while_the_database_is_away_the_server_says_so_and_comes_back(
    server: DostServer, owner: Client, data_dir: Path
) -> None:
    owner.ask("x")
    postmaster_of(data_dir).kill()
    seen: set[int] = set()

    def works_again() -> bool:
        response = owner.get("conversations")
        seen.add(response.status_code)
        if not response.is_success:
            assert response.headers["content-type"] == "application/problem+json"
        return response.is_success and owner.post("conversations", json={}).is_success

    wait_until(works_again)
    assert seen <= {200, 503}
    wait_until(lambda: owner.ask("Back?").text == "Back?")


def test_a_stopped_server_ends_its_runs_and_leaves_nothing_behind(
    server: DostServer, owner: Client, data_dir: Path
) -> None:
    database = postmaster_of(data_dir)
    queue(owner, **ENDLESS)
    with owner.sending("Tell me everything") as events:
        run = next(events).data
        heard = take_words(events, 30)
        children = server.descendants()
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)  # type: ignore[union-attr]
        heard += list(events)
    assert server.process.wait(20) == 0  # type: ignore[union-attr]
    assert time.monotonic() - began < 10
    assert heard[-1].name == "done"
    last = heard[-1].data["message"]
    assert (last["status"], last["content"]) == ("interrupted", text_of(heard))
    assert all(ended(process) for process in [database, *children])
    again = sign_in(server.start())
    assert message_of(again, run) == last


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_one_ctrl_c_or_a_closed_terminal_stops_it(
    server: DostServer, data_dir: Path, number: signal.Signals
) -> None:
    database = postmaster_of(data_dir)
    server.process.send_signal(number)  # type: ignore[union-attr]
    assert server.process.wait(20) == 0  # type: ignore[union-attr]
    assert ended(database)


def test_clients_that_vanish_leave_no_stream_behind(server: DostServer, owner: Client) -> None:
    queue(owner, tokens=100, tokens_per_second=PACE)
    with owner.sending("Tell me everything") as events:
        run = next(events).data
        with httpx.stream(
            "GET", f"{server.api}runs/{run['run_id']}/events", headers=owner.headers
        ) as other:
            next(other.iter_bytes())
    answer = owner.rejoin(run["run_id"])
    assert len(answer.message["content"].split()) == 100
    connections = [c for c in server.process.net_connections() if c.status == "CLOSE_WAIT"]  # type: ignore[union-attr]
    assert connections == []


class TestTwoServers:
    """Two servers on one data directory."""

    @pytest.fixture
    def second(self, server: DostServer, start_server: StartServer, data_dir: Path) -> DostServer:
        return start_server(data_dir)

    @pytest.fixture
    def visitor(self, owner: Client, second: DostServer) -> Iterator[Client]:
        """The owner at the second server."""
        with ExitStack() as stack:
            yield stack.enter_context(sign_in(second))

    def test_the_other_ends_the_runs_of_the_one_that_was_killed(
        self, server: DostServer, owner: Client, visitor: Client
    ) -> None:
        queue(owner, **ENDLESS)
        with owner.sending("Tell me everything") as events:
            run = next(events).data
            take_words(events, 40)
            with visitor.following("GET", f"runs/{run['run_id']}/events") as elsewhere:
                server.kill()
                followed = Answer(list(elsewhere))
        assert followed.last.name == "done"
        assert followed.message["status"] == "interrupted"
        assert followed.text == followed.message["content"] == message_of(visitor, run)["content"]
        assert len(followed.text.split()) >= 40 - LOST_WORDS

    def test_a_new_server_ends_no_run_of_one_that_lives(
        self, owner: Client, start_server: StartServer, data_dir: Path
    ) -> None:
        queue(owner, **ENDLESS)
        with owner.sending("Tell me everything") as events:
            run = next(events).data
            start_server(data_dir)
            assert owner.run(run["run_id"])["status"] == "streaming"
            assert owner.ok("POST", f"runs/{run['run_id']}/cancel")["status"] == "cancelled"

    def test_the_one_that_leaves_first_takes_nothing_along(
        self, server: DostServer, visitor: Client, data_dir: Path
    ) -> None:
        database = postmaster_of(data_dir)
        assert server.terminate() == 0
        assert not ended(database)
        assert visitor.ask("Still there?").text == "Still there?"


def test_the_page_comes_also_while_the_database_is_away(
    server: DostServer, owner: Client, data_dir: Path
) -> None:
    postmaster_of(data_dir).kill()
    statuses = []

    def back() -> bool:
        statuses.append(httpx.get(server.url, timeout=30).status_code)
        return owner.get("conversations").is_success

    wait_until(back)
    assert set(statuses) == {200}
