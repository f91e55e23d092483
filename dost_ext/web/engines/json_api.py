"""HTTP to an engine that answers in JSON: one address, short answers, nothing followed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from yarl import URL

from dost_ext.core.errors import DostError
from dost_ext.web.engines.failures import (
    SearchFailed,
    refused,
    too_late,
    too_many,
    unknown_form,
    unreachable,
)

MOST_BYTES = 2 * 1024 * 1024
CHUNK = 64 * 1024
# SearXNG takes those that are named Python for robots.
HEADERS = {"Accept": "application/json", "User-Agent": "dost"}

# What an engine means by a status and a body, where it is not what everybody means.
Explain = Callable[[int, bytes], str | None]


class JsonApi:
    """Asks one engine.

    Args:
        name: The engine, as people call it.
        seconds: How long an answer may take.
        headers: Sent with each request; the place of the key.
        explain: The engine's own sentence for a status that is not 200, if it has one.
    """

    def __init__(
        self,
        name: str,
        url: URL,
        *,
        seconds: float,
        headers: Mapping[str, str] | None = None,
        explain: Explain = lambda _status, _body: None,
    ) -> None:
        self._name = name
        self._url = url
        self._seconds = seconds
        self._headers = {**HEADERS, **(headers or {})}
        self._explain = explain
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def get(self, parameters: Mapping[str, str]) -> Any:
        """What is answered to parameters in the address.

        Raises:
            TooManyRequests: The engine takes no more searches for a while.
            UpstreamFailed: There is no answer, or none in JSON.
        """
        return await self._ask("GET", params=parameters)

    async def post(self, body: Mapping[str, Any]) -> Any:
        """What is answered to a body in JSON; raises what `get` raises."""
        return await self._ask("POST", json=body)

    def records(self, answer: Any, *path: str) -> list[dict[str, Any]]:
        """The list of objects that is at ``path`` in an answer.

        Raises:
            UpstreamFailed: There is something else, or nothing.
        """
        for name in path:
            answer = answer.get(name) if isinstance(answer, dict) else None
        if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
            raise unknown_form(self._name)
        return answer

    async def _ask(self, method: str, **sent: Any) -> Any:
        request = self._opened().request(method, self._url, allow_redirects=False, **sent)
        try:
            async with request as response:
                answer = await self._read(response)
        except TimeoutError as error:
            raise too_late(self._name, self._seconds) from error
        except aiohttp.ClientResponseError:
            # It is not HTTP. The error has the request's headers in it, and so the key.
            raise unknown_form(self._name) from None
        except (aiohttp.ClientError, OSError) as error:
            raise unreachable(self._name) from error
        if response.status != 200:
            raise self._refusal(response, answer)
        try:
            # Not orjson: half a character in one snippet would cost all results.
            return json.loads(answer)
        except (ValueError, RecursionError) as error:
            raise SearchFailed(f"{self._name} answered with something that is not JSON.") from error

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        answer = bytearray()
        async for piece in response.content.iter_chunked(CHUNK):
            answer += piece
            if len(answer) > MOST_BYTES:
                raise SearchFailed(
                    f"{self._name} answered with more than {MOST_BYTES // 2**20} MB."
                )
        return bytes(answer)

    def _refusal(self, response: aiohttp.ClientResponse, answer: bytes) -> DostError:
        said = self._explain(response.status, answer)
        if said is not None:
            return SearchFailed(said)
        if response.status == 429:
            return too_many(self._name, response.headers.get("Retry-After"))
        return refused(self._name, response.status)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=self._headers,
                trust_env=False,
            )
        return self._session
