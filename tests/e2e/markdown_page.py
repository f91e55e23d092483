"""A page that holds nothing but one message, as hostile as it likes to be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.bench_markdown import build, served


@pytest.fixture(scope="session")
def markdown_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page, built for this worker."""
    directory = tmp_path_factory.mktemp("markdown-page")
    build(directory)
    with served(directory) as address:
        yield address


@pytest.fixture
def markdown_page(browser: Browser, markdown_site: str) -> Iterator[Page]:
    """The page in a fresh browser; in the end nothing may have run or asked for anything.

    Hostile texts set `window.alarm` where they run.
    """
    with browser.new_context() as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(markdown_site)
        page.wait_for_function("window.markdownPage")
        page.evaluate("window.alarm = 0")
        yield page
        page.evaluate("markdownPage.idle(3)")
        assert page.evaluate("window.alarm") == 0
        ours = (markdown_site, "data:", f"blob:{markdown_site}")
        assert [url for url in asked if not url.startswith(ours)] == []


def show(page: Page, text: str) -> str:
    """Show a text that is complete; returns the HTML it became."""
    page.evaluate("text => markdownPage.show(text)", text)
    return str(page.locator("#page").inner_html())
