"""What crosses the wire about the web."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from dost_ext.core.wire import Request, Response

LONGEST_QUERY = 400
LONGEST_URL = 2000
MOST_RESULTS = 20

Url = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_URL)]


class SearchWeb(Request):
    """A question to the search engine."""

    query: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUERY)
    ]
    k: int = Field(default=5, ge=1, le=MOST_RESULTS, description="How many results at most")


class WebResult(Response):
    """A page that the engine found."""

    title: str
    url: str
    snippet: str = Field(description="Some words of the page, as the engine shows them")


class WebResults(Response):
    """What the engine found, the best first."""

    engine: str
    items: list[WebResult]


class FetchPage(Request):
    """A page to be read."""

    url: Url


class WebPage(Response):
    """A page's main text."""

    url: str = Field(description="Where it was in the end")
    title: str
    media_type: str
    text: str = Field(description="Markdown, where the page has headings, lists or tables")
    cut: bool = Field(description="Whether the page goes on after this")
