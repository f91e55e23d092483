"""The one client for addresses that a user or a model names: it reaches nothing private.

A name is resolved once, by the connection itself, and an answer with any address that is not
global is refused, so there is no second resolution that could say something else. Redirects are
followed one by one, each as if it had been asked for.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import PurePosixPath
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from dost_ext.core.errors import InvalidRequest, TooLarge, UpstreamFailed

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MOST_REDIRECTS = 5
SECONDS = 20.0
MOST_BYTES = 20 * 1024 * 1024
CHUNK = 64 * 1024
HTML = ("text/html", "application/xhtml+xml")
ENDINGS = (".html", ".htm", ".xhtml")
AGENT = "Mozilla/5.0 (compatible; dost; a person asked for this page)"
# Prefixes under which an IPv6 address stands for an IPv4 one (RFC 6052, RFC 8215, RFC 3056).
TRANSLATED = [ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48")]

NO_URL = "This is no address of a web page: it has to begin with http:// or https://."
PRIVATE = "{} is not on the public internet, so dost does not open it."
UNKNOWN = "There is no server named {}."
SECRETIVE = "An address with a password in it is not opened."
SILENT = "{} did not answer in time."
UNREACHED = "{} cannot be reached."
ENDLESS = "{} redirects for ever."
ABSENT = "{} has no such page."
KEPT = "{} does not show this page to dost (it answers {})."
FAILED = "{} failed to show this page (it answers {})."


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave in the end."""

    # Where it was in the end.
    url: str
    media_type: str
    # In which a text is said to be written.
    charset: str | None
    content: bytes

    @property
    def name(self) -> str:
        """The end of its address, or its host, with an ending that tells a web page."""
        return self._steps[-1]

    @property
    def path(self) -> str:
        """Its host and the steps of its address: another one for each page."""
        return "/".join(self._steps)

    @property
    def _steps(self) -> list[str]:
        url = URL(self.url)
        host = str(url.host)
        *steps, last = [step for step in url.path.split("/") if step] or [host]
        is_html = self.media_type in HTML
        if is_html and last.lower().endswith(ENDINGS):
            last = PurePosixPath(last).stem
        named = " ".join(part for part in (last, url.query_string) if part)
        return [host, *steps, f"{named}.html" if is_html else named]

    @property
    def in_utf8(self) -> bytes:
        """The content; of a text whose server says how it is written, in UTF-8 and marked so."""
        is_text = self.media_type.startswith("text/") or self.media_type in HTML
        if not is_text or not self.charset:
            return self.content
        try:
            return BOM_UTF8 + self.content.decode(self.charset).encode()
        except (LookupError, UnicodeError):
            return self.content


class Refused(InvalidRequest):
    """This address is not opened."""

    code = "address_refused"


class PageFailed(UpstreamFailed):
    """The page cannot be had."""

    title = "The page cannot be had"
    code = "page_unreadable"


class Outbound:
    """Opens web pages.

    Args:
        allowed: Networks that may be reached although they are not global: an intranet's.
    """

    def __init__(self, allowed: Sequence[Network] = ()) -> None:
        self._allowed = tuple(allowed)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def get(
        self, url: str, *, most_bytes: int = MOST_BYTES, seconds: float = SECONDS
    ) -> Fetched:
        """What is at an address, in the end.

        Raises:
            Refused: It is no address of the web, or one that is not public.
            TooLarge: There is more of it than `most_bytes`.
            PageFailed: It cannot be reached, takes too long, redirects for ever or is absent.
        """
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(url, most_bytes)
        except TimeoutError as error:
            raise PageFailed(SILENT.format(_host(url))) from error
        except aiohttp.InvalidURL as error:
            # `http://2130706433/` and other spellings that only some readers understand.
            raise Refused(NO_URL) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise PageFailed(UNKNOWN.format(error.host)) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise PageFailed(UNREACHED.format(_host(url))) from error

    async def _follow(self, url: str, most_bytes: int) -> Fetched:
        for _ in range(MOST_REDIRECTS + 1):
            address = self._checked(url)
            async with self._opened().get(address, allow_redirects=False) as response:
                location = response.headers.get("Location")
                if response.status in (301, 302, 303, 307, 308) and location is not None:
                    url = urljoin(str(response.url), location)
                    continue
                _demand_page(response)
                return Fetched(
                    url=str(response.url),
                    media_type=response.content_type,
                    charset=response.charset,
                    content=await _read(response, most_bytes),
                )
        raise PageFailed(ENDLESS.format(_host(url)))

    def _checked(self, url: str) -> URL:
        try:
            address = URL(url.strip())
        except ValueError:
            raise Refused(NO_URL) from None
        if address.scheme not in ("http", "https") or not address.host:
            raise Refused(NO_URL)
        if address.user is not None or address.password is not None:
            raise Refused(SECRETIVE)
        # A literal address is connected to without being resolved.
        try:
            literal = ipaddress.ip_address(address.host)
        except ValueError:
            return address
        if not self.permits(literal):
            raise Refused(PRIVATE.format(address.host))
        return address

    def permits(self, address: Address) -> bool:
        """Whether an address may be connected to."""
        if any(address in network for network in self._allowed):
            return True
        return all(one.is_global and not one.is_multicast for one in meant_by(address))

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(
                resolver=_Resolver(self), use_dns_cache=False, force_close=True, limit=20
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": AGENT, "Accept-Language": "*"},
                # A proxy would resolve names itself.
                trust_env=False,
            )
        return self._session


class _Resolver(AbstractResolver):
    """Resolves names to addresses that may be connected to."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        results: list[ResolveResult] = []
        for kind, _, protocol, _, place in found:
            address = str(place[0]).partition("%")[0]
            if not self._outbound.permits(ipaddress.ip_address(address)):
                raise Refused(PRIVATE.format(host))
            results.append(
                ResolveResult(
                    hostname=host,
                    host=address,
                    port=port,
                    family=kind,
                    proto=protocol,
                    flags=socket.AI_NUMERICHOST,
                )
            )
        return results

    async def close(self) -> None:
        """Nothing is held."""


def meant_by(address: Address) -> list[Address]:
    """An address, and those of IPv4 that it stands for."""
    meant: list[Address] = [address]
    if isinstance(address, IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour]
        if address.teredo is not None:
            inner += address.teredo
        if any(address in prefix for prefix in TRANSLATED):
            inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
        # `::127.0.0.1`, which was given up (RFC 4291) and is still understood here and there.
        if int(address) >> 32 == 0:
            inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
        meant += [one for one in inner if one is not None]
    return meant


def _demand_page(response: aiohttp.ClientResponse) -> None:
    host, status = response.url.host, response.status
    if status in (404, 410):
        raise PageFailed(ABSENT.format(host))
    if status >= 500:
        raise PageFailed(FAILED.format(host, status))
    if status >= 300:
        raise PageFailed(KEPT.format(host, status))


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """All of a body, decompressed, if it is no more than `most` bytes."""
    pieces, length = [], 0
    async for piece in response.content.iter_chunked(CHUNK):
        length += len(piece)
        if length > most:
            raise TooLarge(f"The page has more than {most // 2**20} MB.")
        pieces.append(piece)
    return b"".join(pieces)


def _host(url: str) -> str:
    try:
        return URL(url).host or "The server"
    except ValueError:
        return "The server"
