"""Embedders behind an address: whatever speaks OpenAI's protocol, and Ollama."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import aiohttp
import orjson

from dost_ext.core.errors import NotReady, UpstreamFailed
from dost_ext.models.failures import Failures
from dost_ext.models.transport import SharedSession, Transport
from dost_ext.rag.embedding.embedder import Choice
from dost_ext.rag.embedding.vectors import HalfVector, half

SECONDS = 60.0
# Servers take more, but an answer for these is small and comes soon.
MOST_AT_ONCE = 32
NAMES = {"openai": "The embedder", "ollama": "Ollama"}
SETTINGS = "Administration → Embedder"
# What servers say of a text that is longer than their model reads; a shorter one than this is not.
TOO_LONG = (400, 413, 422)
SHORTEST = 200


class RemoteEmbedder:
    """A model of a server.

    Args:
        choice: Of the kind `openai` or `ollama`.
    """

    def __init__(self, choice: Choice, session: SharedSession) -> None:
        self._choice = choice
        headers = {"Authorization": f"Bearer {choice.api_key}"} if choice.api_key else {}
        failures = Failures(NAMES[choice.kind], choice.base_url, choice.api_key, settings=SETTINGS)
        self._failures = failures
        self._transport = Transport(choice.base_url, failures, session, headers=headers)

    def missing(self) -> str | None:
        """That is found out by asking."""
        return None

    async def embed(self, texts: Sequence[str]) -> list[HalfVector]:
        """The vector of each text. Raises `NotReady` with what the server says."""
        found: list[HalfVector] = []
        for start in range(0, len(texts), MOST_AT_ONCE):
            try:
                found += await self._some(texts[start : start + MOST_AT_ONCE])
            except UpstreamFailed as error:
                raise NotReady(error.detail, code="embedder") from error
        return found

    async def embed_questions(self, texts: Sequence[str]) -> list[HalfVector]:
        """The same: a server is not told what is a question. Raises `NotReady`."""
        return await self.embed(texts)

    async def close(self) -> None:
        """The session is everybody's."""

    async def _some(self, texts: Sequence[str]) -> list[HalfVector]:
        """The vector of each text; of one that is too long for the model, that of its beginning."""
        status, content = await self._answer(texts)
        longest = max(map(len, texts))
        if status in TOO_LONG and (len(texts) > 1 or longest > SHORTEST):
            # Of several the server does not say which.
            parts = [[text] for text in texts] if len(texts) > 1 else [[texts[0][: longest // 2]]]
            return [vector for part in parts for vector in await self._some(part)]
        if status != 200:
            raise self._failures.status(status, content, self._choice.model)
        try:
            found = [half(vector) for vector in self._vectors(orjson.loads(content))]
        except (TypeError, KeyError, ValueError, OverflowError) as error:
            raise self._failures.malformed("something that is no vectors") from error
        if len(found) != len(texts):
            raise self._failures.malformed("another number of vectors than of texts")
        return found

    async def _answer(self, texts: Sequence[str]) -> tuple[int, bytes]:
        body = {"model": self._choice.model, "input": list(texts)}
        path = "/embeddings" if self._choice.kind == "openai" else "/api/embed"
        try:
            async with asyncio.timeout(SECONDS):
                async with await self._transport.post(path, body) as response:
                    return response.status, await response.read()
        except TimeoutError as error:
            raise self._failures.timeout(SECONDS) from error
        except (aiohttp.ClientError, OSError) as error:
            raise self._failures.connection(error) from error

    def _vectors(self, answer: Any) -> list[list[float]]:
        if self._choice.kind == "ollama":
            return list(answer["embeddings"])
        ordered = sorted(answer["data"], key=lambda one: one["index"])
        return [one["embedding"] for one in ordered]
