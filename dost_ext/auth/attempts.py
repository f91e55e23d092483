"""How often someone may fail to sign in: a sliding window in memory, per name and per address."""

from __future__ import annotations

from collections import deque
from ipaddress import ip_address, ip_network

from dost_ext.core.clock import Clock
from dost_ext.core.errors import TooManyRequests

WINDOW_SECONDS = 300.0
# A person who mistypes needs a few tries; NIST SP 800-63B allows up to 100.
PER_NAME = 10
PER_ADDRESS = 100
REMEMBERED = 50_000


class Attempts:
    """The failures of the last five minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: dict[str, deque[float]] = {}

    def begin(self, username: str, address: str) -> None:
        """Count a try, which is a failure until it has succeeded: many at once gain nothing.

        Raises `TooManyRequests` when this name or this address has failed too often.
        """
        keys = self._keys(username, address)
        for key, limit in keys:
            recent = self._recent(key)
            if len(recent) >= limit:
                wait = recent[0] + WINDOW_SECONDS - self._now()
                raise TooManyRequests(
                    "Too many failed sign-ins. Wait a few minutes and try again.",
                    retry_after=wait,
                )
        while len(self._failures) >= REMEMBERED:
            self._failures.pop(next(iter(self._failures)))
        for key, _ in keys:
            self._failures.setdefault(key, deque()).append(self._now())

    def succeeded(self, username: str, address: str) -> None:
        """Forget the name's failures from this address, and that this try was one."""
        (name, _), (place, _) = self._keys(username, address)
        self._failures.pop(name, None)
        if self._failures.get(place):
            self._failures[place].pop()

    def _keys(self, username: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
        place = _place(address)
        return (f"{username.lower()}@{place}", PER_NAME), (place, PER_ADDRESS)

    def _recent(self, key: str) -> deque[float]:
        failures = self._failures.get(key, deque())
        while failures and failures[0] <= self._now() - WINDOW_SECONDS:
            failures.popleft()
        return failures

    def _now(self) -> float:
        return self._clock().timestamp()


def _place(address: str) -> str:
    """The address; of IPv6 the network, since whoever has one address has 2**64."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False))
