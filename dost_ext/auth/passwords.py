"""Password hashing: argon2id in a thread, two at a time, so that sign-ins cannot eat the memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

T = TypeVar("T")

# Each hash takes 64 MiB for about 0.3 s.
AT_ONCE = 2


class Passwords:
    """Hashes and verifies. `cheap` is for tests: a hash in a millisecond that protects nothing."""

    def __init__(self, *, cheap: bool = False) -> None:
        profile = CHEAPEST if cheap else RFC_9106_LOW_MEMORY
        self._hasher = PasswordHasher.from_parameters(profile)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        # Apart, so that a flood of registrations does not keep anyone from signing in.
        self._hashing = ThreadPoolExecutor(1, thread_name_prefix="argon2-new")
        self._nobody = ""

    async def hash(self, password: str) -> str:
        """The hash to store."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._hashing, self._hasher.hash, password)

    async def verify(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one behind `stored`.

        Without a stored hash the time is spent all the same: who has an account must not show.
        """
        if stored is None:
            self._nobody = self._nobody or await self.hash("nobody's password")
            await self._run(self._matches, self._nobody, password)
            return False
        return await self._run(self._matches, stored, password)

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, function: Callable[..., T], *args: str) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *args)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._hashing.shutdown(wait=False, cancel_futures=True)
