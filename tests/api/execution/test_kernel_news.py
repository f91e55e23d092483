"""What tabs hear of a kernel: that it is busy, once it has been for a while, and idle again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psutil

from tests.support.code import Coder, fenced, pid_of
from tests.support.dost_server import wait_until
from tests.support.sse import Event


def states(coder: Coder, news: Iterator[Event]) -> Iterator[str]:
    """The states of the conversation's kernel as its owner's tabs hear them."""
    for event in news:
        if event.name == "kernel" and event.data["conversation_id"] == coder.conversation_id:
            yield str(event.data["state"])


def states_until_now(coder: Coder, news: Iterator[Event]) -> list[str]:
    """The states that have been told and were not taken yet."""
    mark = coder.client.make_conversation()["id"]

    def before() -> Iterator[Event]:
        for event in news:
            if event.name == "conversation" and event.data["id"] == mark:
                return
            yield event

    return list(states(coder, before()))


def state_of(coder: Coder) -> Any:
    """The state of the kernel for who asks."""
    return coder.client.ok("GET", coder.kernel)["state"]


def test_a_kernel_that_runs_something_for_a_while_is_said_to_be_busy_and_then_idle(
    coder: Coder,
) -> None:
    coder.client.ok("POST", coder.kernel, json={})
    with coder.client.following("GET", "events") as news, coder.executing("input()"):
        told = states(coder, news)
        assert next(state for state in told if state != "idle") == "busy"
        assert state_of(coder) == "busy"
        coder.client.ok("POST", f"{coder.kernel}/interrupt")
        assert next(told) == "idle"
        assert state_of(coder) == "idle"


def test_what_is_over_at_once_is_no_news(coder: Coder) -> None:
    coder.client.ok("POST", coder.kernel, json={})

    def is_quiet() -> bool:
        """Where a machine has much to do, any code may take a while."""
        message = coder.says(fenced("1"))
        with coder.client.following("GET", "events") as news:
            coder.shows(message, block=0)
            return states_until_now(coder, news) == []

    wait_until(is_quiet)


def test_a_kernel_that_is_killed_while_it_is_busy_is_said_to_be_dead_and_no_more(
    coder: Coder,
) -> None:
    process = psutil.Process(pid_of(coder))
    with coder.client.following("GET", "events") as news, coder.executing("input()"):
        told = states(coder, news)
        assert next(state for state in told if state != "idle") == "busy"
        process.kill()
        assert next(told) == "dead"
        assert state_of(coder) == "dead"
        assert states_until_now(coder, news) == []


def test_a_kernel_that_is_restarted_while_it_is_busy_is_idle(coder: Coder) -> None:
    coder.client.ok("POST", coder.kernel, json={})
    with coder.client.following("GET", "events") as news, coder.executing("input()"):
        told = states(coder, news)
        assert next(state for state in told if state != "idle") == "busy"
        coder.client.ok("POST", f"{coder.kernel}/restart")
        assert [next(told), next(told)] == ["restarting", "idle"]
        assert states_until_now(coder, news) == []
