"""Keeps the built-in model's engine running while it is needed, and only then."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any, ClassVar

from dost_ext.core.errors import UpstreamFailed
from dost_ext.models.builtin.context import DEFAULTS, PROMPT_TOKENS, fit
from dost_ext.models.builtin.process import Engine
from dost_ext.models.builtin.weights import missing, weights_file
from dost_ext.models.catalogue import Facts
from dost_ext.models.client import ChatRequest
from dost_ext.models.events import ModelEvent
from dost_ext.models.failures import Failures
from dost_ext.models.listing import Listed
from dost_ext.models.openai_client import OpenAIClient
from dost_ext.models.transport import SharedSession, Timeouts, Transport

log = logging.getLogger("dost")

IDLE_SECONDS = 600.0
# After so many crashes within a minute the engine is left alone until the minute is over.
CRASHES_A_MINUTE = 3
COUNT_TIMEOUT = 10.0


class BuiltinModel:
    """Starts the engine at the first request, again after a crash, and stops it when idle.

    Args:
        idle_seconds: how long it stays after its last answer.
    """

    name = "smollm2-135m"
    title = "SmolLM2 135M (demo)"
    defaults: ClassVar[dict[str, Any]] = DEFAULTS

    def __init__(
        self,
        *,
        idle_seconds: float = IDLE_SECONDS,
        timeouts: Timeouts | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # Its server now and then drops a connection that is used a second time after a stream.
        self._session = SharedSession(keep_alive=False)
        self._failures = Failures("The built-in model", "")
        self._idle_seconds = idle_seconds
        self._timeouts = timeouts or Timeouts()
        self._clock = clock
        self._engine: Engine | None = None
        self._starting = asyncio.Lock()
        self._answers = 0
        self._idle: asyncio.TimerHandle | None = None
        self._stopping: asyncio.Task[None] | None = None
        self._crashes: deque[float] = deque(maxlen=CRASHES_A_MINUTE)

    @property
    def available(self) -> bool:
        """Whether engine and weights are installed."""
        return missing() is None

    @property
    def pid(self) -> int | None:
        """The engine's process, while it runs."""
        return self._engine.pid if self._engine is not None and self._engine.running else None

    def explain(self) -> str:
        """In a sentence: whether it can run, and what to install if not."""
        return missing() or "The built-in demo model is installed."

    def models(self) -> list[Listed]:
        """The one model, if it is there."""
        facts = Facts(tools=False, context_window=PROMPT_TOKENS)
        return [Listed(self.name, facts)] if self.available else []

    def client(self) -> BuiltinClient:
        """What answers chats with it."""
        return BuiltinClient(self)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Transport]:
        """A way to the running engine, which stays while the block runs.

        Raises:
            UpstreamFailed: it cannot be started, or it ended within the block.
        """
        self._answers += 1
        self._cancel_idle()
        try:
            engine = await self._ensure()
            headers = {"Authorization": f"Bearer {engine.key}"}
            try:
                yield Transport(
                    engine.url,
                    self._failures,
                    self._session,
                    headers=headers,
                    timeouts=self._timeouts,
                )
            except UpstreamFailed as fault:
                raise await self._cause(engine, fault) from fault
        finally:
            self._answers -= 1
            self._stop_when_idle()

    async def stop(self) -> None:
        """Stop the engine and close every connection."""
        self._cancel_idle()
        if self._stopping is not None:
            await self._stopping
        async with self._starting:
            await self._stop_engine()
        await self._session.close()

    async def _ensure(self) -> Engine:
        async with self._starting:
            if self._engine is not None and self._engine.running:
                return self._engine
            if self._engine is not None:
                self._note_crash()
            weights = weights_file()
            if (lacking := missing()) is not None or weights is None:
                raise UpstreamFailed(lacking, code="upstream_refused")
            self._refuse_after_crashes()
            try:
                self._engine = await Engine.start(weights)
            except UpstreamFailed:
                self._note_crash()
                raise
            log.info("The built-in model started, process %d", self._engine.pid)
            return self._engine

    async def _cause(self, engine: Engine, fault: UpstreamFailed) -> UpstreamFailed:
        """The fault itself, or that the engine died, which the fault is then only a sign of."""
        if fault.code not in ("upstream_cut", "upstream_refused"):
            return fault
        try:
            async with asyncio.timeout(0.5):  # the connection breaks before the process is reaped
                how = await engine.ended()
        except TimeoutError:
            return fault
        log.warning("The built-in model ended while it answered: %s", how)
        return UpstreamFailed(
            f"The built-in model stopped in the middle of its work: {how}. "
            "What came before is kept; it starts again with the next request.",
            code="upstream_cut",
        )

    def _note_crash(self) -> None:
        self._engine = None
        self._crashes.append(self._clock())

    def _refuse_after_crashes(self) -> None:
        if len(self._crashes) < CRASHES_A_MINUTE:
            return
        wait = 60 - (self._clock() - self._crashes[0])
        if wait > 0:
            raise UpstreamFailed(
                f"The built-in model has crashed {CRASHES_A_MINUTE} times within a minute. "
                f"Try again in {wait:.0f} seconds, or choose another model.",
                code="upstream_refused",
            )

    def _cancel_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _stop_when_idle(self) -> None:
        if self._answers == 0 and self._engine is not None:
            self._cancel_idle()
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(self._idle_seconds, self._begin_to_stop)

    def _begin_to_stop(self) -> None:
        self._stopping = asyncio.create_task(self._stop_idle(), name="stop the built-in model")

    async def _stop_idle(self) -> None:
        async with self._starting:
            if self._answers == 0:
                await self._stop_engine()

    async def _stop_engine(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.stop()


class BuiltinClient:
    """A `ModelClient` for the built-in model."""

    def __init__(self, model: BuiltinModel) -> None:
        self._model = model

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream the answer; see `ModelClient`."""
        async with self._model.running() as http:

            async def count(text: str) -> int:
                body = {"content": text}
                answer = await http.fetch_json("/tokenize", COUNT_TIMEOUT, body)
                return len(answer["tokens"])

            fitted = await fit(request, count)
            async with aclosing(OpenAIClient(http).stream(fitted)) as events:
                async for event in events:
                    yield event
