"""HTTP to a provider: opens streams, retries what may be retried, and notices silence."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson

from dost_ext.core.clock import Clock, utc_now
from dost_ext.models.failures import Failures
from dost_ext.models.retries import Retries, Sleep

REST_BYTES = 1024 * 1024
JSON = {"Content-Type": "application/json"}
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a provider may take, in seconds."""

    connect: float = 10.0
    first_byte: float = 300.0
    silence: float = 120.0


class SharedSession:
    """The one HTTP session, and so the one pool of connections, that all providers use."""

    def __init__(self, *, keep_alive: bool = True) -> None:
        self._keep_alive = keep_alive
        self._session: aiohttp.ClientSession | None = None

    def get(self) -> aiohttp.ClientSession:
        """The session, opened at first use: it belongs to the running event loop."""
        if self._session is None or self._session.closed:
            trace = aiohttp.TraceConfig()
            trace.on_connection_reuseconn.append(_note_reuse)
            connector = aiohttp.TCPConnector(limit=0, force_close=not self._keep_alive)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trace_configs=[trace],
                auto_decompress=True,
            )
        return self._session

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()


async def _note_reuse(_session: object, context: SimpleNamespace, _params: object) -> None:
    context.trace_request_ctx.reused = True


class Transport:
    """Speaks HTTP with one provider.

    Args:
        headers: sent with each request; the place of the key.
        sleep, clock: handed in by tests so that no test waits.
    """

    def __init__(
        self,
        base_url: str,
        failures: Failures,
        session: SharedSession,
        *,
        headers: dict[str, str] | None = None,
        timeouts: Timeouts | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Clock = utc_now,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.failures = failures
        self.timeouts = timeouts or Timeouts()
        self._session = session
        self._headers = headers or {}
        self._sleep = sleep
        self._clock = clock
        self._proxy = _proxy_for(self.base_url)

    async def post(self, path: str, body: dict[str, Any]) -> aiohttp.ClientResponse:
        """Send ``body`` and return the answer, whatever its status, once its headers are here.

        "Too many requests" (429, or 503 with Retry-After) is tried again, ``TRIES`` times in all,
        if the wait it asks for is short; so is a kept connection that the server had closed.

        Raises:
            UpstreamFailed: no connection, or no answer in time.
        """
        data = orjson.dumps(body)
        retries = Retries(self._sleep, self._clock)
        while True:
            trace = SimpleNamespace(reused=False)
            try:
                response = await self._request("POST", path, trace, data)
            except (aiohttp.ClientError, OSError, ValueError) as error:
                if trace.reused and retries.count():
                    continue
                raise self.failures.connection(error) from error
            if not await retries.wait(response.status, response.headers.get("Retry-After")):
                return response
            response.close()

    async def fetch_json(
        self, path: str, timeout: float, body: dict[str, Any] | None = None
    ) -> Any:
        """Get a small JSON document, or post ``body`` for one, within ``timeout`` seconds.

        Raises:
            UpstreamFailed: no answer, an error, or something that is not JSON.
        """
        method, data = ("GET", None) if body is None else ("POST", orjson.dumps(body))
        try:
            async with asyncio.timeout(timeout):
                response = await self._request(method, path, SimpleNamespace(), data)
                async with response:
                    answer = await response.read()
        except TimeoutError as error:
            raise self.failures.timeout(timeout) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self.failures.connection(error) from error
        if response.status != 200:
            raise self.failures.status(response.status, answer, path)
        try:
            return orjson.loads(answer)
        except orjson.JSONDecodeError as error:
            raise self.failures.malformed("an answer that is not JSON") from error

    async def read_rest(self, response: aiohttp.ClientResponse, limit: float) -> bytes:
        """What comes until the end, within ``limit`` seconds and 1 MB; a fault ends it early."""
        rest = bytearray()
        try:
            async with asyncio.timeout(limit):
                while len(rest) < REST_BYTES and (data := await response.content.readany()):
                    rest += data
        except (TimeoutError, aiohttp.ClientError, OSError):
            pass
        return bytes(rest)

    async def _request(
        self, method: str, path: str, trace: SimpleNamespace, data: bytes | None = None
    ) -> aiohttp.ClientResponse:
        headers = self._headers if data is None else {**self._headers, **JSON}
        limits = self.timeouts
        try:
            async with asyncio.timeout(limits.first_byte):
                return await self._session.get().request(
                    method,
                    self.base_url + path,
                    data=data,
                    headers=headers,
                    proxy=self._proxy,
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(total=None, connect=limits.connect),
                    trace_request_ctx=trace,
                )
        except aiohttp.ServerTimeoutError as error:
            raise self.failures.timeout(limits.connect) from error
        except TimeoutError as error:
            raise self.failures.timeout(limits.first_byte) from error


def _proxy_for(url: str) -> str | None:
    """The proxy that the environment names for this address; never one for this machine itself."""
    proxies = getproxies()
    if not proxies:
        return None
    scheme, _, rest = url.partition("://")
    authority = rest.partition("/")[0]
    host = authority.rpartition(":")[0] or authority
    if host.strip("[]") in LOOPBACK or proxy_bypass(host):
        return None
    return proxies.get(scheme)
