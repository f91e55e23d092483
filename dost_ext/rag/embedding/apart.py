"""Embedders that run in a process of their own, and the one that is always there."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence

import orjson

from dost_ext.core.child import without_secrets
from dost_ext.core.errors import NotReady
from dost_ext.core.lifeline import VARIABLE
from dost_ext.rag.embedding import files
from dost_ext.rag.embedding.child import FAILED, LENGTH_BYTES, QUESTIONS, TEXTS
from dost_ext.rag.embedding.vectors import HalfVector

log = logging.getLogger("dost")

CANNOT = "The embedder cannot be used: {}"
# It takes 97 MB, which nobody misses who asks nothing of documents.
IDLE_SECONDS = 600.0
# Of so many texts at once; a thousand long ones take a minute.
MOST_AT_ONCE = 64


class EmbedderApart:
    """An embedder in a process of its own, which starts when it is needed.

    Args:
        model: Whose vectors; the built-in one's where it is empty.
        threads: How many cores it may take.
        niceness: How far it steps back behind what else runs (see nice(1)).
        idle_seconds: How long it stays when nothing is asked of it.
    """

    def __init__(
        self,
        model: str = "",
        *,
        threads: int = 1,
        niceness: int = 0,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._arguments = (str(threads), str(niceness), model)
        self._idle_seconds = idle_seconds
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._stopping: asyncio.Task[None] | None = None

    def missing(self) -> str | None:
        """Why it cannot run, and what to do; None where it can."""
        raise NotImplementedError

    @property
    def pid(self) -> int | None:
        """Its process, while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process is not None else None

    async def embed(self, texts: Sequence[str]) -> list[HalfVector]:
        """The vector of each text.

        Raises:
            NotReady: It is not installed, has died twice, or fails; with the reason.
        """
        return await self._all(texts, TEXTS)

    async def embed_questions(self, texts: Sequence[str]) -> list[HalfVector]:
        """The same of questions. Raises `NotReady` as `embed` does."""
        return await self._all(texts, QUESTIONS)

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            if self._idle is not None:
                self._idle.cancel()
            await self._end()

    async def _all(self, texts: Sequence[str], kind: bytes) -> list[HalfVector]:
        found: list[HalfVector] = []
        for start in range(0, len(texts), MOST_AT_ONCE):
            found += await self._some(texts[start : start + MOST_AT_ONCE], kind)
        return found

    async def _some(self, texts: Sequence[str], kind: bytes) -> list[HalfVector]:
        async with self._turn:
            if self._idle is not None:
                self._idle.cancel()
            try:
                return await self._ask(texts, kind)
            except (asyncio.IncompleteReadError, ConnectionError):
                log.warning("the embedder died; starting it again")
                await self._end()
            except BaseException:
                # Half an answer is still to come: whoever asks next must not get it.
                await self._end()
                raise
            try:
                return await self._ask(texts, kind)
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                await self._end()
                raise NotReady("The embedder cannot be started.", code="embedder") from error
            finally:
                self._end_when_idle()

    async def _ask(self, texts: Sequence[str], kind: bytes) -> list[HalfVector]:
        process = await self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        request = kind + orjson.dumps(list(texts))
        process.stdin.write(len(request).to_bytes(LENGTH_BYTES) + request)
        await process.stdin.drain()
        length = int.from_bytes(await process.stdout.readexactly(LENGTH_BYTES))
        answer = await process.stdout.readexactly(length)
        self._end_when_idle()
        outcome, content = answer[:1], answer[1:]
        if outcome == FAILED:
            raise NotReady(CANNOT.format(content.decode()), code="embedder")
        size = len(content) // len(texts)
        return [content[at : at + size] for at in range(0, len(content), size)]

    async def _started(self) -> Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        if (lacking := self.missing()) is not None:
            raise NotReady(lacking, code="embedder")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "dost_ext.rag.embedding.child",
            *self._arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={**without_secrets(os.environ), VARIABLE: str(os.getpid())},
        )
        return self._process

    def _end_when_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._idle_seconds, self._begin_to_end)

    def _begin_to_end(self) -> None:
        self._stopping = asyncio.create_task(self.close(), name="end the idle embedder")

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.kill()
        await process.wait()


class BuiltinEmbedder(EmbedderApart):
    """all-MiniLM-L6-v2, which comes with dost."""

    name = "all-MiniLM-L6-v2"
    dimensions = 384
    # The cosine from which on a passage fits a question (`benchmarks/bench_grounding.py`).
    near = 0.30

    def __init__(
        self, *, threads: int = 1, niceness: int = 0, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        super().__init__(threads=threads, niceness=niceness, idle_seconds=idle_seconds)

    def missing(self) -> str | None:
        """Why it cannot run, and what to do; None where it can."""
        return files.missing()


class SentenceTransformersEmbedder(EmbedderApart):
    """Any model that the library sentence-transformers loads, by its name or its folder."""

    def missing(self) -> str | None:
        """Why it cannot run, and what to do; None where it can."""
        if importlib.util.find_spec("sentence_transformers") is not None:
            return None
        return "sentence-transformers is not installed. Install with: pip install 'dost[embedders]'"
