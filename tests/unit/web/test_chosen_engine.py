"""Which engine searches, by what an operator sets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dost_ext.core.errors import NotReady
from dost_ext.web.engines.brave import BraveSearch
from dost_ext.web.engines.chosen import engine_of
from dost_ext.web.engines.duckduckgo import DuckDuckGo
from dost_ext.web.engines.searxng import SearXNG
from dost_ext.web.engines.tavily import Tavily
from dost_ext.web.options import WebOptions

KEY = "BSA-of-nobody-0123456789"
BOTH = WebOptions(brave_key=KEY, tavily_key=KEY)


@pytest.mark.parametrize(
    ("options", "engine"),
    [
        (WebOptions(), DuckDuckGo),
        (replace(BOTH, searxng_url="http://searx.example"), SearXNG),
        (BOTH, BraveSearch),
        (WebOptions(tavily_key=KEY), Tavily),
        (replace(BOTH, engine="duckduckgo"), DuckDuckGo),
        (replace(BOTH, engine="tavily"), Tavily),
        (replace(BOTH, engine="off"), type(None)),
    ],
)
def test_the_engine_is_the_named_one_or_the_first_that_can_work(
    options: WebOptions, engine: type
) -> None:
    assert type(engine_of(options)) is engine


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (WebOptions(engine="searxng"), "SearXNG needs its address in DOST_SEARXNG_URL."),
        (WebOptions(engine="brave"), "Brave Search needs a key in DOST_BRAVE_API_KEY."),
        (WebOptions(engine="tavily"), "Tavily needs a key in DOST_TAVILY_API_KEY."),
        (WebOptions(engine="gogle"), "'gogle' in DOST_WEB_SEARCH is not searxng, brave, "),
        (WebOptions(searxng_url="searx.example"), "DOST_SEARXNG_URL has to be an address"),
        (WebOptions(searxng_url="http://a:b:c"), "DOST_SEARXNG_URL has to be an address"),
        (WebOptions(brave_key="a\nb"), "DOST_BRAVE_API_KEY has characters in it that no key has."),
    ],
)
def test_an_engine_without_what_it_needs_does_not_start(options: WebOptions, sentence: str) -> None:
    with pytest.raises(NotReady, match=sentence):
        engine_of(options)
