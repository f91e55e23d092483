"""One run of the built-in model's engine: a child process, from its start to its end."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from pathlib import Path

import orjson

from dost_ext.core.child import without_secrets
from dost_ext.core.errors import UpstreamFailed
from dost_ext.models.builtin.engine import ENVIRONMENT

log = logging.getLogger("dost")

START_SECONDS = 60.0  # two on an idle machine
STOP_SECONDS = 3.0


class Engine:
    """A running engine: where it listens and which key it wants."""

    def __init__(self, process: Process, key: str) -> None:
        self._process = process
        self._last_words: deque[str] = deque(maxlen=20)
        self._reader = asyncio.create_task(self._read_errors(), name="built-in model's log")
        self.key = key
        self.port = 0

    @classmethod
    async def start(cls, weights: Path) -> Engine:
        """Start the engine and wait until it listens.

        Raises:
            UpstreamFailed: it ended or did not listen in time; the sentence says why.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "dost_ext.models.builtin.engine",
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={**without_secrets(os.environ), **ENVIRONMENT},
        )
        engine = cls(process, secrets.token_urlsafe(32))
        try:
            async with asyncio.timeout(START_SECONDS):
                engine.port = await engine._greet(weights)
        except TimeoutError:
            await engine.stop()
            raise UpstreamFailed(
                f"The built-in model did not start within {START_SECONDS:g} seconds. "
                "This machine may be very busy; try again.",
                code="upstream_timeout",
            ) from None
        except BaseException:
            await engine.stop()
            raise
        return engine

    @property
    def url(self) -> str:
        """Its server, which has OpenAI's paths at its root too."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def ended(self) -> str:
        """Wait for its end; return how it ended, in words."""
        await self._process.wait()
        await self._reader
        code = self._process.returncode or 0
        if self._last_words:
            log.debug("the built-in model said last: %s", " | ".join(self._last_words))
        if code == -signal.SIGILL:
            return "this processor cannot run it"
        if code < 0:
            return f"it was killed by {signal.Signals(-code).name}"
        return f"it ended with status {code}"

    async def stop(self) -> None:
        """End it: by closing its input, by force if that does not do."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reader

    async def _greet(self, weights: Path) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        told = orjson.dumps({"weights": str(weights), "key": self.key})
        self._process.stdin.write(told + b"\n")
        answer = await self._process.stdout.readline()
        if not answer:
            raise UpstreamFailed(
                f"The built-in model could not be started: {await self.ended()}.",
                code="upstream_refused",
            )
        return int(orjson.loads(answer)["port"])

    async def _read_errors(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._last_words.append(line.decode("utf-8", "replace").strip())
