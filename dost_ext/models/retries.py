"""When a request that a provider turned away is sent again, and after how long a wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from math import isnan

from dost_ext.core.clock import Clock, utc_now

Sleep = Callable[[float], Awaitable[None]]

TRIES = 3
LONGEST_WAIT = 10.0  # seconds that a provider may ask us to wait
FIRST_WAIT = 1.0  # seconds where the provider names no time; doubles with each try


class Retries:
    """Counts the tries of one request.

    Args:
        sleep, clock: handed in by tests so that no test waits.
    """

    def __init__(self, sleep: Sleep = asyncio.sleep, clock: Clock = utc_now) -> None:
        self._sleep = sleep
        self._clock = clock
        self._left = TRIES - 1
        self._wait = FIRST_WAIT

    def count(self) -> bool:
        """Use up one try; say whether there was one left."""
        self._left -= 1
        return self._left >= 0

    async def wait(self, status: int | None, retry_after: str | None) -> bool:
        """Wait as long as was asked, if a retry is of use; say whether to try again."""
        busy = status == 429 or (status == 503 and retry_after is not None)
        seconds = self._wait if retry_after is None else self._seconds(retry_after)
        if not busy or seconds > LONGEST_WAIT or not self.count():
            return False
        await self._sleep(seconds)
        self._wait *= 2
        return True

    def _seconds(self, retry_after: str) -> float:
        """``Retry-After`` is a number of seconds or a date (RFC 9110, 10.2.3)."""
        try:
            seconds = float(retry_after)
        except ValueError:
            try:
                date = parsedate_to_datetime(retry_after)
                seconds = (date - self._clock()).total_seconds()
            except (ValueError, TypeError):
                return self._wait
        return self._wait if isnan(seconds) else max(0.0, seconds)
