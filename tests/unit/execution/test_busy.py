"""When a kernel is said to be busy."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import uuid4

import pytest

from dost_ext.execution.kernels import conversation_kernel
from dost_ext.execution.kernels.conversation_kernel import ConversationKernel
from tests.support.known_kernel import known_kernel, known_session


class Watched:
    """A kernel, and the states that were told of it."""

    def __init__(self) -> None:
        self.session = known_session(busy=False)
        self.kernel = ConversationKernel(known_kernel("idle"), uuid4(), True, self.session)
        self.told: list[str] = []

    def becomes(self, *, busy: bool) -> None:
        """The kernel says that it is busy, or idle."""
        self.session.busy = busy
        self.kernel.follow_session(lambda: self.told.append(self.kernel.about.state))


async def a_while() -> None:
    """Until a timer of no length has run out."""
    for _ in range(3):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation_kernel, "BUSY_SECONDS", 0)


def after(work: Coroutine[Any, Any, None], one: Watched) -> tuple[list[str], str]:
    """What was told then, and how the kernel is."""
    asyncio.run(work)
    return one.told, one.kernel.about.state


def test_what_is_over_soon_is_not_told_and_yet_it_is_no_rest() -> None:
    one = Watched()

    async def moves() -> None:
        for _ in range(20):
            one.becomes(busy=True)
            assert (one.kernel.at_rest, one.kernel.running) == (False, True)
            one.becomes(busy=False)
            assert one.kernel.at_rest
        await a_while()

    assert after(moves(), one) == ([], "idle")


def test_what_takes_a_while_is_told_and_its_end_at_once() -> None:
    one = Watched()

    async def runs() -> None:
        one.becomes(busy=True)
        await a_while()
        assert one.told == ["busy"]
        one.becomes(busy=False)

    assert after(runs(), one) == (["busy", "idle"], "idle")


def test_one_that_has_ended_meanwhile_is_not_busy() -> None:
    one = Watched()

    async def ends() -> None:
        one.becomes(busy=True)
        one.kernel.hang_up()
        await a_while()

    assert after(ends(), one) == ([], "idle")


def test_one_that_restarts_is_neither_busy_nor_idle_before_it_has() -> None:
    one = Watched()

    async def restarts() -> None:
        one.becomes(busy=True)
        one.kernel.change(state="restarting")
        await a_while()
        one.becomes(busy=False)

    assert after(restarts(), one) == ([], "restarting")
