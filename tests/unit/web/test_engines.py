"""Search engines: what they are asked, what they find, and what is said when they do not."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote

import pytest

from dost_ext.core.errors import DostError, TooManyRequests, UpstreamFailed
from dost_ext.web.engines.brave import BraveSearch
from dost_ext.web.engines.duckduckgo import DuckDuckGo
from dost_ext.web.engines.engine import Engine, Result
from dost_ext.web.engines.failures import SearchFailed
from dost_ext.web.engines.searxng import SearXNG
from dost_ext.web.engines.tavily import Tavily
from tests.support.search_engines import (
    Asked,
    Found,
    Reply,
    from_brave,
    from_duckduckgo,
    from_searxng,
    from_tavily,
    search_server,
)

KEY = "BSA-of-nobody-0123456789"
# Long enough for a busy machine, where an answer does come.
PATIENT = 30.0

HARBOUR = Result("The harbour of Norburg", "https://norburg.example/harbour", "Built in 1871.")
MOLE = Result("Its mole & light", "http://mole.example/?a=1&b=2", "340 metres.")
FOUND = [
    (
        "The <strong>harbour</strong> of Norburg",
        "https://norburg.example/harbour",
        "Built in <b>1871</b>.",
    ),
    ("Its mole &amp; light", "http://mole.example/?a=1&b=2", "340\n  metres."),
]


@dataclass(frozen=True)
class Kind:
    """An engine, and how its service writes what it found."""

    make: Callable[..., Engine]
    answer: Callable[[Found], Any]


def brave(url: str, seconds: float) -> Engine:
    return BraveSearch(KEY, base_url=url, seconds=seconds)


def tavily(url: str, seconds: float) -> Engine:
    return Tavily(KEY, base_url=url, seconds=seconds)


def duckduckgo(url: str, seconds: float) -> Engine:
    return DuckDuckGo(base_url=url, seconds=seconds)


def searxng(url: str, seconds: float) -> Engine:
    return SearXNG(url, seconds=seconds)


IN_JSON = [
    pytest.param(Kind(searxng, from_searxng), id="SearXNG"),
    pytest.param(Kind(brave, from_brave), id="Brave Search"),
    pytest.param(Kind(tavily, from_tavily), id="Tavily"),
]
ALL = [*IN_JSON, pytest.param(Kind(duckduckgo, from_duckduckgo), id="DuckDuckGo")]
in_json = pytest.mark.parametrize("kind", IN_JSON)
everyone = pytest.mark.parametrize("kind", ALL)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """What asks DuckDuckGo would go to this machine by way of the proxy of the environment."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def ask(
    make: Callable[..., Engine],
    reply: Reply,
    query: str = "harbour",
    k: int = 5,
    seconds: float = PATIENT,
) -> tuple[list[Result] | DostError, list[Asked]]:
    """What comes of a search, and which requests it took."""

    async def search() -> tuple[list[Result] | DostError, list[Asked]]:
        async with search_server(reply) as server:
            engine = make(server.url, seconds)
            try:
                return await engine.search(query, k), server.asked
            except DostError as error:
                return error, server.asked
            finally:
                await engine.close()

    return asyncio.run(search())


def found(kind: Kind, pages: Found, k: int = 5) -> list[Result]:
    results, _ = ask(kind.make, Reply(kind.answer(pages)), k=k)
    assert isinstance(results, list), results
    return results


def failure(make: Callable[..., Engine], reply: Reply, seconds: float = PATIENT) -> DostError:
    error, _ = ask(make, reply, seconds=seconds)
    assert isinstance(error, DostError)
    assert KEY not in f"{error.detail} {error!r} {error.__cause__!r}"
    return error


def sent(make: Callable[..., Engine], query: str = "harbour", k: int = 5) -> Asked:
    (request,) = ask(make, Reply({}), query, k)[1]
    return request


@everyone
def test_a_search_gives_pages_in_plain_text(kind: Kind) -> None:
    assert found(kind, FOUND) == [HARBOUR, MOLE]


@everyone
def test_nothing_found_is_no_error(kind: Kind) -> None:
    assert found(kind, []) == []


@everyone
def test_no_more_pages_than_wanted(kind: Kind) -> None:
    assert found(kind, FOUND, k=1) == [HARBOUR]


@everyone
def test_a_page_is_found_once(kind: Kind) -> None:
    again = [("Part two", f"{HARBOUR.url}#two", "More of it.")]
    assert found(kind, FOUND + again, k=2) == [HARBOUR, MOLE]


@everyone
def test_only_pages_of_the_web_are_found(kind: Kind) -> None:
    others = ["javascript:alert(1)", "ftp://norburg.example/", "magnet:?xt=urn", "/here", "http://"]
    assert found(kind, [("No page", url, "") for url in others] + FOUND) == [HARBOUR, MOLE]


@everyone
def test_an_answer_that_does_not_come_is_given_up(kind: Kind) -> None:
    error = failure(kind.make, Reply(endless=True), seconds=0.3)
    name = kind.make("http://127.0.0.1", 1.0).name
    assert (type(error), error.code) == (SearchFailed, "search_failed")
    assert error.detail == f"{name} did not answer in 0.3 seconds."


@everyone
def test_an_engine_that_is_not_there_cannot_be_reached(kind: Kind) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        error = failure(lambda _url, seconds: kind.make(nobody, seconds), Reply())
    name = kind.make("http://127.0.0.1", 1.0).name
    assert (error.detail, error.code) == (f"{name} cannot be reached.", "search_failed")


@in_json
def test_half_a_character_does_not_cost_the_results(kind: Kind) -> None:
    (result,) = found(kind, [("Norburg \ud83d", HARBOUR.url, "Its \x00harbour")])
    assert (result.title, result.snippet) == ("Norburg ?", "Its \ufffdharbour")


@everyone
def test_too_many_searches_say_when_to_go_on(kind: Kind) -> None:
    error = failure(kind.make, Reply(status=429))
    name = kind.make("http://127.0.0.1", 1.0).name
    assert error.detail == f"{name} takes no more searches for the moment."
    assert (type(error), error.code) == (TooManyRequests, "rate_limited")
    assert getattr(error, "retry_after", None) == 60


@in_json
@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7), ("Fri, 13 Nov 2026 08:00:00 GMT", 60), ("-1", 60), ("inf", 60), ("nan", 60)],
)
def test_the_engine_says_how_long_to_wait(kind: Kind, said: str, seconds: float) -> None:
    error = failure(kind.make, Reply(status=429, headers={"Retry-After": said}))
    assert getattr(error, "retry_after", None) == seconds


FAILURES = {
    "{} failed (503).": Reply("<h1>Busy</h1>", 503),
    "{} did not accept the search (400).": Reply({"detail": "no"}, 400),
    "{} redirects to another address. Its own has to be the final one.": Reply(
        status=302, headers={"Location": "/elsewhere"}
    ),
}
FAILURES_IN_JSON = {
    "{} answered with something that is not JSON.": [
        Reply(""),
        Reply("<html>"),
        Reply(b"\xff\xfe{"),
        Reply("[" * 100_000),
    ],
    "{} answered in a form that dost does not know.": [
        Reply({}),
        Reply([]),
        Reply({"results": "none", "web": []}),
        Reply({"results": ["a"], "web": {"results": ["a"]}}),
    ],
    "{} answered with more than 2 MB.": [Reply(b" " * (2**21 + 1))],
}


@everyone
@pytest.mark.parametrize("sentence", FAILURES)
def test_a_failure_is_a_sentence(kind: Kind, sentence: str) -> None:
    error, requests = ask(kind.make, FAILURES[sentence])
    name = kind.make("http://127.0.0.1", 1.0).name
    assert isinstance(error, UpstreamFailed)
    assert (error.detail, error.code) == (sentence.format(name), "search_failed")
    assert len(requests) == 1


@in_json
@pytest.mark.parametrize(
    ("sentence", "reply"),
    [(sentence, reply) for sentence, all_of in FAILURES_IN_JSON.items() for reply in all_of],
)
def test_an_answer_of_no_use_is_a_sentence(kind: Kind, sentence: str, reply: Reply) -> None:
    error = failure(kind.make, reply)
    assert error.detail == sentence.format(kind.make("http://127.0.0.1", 1.0).name)


@pytest.mark.parametrize(
    ("make", "reply", "sentence"),
    [
        (brave, Reply(status=401), "Brave Search does not accept the key."),
        (
            brave,
            Reply({"type": "ErrorResponse", "error": {"code": "SUBSCRIPTION_TOKEN_INVALID"}}, 422),
            "Brave Search does not accept the key.",
        ),
        (
            tavily,
            Reply({"detail": {"error": f"Bad: {KEY}"}}, 401),
            "Tavily does not accept the key.",
        ),
        (tavily, Reply(status=403), "Tavily does not accept the key."),
        (tavily, Reply(status=432), "Tavily has no searches left in the plan of this key."),
        (searxng, Reply(status=401), "SearXNG wants a name and a password."),
        (
            searxng,
            Reply("Forbidden", 403),
            "Write json into the list search.formats of its settings",
        ),
        (
            searxng,
            Reply({"results": [], "unresponsive_engines": [["google", "CAPTCHA"]]}),
            "SearXNG found nothing, and not all of the engines that it asks answered.",
        ),
    ],
)
def test_each_has_refusals_of_its_own(
    make: Callable[..., Engine], reply: Reply, sentence: str
) -> None:
    assert sentence in failure(make, reply).detail


def test_what_is_not_http_does_not_show_the_key() -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 norburg.example ESMTP\r\n")
        writer.close()

    async def search() -> None:
        async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
            engine = brave(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", PATIENT)
            try:
                await engine.search("harbour", 5)
            finally:
                await engine.close()

    with pytest.raises(UpstreamFailed, match="Brave Search answered in a form") as caught:
        asyncio.run(search())
    assert KEY not in repr(caught.value.__cause__)


@pytest.mark.parametrize("end", ["", "/", "/search", "/search/"])
def test_searxng_is_asked_for_json(end: str) -> None:
    request = sent(lambda url, seconds: searxng(f"{url}/searx{end}", seconds), "ship & shore")
    assert (request.method, request.path) == ("GET", "/searx/search")
    assert request.query == {"q": "ship & shore", "format": "json"}


def test_searxng_behind_a_password_is_told_it() -> None:
    request = sent(lambda url, s: searxng(url.replace("//", "//ann:pass@"), s))
    assert request.headers["Authorization"] == "Basic YW5uOnBhc3M="


def test_brave_search_gets_its_key_and_what_it_takes_of_a_query() -> None:
    request = sent(brave, "word " * 60, k=30)
    assert (request.method, request.path) == ("GET", "/res/v1/web/search")
    assert request.query == {
        "q": " ".join(["word"] * 50),
        "count": "20",
        "result_filter": "web",
    }
    assert request.headers["X-Subscription-Token"] == KEY


def test_tavily_gets_its_key_and_the_query() -> None:
    request = sent(tavily, "harbour", k=3)
    assert (request.method, request.path) == ("POST", "/search")
    assert json.loads(request.body) == {
        "query": "harbour",
        "max_results": 3,
        "search_depth": "basic",
    }
    assert request.headers["Authorization"] == f"Bearer {KEY}"


def test_duckduckgo_gets_the_query_and_no_country() -> None:
    request = sent(duckduckgo, "ship & shore ☕")
    assert (request.method, request.path) == ("POST", "/html/")
    assert parse_qs(request.body) == {"q": ["ship & shore ☕"], "l": ["wt-wt"]}


@in_json
def test_a_proxy_of_the_environment_is_not_used(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert found(kind, FOUND) == [HARBOUR, MOLE]


@pytest.mark.parametrize(
    "reply",
    [
        Reply("<form id='challenge-form'></form>", 202),
        Reply("<html><body><form id='challenge-form'></form></body></html>"),
        Reply("<html><body><div class='anomaly-modal__title'>Bots too.</div></body></html>"),
    ],
)
def test_duckduckgo_asking_whether_we_are_human_is_no_empty_answer(reply: Reply) -> None:
    assert isinstance(failure(duckduckgo, reply), TooManyRequests)


@pytest.mark.parametrize("page", ["<html><body>Hello.</body></html>", "<!-- -->", "<?xml?>", " "])
def test_another_page_than_of_results_is_a_failure(page: str) -> None:
    error = failure(duckduckgo, Reply(page))
    assert error.detail == "DuckDuckGo answered in a form that dost does not know."


def test_links_of_duckduckgo_lead_to_the_page_itself() -> None:
    page = "https://norburg.example/C%2B%2B?to=a%2Fb%26c"
    links = [f"//duckduckgo.com/l/?uddg={quote(page, safe='')}&rut=9", f"{page}&d"]
    ads = ["https://duckduckgo.com/y.js?ad_domain=x.example", "//duckduckgo.com/y.js?ad=1"]
    pages = [("Title", url, "Words") for url in ads + links]
    results = found(Kind(duckduckgo, from_duckduckgo), pages)
    assert [one.url for one in results] == [page, f"{page}&d"]
