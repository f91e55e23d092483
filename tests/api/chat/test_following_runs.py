"""Leaving a run, coming back to it, stopping it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.conftest import SignUp
from tests.support.client import Answer, Client
from tests.support.dost_server import wait_until
from tests.support.fake_control import FakeControl

LONG = {"tokens": 60, "tokens_per_second": 60}
ENDLESS = {"tokens": 5000, "tokens_per_second": 50}


def test_a_run_goes_on_when_the_client_leaves(user: Client, fake: FakeControl) -> None:
    fake.queue(**LONG)
    with user.sending("Long") as events:
        run = next(events).data
    assert user.run(run["run_id"])["status"] == "streaming"
    answer = user.rejoin(run["run_id"])
    assert answer.message["status"] == "complete"
    assert len(answer.text.split()) == 60


def test_a_run_rejoined_anywhere_gives_exactly_the_rest(user: Client, fake: FakeControl) -> None:
    fake.queue(reasoning="Let me think about it.", reply="a b c d e f g h", tokens_per_second=40)
    whole = user.ask("x")
    run_id = whole.run["run_id"]
    for after in range(len(whole.events) + 2):
        assert user.rejoin(run_id, after).events == whole.events[after:]


def test_a_running_run_rejoined_anywhere_gives_exactly_the_rest(
    user: Client, fake: FakeControl
) -> None:
    fake.queue(**LONG)
    with user.sending("x") as events, ThreadPoolExecutor(8) as pool:
        run_id = next(events).data["run_id"]
        places = [0, 1, 2, 5, 9, 14, 30, 61]
        rejoined = list(pool.map(lambda after: user.rejoin(run_id, after).events, places))
        whole = [next(iter(rejoined[0])), *events]
    for after, found in zip(places, rejoined, strict=True):
        assert found == whole[after:]


def test_a_storm_of_readers_who_come_back_gives_each_exactly_the_rest(
    user: Client, fake: FakeControl
) -> None:
    fake.queue(**LONG)
    with user.sending("x") as events, ThreadPoolExecutor(40) as pool:
        run_id = next(events).data["run_id"]
        places = [number % 20 for number in range(120)]
        rejoined = list(pool.map(lambda after: user.rejoin(run_id, after).events, places))
    whole = rejoined[0]
    assert len("".join(e.data["text"] for e in whole if e.name == "delta").split()) == 60
    for after, found in zip(places, rejoined, strict=True):
        assert found == whole[after:]


def test_the_header_that_browsers_send_resumes_too(user: Client) -> None:
    whole = user.ask("a b c")
    headers = {"Last-Event-ID": "2"}
    assert user.rejoin(whole.run["run_id"], headers=headers).events == whole.events[2:]


@pytest.mark.parametrize("given", ["x", "-1", "1.5", "9" * 30, "²"])
def test_a_header_that_is_no_number_is_refused(user: Client, given: str) -> None:
    run_id = user.ask("x").run["run_id"]
    response = user.get(f"runs/{run_id}/events", headers={"Last-Event-ID": given.encode("latin-1")})
    assert response.status_code == 422


def test_every_reader_reads_the_same_bytes(user: Client, fake: FakeControl) -> None:
    fake.queue(**LONG)
    with user.sending("x") as events:
        run_id = next(events).data["run_id"]
        with ThreadPoolExecutor(3) as pool:
            read = list(pool.map(lambda _: user.get(f"runs/{run_id}/events").content, range(3)))
    # A slow machine has time to say that it is still there.
    read = [one.replace(b": ping\n\n", b"") for one in read]
    after_its_end = user.get(f"runs/{run_id}/events").content
    assert set(read) == {after_its_end}


def test_several_models_runs_read_the_same_after_their_end(user: Client) -> None:
    together = user.ask("x y z", models=["fake/echo", "fake/echo"])
    for run in [event.data for event in together.events if event.name == "run"]:
        live = [e for e in together.events if e.data["run_id"] == run["run_id"]]
        assert user.rejoin(run["run_id"]).events == live


def test_a_shown_message_and_the_rest_of_its_run_make_the_whole(
    user: Client, fake: FakeControl
) -> None:
    fake.queue(**LONG)
    with user.sending("x") as events:
        run = next(events).data
        next(event for event in events if event.name == "delta")
        shown = user.tree(run["conversation_id"])["by_id"][run["message_id"]]
        assert (shown["status"], shown["run_id"]) == ("streaming", run["run_id"])
        rest = user.rejoin(run["run_id"], shown["seq"])
    assert 0 < len(shown["content"]) < len(rest.message["content"])
    assert shown["content"] + rest.text == rest.message["content"]


def test_a_finished_message_names_no_run(user: Client) -> None:
    message = user.ask("x").message
    assert (message["run_id"], message["seq"]) == (None, None)


def test_stopping_keeps_what_was_said(user: Client, fake: FakeControl) -> None:
    fake.queue(**ENDLESS)
    with user.sending("Endless") as events:
        run = next(events).data
        said = [next(e for e in events if e.name == "delta")]
        stopped = user.ok("POST", f"runs/{run['run_id']}/cancel")
        said += list(events)
    answer = Answer(said)
    assert stopped["status"] == answer.message["status"] == "cancelled"
    assert answer.last.name == "done"
    assert answer.text == answer.message["content"]
    saved = user.tree(run["conversation_id"])["by_id"][run["message_id"]]
    assert saved == answer.message
    wait_until(lambda: fake.requests()[-1]["disconnected"])


def test_stopping_what_has_ended_changes_nothing(user: Client) -> None:
    answer = user.ask("x")
    run = user.run(answer.run["run_id"])
    assert user.ok("POST", f"runs/{run['id']}/cancel") == run


def test_stopping_twice_at_once_is_stopping_once(user: Client, fake: FakeControl) -> None:
    fake.queue(**ENDLESS)
    with user.sending("Endless") as events, ThreadPoolExecutor(4) as pool:
        path = f"runs/{next(events).data['run_id']}/cancel"
        stopped = list(pool.map(lambda _: user.ok("POST", path)["status"], range(4)))
    assert stopped == ["cancelled"] * 4


@pytest.mark.parametrize("what", ["conversations/{conversation_id}", "messages/{message_id}"])
def test_deleting_what_is_being_written_stops_the_run(
    user: Client, fake: FakeControl, what: str
) -> None:
    fake.queue(**ENDLESS)
    with user.sending("Endless") as events:
        run = next(events).data
        wait_until(fake.requests)
        user.ok("DELETE", what.format(**run))
        list(events)
    assert user.get(f"runs/{run['run_id']}").status_code == 404
    wait_until(lambda: fake.requests()[-1]["disconnected"])
    assert user.ok("GET", "runs", params={"active": True})["items"] == []


def test_active_runs_are_listed_while_they_last(user: Client, fake: FakeControl) -> None:
    fake.queue(**ENDLESS)
    with user.sending("Endless") as events:
        run_id = next(events).data["run_id"]
        active = user.ok("GET", "runs", params={"active": True})["items"]
        assert [run["id"] for run in active] == [run_id]
        user.ok("POST", f"runs/{run_id}/cancel")
    assert user.ok("GET", "runs", params={"active": True})["items"] == []


def test_nobody_sees_or_stops_anothers_run(
    user: Client, sign_up: SignUp, fake: FakeControl
) -> None:
    ended = user.ask("secret").run["run_id"]
    fake.queue(**ENDLESS)
    with user.sending("Endless secret") as events:
        running = next(events).data["run_id"]
        stranger = sign_up()
        for run_id in (ended, running):
            assert stranger.get(f"runs/{run_id}").status_code == 404
            assert stranger.get(f"runs/{run_id}/events").status_code == 404
            assert stranger.post(f"runs/{run_id}/cancel").status_code == 404
        assert stranger.ok("GET", "runs")["items"] == []
        assert user.run(running)["status"] == "streaming"
        user.ok("POST", f"runs/{running}/cancel")


def test_a_demoted_account_loses_its_streams_at_once(
    user: Client, admin: Client, fake: FakeControl
) -> None:
    fake.queue(**ENDLESS)
    me = user.ok("GET", "auth/me")["id"]
    with user.sending("Endless") as chat, user.following("GET", "events") as feed:
        run_id = next(chat).data["run_id"]
        admin.ok("PATCH", f"admin/users/{me}", json={"role": "pending"})
        assert all(event.name in ("delta", "title") for event in chat)
        list(feed)
    assert user.get(f"runs/{run_id}").status_code == 403
    admin.ok("PATCH", f"admin/users/{me}", json={"role": "user"})
    user.ok("POST", f"runs/{run_id}/cancel")
