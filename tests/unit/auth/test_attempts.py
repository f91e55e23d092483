"""How often someone may fail to sign in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dost_ext.auth import attempts
from dost_ext.auth.attempts import PER_ADDRESS, PER_NAME, WINDOW_SECONDS, Attempts
from dost_ext.core.errors import TooManyRequests


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tries(clock: Clock) -> Attempts:
    return Attempts(clock)


def fail(tries: Attempts, times: int, name: str = "ada", address: str = "1.2.3.4") -> None:
    for _ in range(times):
        tries.begin(name, address)


def test_a_name_may_fail_so_often_and_no_more(tries: Attempts) -> None:
    fail(tries, PER_NAME)
    with pytest.raises(TooManyRequests):
        tries.begin("ada", "1.2.3.4")
    tries.begin("ada", "5.6.7.8")
    tries.begin("bob", "1.2.3.4")


def test_an_address_may_fail_so_often_whatever_the_names(tries: Attempts) -> None:
    for n in range(PER_ADDRESS):
        tries.begin(f"name{n}", "1.2.3.4")
    with pytest.raises(TooManyRequests):
        tries.begin("another", "1.2.3.4")


def test_waiting_as_long_as_it_says_is_long_enough(tries: Attempts, clock: Clock) -> None:
    fail(tries, 1)
    clock.forward(100)
    fail(tries, PER_NAME - 1)
    with pytest.raises(TooManyRequests) as refused:
        tries.begin("ada", "1.2.3.4")
    assert refused.value.retry_after == WINDOW_SECONDS - 100
    clock.forward(refused.value.retry_after)
    tries.begin("ada", "1.2.3.4")


def test_refused_tries_do_not_prolong_the_wait(tries: Attempts, clock: Clock) -> None:
    fail(tries, PER_NAME)
    clock.forward(WINDOW_SECONDS - 1)
    with pytest.raises(TooManyRequests):
        tries.begin("ada", "1.2.3.4")
    clock.forward(1)
    tries.begin("ada", "1.2.3.4")


def test_many_who_succeed_lock_nobody_out(tries: Attempts) -> None:
    for n in range(PER_ADDRESS * 3):
        tries.begin(f"name{n}", "1.2.3.4")
        tries.succeeded(f"name{n}", "1.2.3.4")


def test_memory_is_bounded(tries: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "REMEMBERED", 100)
    for n in range(1000):
        tries.begin(f"name{n}", f"10.0.{n // 250}.{n % 250}")
    assert len(tries._failures) <= 101


def test_the_addresses_of_one_ipv6_network_are_one(tries: Attempts) -> None:
    for number in range(PER_NAME):
        tries.begin("ada", f"2001:db8::{number:x}")
    with pytest.raises(TooManyRequests):
        tries.begin("ada", "2001:db8::ffff")
    tries.begin("ada", "2001:db8:0:1::1")
