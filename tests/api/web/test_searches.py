"""Searching the web and reading its pages, by the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import StartServer
from tests.support.client import Client
from tests.support.documents import pdf
from tests.support.local_web import LocalWeb, article
from tests.support.owner import sign_in

ELM = article(
    "The tides of Elm",
    "The harbour of Elm has four tides a day, twice what other harbours of the coast have.",
    "The keeper of the harbour writes down their heights, the highest of which was 7.31 metres.",
)


def problem(client: Client, status: int, path: str, body: object) -> Any:
    """Why a request is refused."""
    response = client.post(path, json=body)
    assert response.status_code == status, response.text
    return response.json()


def test_a_search_gives_what_the_engine_finds(user: Client, web: LocalWeb) -> None:
    url = web.put("/elm", ELM)
    web.put("/oak", article("The woods of Oak", "Nothing but squirrels."))
    found = user.ok("POST", "web/search", json={"query": "tides of the harbour"})
    assert found["engine"] == "SearXNG"
    (item,) = found["items"]
    assert (item["title"], item["url"]) == ("The tides of Elm", url)
    assert "four tides a day" in item["snippet"]
    assert web.searches == ["tides of the harbour"]
    # The page itself was not asked for.
    assert web.asked == ["/search"]


def test_as_many_results_come_as_are_asked_for(user: Client, web: LocalWeb) -> None:
    for number in range(9):
        web.put(f"/{number}", article(f"Lighthouse {number}", "A lighthouse."))
    assert len(user.ok("POST", "web/search", json={"query": "lighthouse"})["items"]) == 5
    body = {"query": "lighthouse", "k": 8}
    assert len(user.ok("POST", "web/search", json=body)["items"]) == 8


def test_an_engine_that_fails_is_told_of(user: Client, web: LocalWeb) -> None:
    web.search_status = 500
    refused = problem(user, 502, "web/search", {"query": "tides"})
    assert refused["code"] == "search_failed"
    assert "SearXNG" in refused["detail"]


def test_a_page_is_read_without_what_surrounds_its_text(user: Client, web: LocalWeb) -> None:
    page = user.ok("POST", "web/fetch", json={"url": web.put("/elm", ELM)})
    assert (page["title"], page["media_type"], page["cut"]) == (
        "The tides of Elm",
        "text/html",
        False,
    )
    assert "7.31 metres" in page["text"]
    assert "Most read" not in page["text"]
    assert "Imprint" not in page["text"]


def test_a_page_that_moved_says_where_it_is(user: Client, web: LocalWeb) -> None:
    there = web.put("/elm", ELM)
    assert user.ok("POST", "web/fetch", json={"url": web.redirect("/old", "/elm")})["url"] == there


def test_a_pdf_is_read_as_well(user: Client, web: LocalWeb) -> None:
    url = web.put("/tides.pdf", pdf("The tides of Elm are four a day."), "application/pdf")
    page = user.ok("POST", "web/fetch", json={"url": url})
    assert page["media_type"] == "application/pdf"
    assert "four a day" in page["text"]


def test_a_page_that_is_not_there_is_told_of(user: Client, web: LocalWeb) -> None:
    refused = problem(user, 502, "web/fetch", {"url": f"{web.origin}/none"})
    assert refused["code"] == "page_unreadable"
    assert refused["detail"] == "127.0.0.1 has no such page."


def test_a_page_without_words_is_told_of(user: Client, web: LocalWeb) -> None:
    url = web.put("/picture", b"\x89PNG\r\n\x1a\n" + bytes(100), "image/png")
    refused = problem(user, 502, "web/fetch", {"url": url})
    assert refused["code"] == "page_unreadable"
    assert "cannot be read" in refused["detail"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.2/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
    ],
)
def test_what_is_not_public_is_not_opened(user: Client, web: LocalWeb, url: str) -> None:
    for address in (url, web.redirect("/away", url)):
        refused = problem(user, 422, "web/fetch", {"url": address})
        assert refused["code"] == "address_refused"


@pytest.mark.parametrize(
    "body",
    [
        {"query": ""},
        {"query": "  "},
        {"query": "x" * 401},
        {"query": "x", "k": 0},
        {"query": "x", "k": 21},
    ],
)
def test_a_search_that_is_none_is_refused(user: Client, web: LocalWeb, body: object) -> None:
    assert problem(user, 422, "web/search", body)["code"] == "invalid"
    assert web.searches == []


def test_where_searching_is_off_pages_are_still_read(start_server: StartServer) -> None:
    with LocalWeb() as web:
        server = start_server(environment={"DOST_WEB_PRIVATE": "127.0.0.1"})
        with sign_in(server) as owner:
            refused = problem(owner, 409, "web/search", {"query": "tides"})
            assert refused["code"] == "web_search_off"
            refused = problem(owner, 409, "chat", {"content": "Hi", "web_search": True})
            assert refused["code"] == "web_search_off"
            assert owner.ok("GET", "conversations")["items"] == []
            page = owner.ok("POST", "web/fetch", json={"url": web.put("/elm", ELM)})
            assert "7.31 metres" in page["text"]
