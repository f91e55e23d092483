"""DuckDuckGo's page of results, as ddgs asks for it and reads it.

One engine of ddgs is used without `DDGS` around it. That would ask other engines if this one was
not there any more, sort the results anew, and take every refusal for a search without results.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from ddgs.engines.duckduckgo import Duckduckgo
from ddgs.exceptions import DDGSException, TimeoutException
from ddgs.results import TextResult
from lxml.etree import LxmlError  # type: ignore[import-untyped]

from dost_ext.web.engines.failures import (
    refused,
    too_late,
    too_many,
    unknown_form,
    unreachable,
)

# Everywhere, and not the United States.
REGION = "wt-wt"
# A page that asks whether we are human has status 202.
TOO_MANY = (202, 403, 429)
CHALLENGE = "//form[@id='challenge-form'] | //*[contains(@class, 'anomaly-modal')]"
NO_RESULTS = "//*[contains(@class, 'no-results')]"


def found_by(name: str, url: str, seconds: float, query: str) -> Iterator[tuple[str, str, str]]:
    """Title, address and snippet of each page that was found, best first, in HTML.

    Args:
        name: What errors call the engine.
        seconds: How long the answer may take; this thread waits for it.

    Raises:
        TooManyRequests: DuckDuckGo asks whether we are human.
        UpstreamFailed: There is no page, or another one than of results.
    """
    try:
        found = _Page(name, url, seconds).search(query, region=REGION)
    except TimeoutException as error:
        raise too_late(name, seconds) from error
    except DDGSException as error:
        raise unreachable(name) from error
    except (LxmlError, ValueError) as error:
        raise unknown_form(name) from error
    return ((escape(one.title), _target(one.href), escape(one.body)) for one in found or [])


class _AsWritten(TextResult):
    """A result whose address is not decoded: decoded it may be another one."""

    _normalizers: ClassVar[dict[str, Any]] = {}


class _Page(Duckduckgo):
    """The engine of ddgs, which tells a refusal from a search without results."""

    def __init__(self, name: str, url: str, seconds: float) -> None:
        super().__init__()
        self.search_url = url
        self._name = name
        self._seconds = seconds

    @property
    def result_type(self) -> type[TextResult]:
        return _AsWritten

    def request(self, *args: Any, **kwargs: Any) -> str:
        # A query like "!w Norburg" is redirected to the site that it names.
        answer = self.http_client.request(
            *args, timeout=self._seconds, follow_redirects=False, **kwargs
        )
        if answer.status_code in TOO_MANY:
            raise too_many(self._name)
        if answer.status_code != 200:
            raise refused(self._name, answer.status_code)
        return str(answer.text)

    def extract_results(self, html_text: str) -> list[TextResult]:
        page = self.extract_tree(html_text)
        if page.xpath(CHALLENGE):
            raise too_many(self._name)
        results = super().extract_results(html_text)
        if not any(result.href for result in results) and not page.xpath(NO_RESULTS):
            raise unknown_form(self._name)
        return results


def _target(href: str) -> str:
    """The page that a link leads to, past the one that counts its visitors; none of an ad."""
    link = urlsplit(href)
    if (link.hostname or "").removeprefix("www.") != "duckduckgo.com":
        return href
    if link.path == "/y.js":
        return ""
    return parse_qs(link.query).get("uddg", [href])[0] if link.path == "/l/" else href
