"""The first visit and the next: what crosses the wire, and how soon one can type.

`python benchmarks/bench_first_load.py` prints a Markdown table. Cold is a browser with a session
and nothing else; warm is its second visit. One can type when the composer takes a letter.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from dataclasses import dataclass
from typing import Any

from bench_chat import dost_command, free_port, running, until_ok
from bench_long_chat import ACCOUNT
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright

from tests.support.browser import FLAGS, chromium

# Puts a letter in as soon as that can be done, and notes when, in ms since the visit began.
TYPE = """
    const look = () => {
        const box = document.querySelector('textarea[aria-label="Message"]');
        if (!box || box.disabled) return requestAnimationFrame(look);
        box.focus();
        if (document.execCommand('insertText', false, 'a') && box.value.includes('a'))
            window.typedAt = performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
"""


class Wire:
    """What a browser fetches, as it crosses the wire."""

    def __init__(self, context: BrowserContext) -> None:
        self._finished: list[Request] = []
        context.on("requestfinished", self._note)

    def _note(self, request: Request) -> None:
        if request.service_worker is None:
            self._finished.append(request)

    async def kilobytes(self, kind: str) -> float:
        """Of one kind of resource, compressed."""
        sizes = [await r.sizes() for r in self._finished if r.resource_type == kind]
        return sum(size["responseBodySize"] for size in sizes) / 1024

    def __len__(self) -> int:
        return len(self._finished)


async def visit(page: Page, url: str) -> float:
    """Milliseconds until one can type."""
    await page.goto(url)
    await page.wait_for_function("() => window.typedAt")
    typed = float(await page.evaluate("window.typedAt"))
    await page.get_by_text("Your chats will appear here.").wait_for()
    await asyncio.sleep(1)  # what comes when the browser has nothing else to do
    return typed


@dataclass
class Visits:
    """A browser's first visit and its next; times in milliseconds, sizes in kilobytes."""

    requests: int
    scripts: float
    styles: float
    cold: float
    warm: float


async def visits(browser: Browser, site: str, session: list[Any]) -> Visits:
    """Visit with a fresh browser, twice."""
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    await context.add_cookies(session)
    await context.add_init_script(TYPE)
    wire = Wire(context)
    page = await context.new_page()
    cold = await visit(page, f"{site}/")
    fetched = len(wire), await wire.kilobytes("script"), await wire.kilobytes("stylesheet")
    warm = await visit(page, f"{site}/")
    await context.close()
    return Visits(*fetched, cold, warm)


async def bench(options: argparse.Namespace, data_dir: str) -> None:
    """Visit, and print what it took."""
    port = free_port()
    site = f"http://127.0.0.1:{port}/dost"
    with running(dost_command(port, data_dir)):
        await until_ok(f"{site}/api/v1/health")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            context = await browser.new_context()
            await context.request.post(f"{site}/api/v1/auth/register", data=ACCOUNT)
            session = await context.cookies()
            seen = [await visits(browser, site, session) for _ in range(options.rounds)]
            await browser.close()
    budgets = {
        "requests": "≤ 25",
        "scripts": "≤ 150 kB",
        "styles": "≤ 25 kB",
        "cold": "≤ 1,000 ms",
        "warm": "≤ 600 ms",
    }
    print("| what | median | range | budget |\n| --- | --- | --- | --- |")
    for name, budget in budgets.items():
        values = [getattr(one, name) for one in seen]
        spread = f"{min(values):.0f}–{max(values):.0f}"
        print(f"| {name} | {statistics.median(values):.0f} | {spread} | {budget} |")


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dost-bench-") as data_dir:
        asyncio.run(bench(options, data_dir))


if __name__ == "__main__":
    main()
