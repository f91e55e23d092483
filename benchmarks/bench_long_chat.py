"""A conversation of 2,000 messages of 2 kB: opening it, scrolling through it, one more turn in it.

`python benchmarks/bench_long_chat.py` fills a database of its own and prints a Markdown table. The
page is the built one in real Chromium; the model is `clock_upstream.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from bench_chat import cpu_of, dost_command, free_port, running, until_ok
from bench_markdown import section
from playwright.async_api import Page, async_playwright

from tests.support.browser import FLAGS, chromium

HERE = Path(__file__).parent
ACCOUNT = {"username": "bench", "password": "a benchmark's password"}
MODEL = "bench/clock"
LAST_WORDS = "These are the last words."
# When the end of the conversation can be read, on the page's own clock.
READABLE = """async ([act, words]) => {
    const begin = performance.now();
    if (act) document.querySelector(act).click();
    for (;;) {
        const log = document.querySelector('[role=log]');
        const last = [...(log?.querySelectorAll('article') ?? [])].at(-1);
        if (last?.innerText.includes(words)) {
            const box = last.getBoundingClientRect();
            if (box.top < innerHeight && box.bottom > 0) break;
        }
        await new Promise(requestAnimationFrame);
    }
    await new Promise(requestAnimationFrame);
    return performance.now() - begin;
}"""
SCROLL = """async (pixels) => {
    const log = document.querySelector('[role=log]');
    const long = [];
    const observer = new PerformanceObserver((list) => long.push(...list.getEntries()));
    observer.observe({ type: 'longtask' });
    const begin = performance.now();
    let frames = 0, most = 0, blank = 0;
    for (; performance.now() - begin < 5000 && log.scrollTop > 0; frames++) {
        log.scrollTop -= pixels;
        await new Promise(requestAnimationFrame);
        most = Math.max(most, document.querySelectorAll('*').length);
        const { top, height } = log.getBoundingClientRect();
        const middle = top + height / 2;
        const boxes = [...log.querySelectorAll('article')].map((a) => a.getBoundingClientRect());
        if (!boxes.some((box) => box.top - 30 < middle && box.bottom + 30 > middle)) blank++;
    }
    const seconds = (performance.now() - begin) / 1000;
    await new Promise((r) => setTimeout(r, 100));
    const tasks = long.map((t) => Math.round(t.duration));
    return { perSecond: frames / seconds, most, blank, frames, tasks, top: log.scrollTop };
}"""


def document(number: int, many: int, size: int) -> dict[str, Any]:
    """A conversation in dost's own format: prompts and answers in turn, each of `size` bytes."""
    chance = random.Random(number)
    said = []
    for at in range(many):
        text = ""
        while len(text) < size:
            text += section(chance, at) if at % 2 else f"Question {at}. {section(chance, at)[:200]}"
        said.append(
            {
                "id": str(at),
                "parent_id": str(at - 1) if at else None,
                "role": "assistant" if at % 2 else "user",
                "content": text[:size] + ("\n\n" + LAST_WORDS if at == many - 1 else ""),
                "model": MODEL if at % 2 else None,
            }
        )
    conversation: dict[str, Any] = {"title": f"{many} messages", "current_leaf_id": str(many - 1)}
    conversation["messages"] = said
    return {"format": "dost.conversation", "version": 1, "conversation": conversation}


async def fill(session: aiohttp.ClientSession, base: str, many: int, size: int) -> str:
    """Import a conversation; returns its id."""
    form = aiohttp.FormData()
    content = json.dumps(document(many, many, size))
    form.add_field("file", content, filename="chat.json", content_type="application/json")
    async with session.post(f"{base}/conversations/import", data=form) as answer:
        told = await answer.json()
    if not told.get("imported"):
        raise SystemExit(f"The import failed: {told}")
    return str(told["imported"][0]["id"])


async def fetch(session: aiohttp.ClientSession, url: str, rounds: int) -> tuple[float, int]:
    """Milliseconds that a URL takes, the median of `rounds`, and its bytes."""
    taken, size = [], 0
    for _ in range(rounds):
        begin = time.perf_counter()
        async with session.get(url) as answer:
            size = len(await answer.read())
        taken.append(1000 * (time.perf_counter() - begin))
    return statistics.median(taken), size


async def turn(
    session: aiohttp.ClientSession, base: str, chat: str, server: psutil.Process
) -> tuple[float, float]:
    """Milliseconds to the first word, and of the server's CPU, of one turn."""
    begin, cpu = time.perf_counter(), cpu_of(server)
    body = {"conversation_id": chat, "content": "What time is it?", "model": MODEL}
    first = 0.0
    async with session.post(f"{base}/chat", json=body) as answer:
        async for line in answer.content:
            if not first and line.startswith(b"event: delta"):
                first = time.perf_counter() - begin
    return 1000 * first, 1000 * (cpu_of(server) - cpu)


async def see(page: Page, base: str, chat: str, rounds: int) -> list[tuple[str, str, str]]:
    """What the page does with a conversation."""
    rows = []
    cold = []
    for _ in range(rounds):
        await page.goto(f"{base}/c/{chat}", wait_until="commit")
        await page.evaluate(READABLE, ["", LAST_WORDS])
        cold.append(await page.evaluate("performance.now()"))
    rows.append(("loaded at its address, ms to readable", f"{statistics.median(cold):.0f}", ""))
    warm = []
    for _ in range(rounds):
        await page.goto(f"{base}/")
        act = f"nav a[href$='/c/{chat}']"
        await page.locator(act).wait_for()
        await asyncio.sleep(0.5)
        warm.append(await page.evaluate(READABLE, [act, LAST_WORDS]))
    rows.append(
        ("opened in the sidebar, ms to readable", f"{statistics.median(warm):.0f}", "≤ 300")
    )
    nodes = await page.evaluate("document.querySelectorAll('*').length")
    rows.append(("elements in the page", str(nodes), "≤ 2,000"))
    for name, pixels in (("read", 120), ("fly", 2000)):
        told = await page.evaluate(SCROLL, pixels)
        rows.append(
            (f"scroll {pixels} px a frame ({name}): frames/s", f"{told['perSecond']:.0f}", "60")
        )
        rows.append(("… most elements", str(told["most"]), "≤ 2,000"))
        rows.append(
            ("… frames with nothing in the middle", f"{told['blank']} of {told['frames']}", "")
        )
        long = told["tasks"]
        rows.append(("… tasks over 50 ms", f"{len(long)}, longest {max(long, default=0)} ms", ""))
    return rows


async def bench(options: argparse.Namespace, data_dir: str) -> None:
    """Fill, measure, print."""
    upstream_port, port = free_port(), free_port()
    upstream = [sys.executable, str(HERE / "clock_upstream.py"), "--port", str(upstream_port)]
    upstream += ["--tokens", "5", "--rate", "1000"]
    config = Path(data_dir) / "dost.toml"
    config.write_text(
        '[[providers]]\nname = "bench"\nkind = "openai"\nmodels = ["clock"]\n'
        f'base_url = "http://127.0.0.1:{upstream_port}/v1"\napi_key = "none"\n'
    )
    site = f"http://127.0.0.1:{port}/dost"
    base = f"{site}/api/v1"
    rows: list[tuple[str, str, str]] = []
    with running(upstream), running(dost_command(port, data_dir)) as child:
        await until_ok(f"{base}/health")
        server = psutil.Process(child.pid)
        async with aiohttp.ClientSession() as session:
            made = await session.post(f"{base}/auth/register", json=ACCOUNT)
            token = (await made.json())["access_token"]
            session.headers["Authorization"] = f"Bearer {token}"
            chat = await fill(session, base, options.messages, options.size)
            short = await fill(session, base, 10, options.size)
            for name, path, budget, rounds in (
                ("GET messages", "messages", "", options.rounds),
                ("exported as a notebook", "export?format=ipynb", "≤ 1,000", options.rounds),
                ("exported as a Python script", "export?format=py", "", 1),
                ("exported as HTML", "export?format=html", "", 1),
            ):
                url = f"{base}/conversations/{chat}/{path}"
                taken, size = await fetch(session, url, rounds)
                rows.append((f"{name}, {size / 1e6:.1f} MB, ms", f"{taken:.0f}", budget))
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
                page = await browser.new_page(viewport={"width": 1280, "height": 900})
                await page.goto(f"{site}/login")
                for field, value in (("Username", "username"), ("Password", "password")):
                    await page.get_by_role("textbox", name=field).fill(ACCOUNT[value])
                await page.get_by_role("button", name="Sign in").click()
                await page.get_by_role("form", name="Composer").wait_for()
                rows += await see(page, site, chat, options.rounds)
                await browser.close()
            for _ in range(options.rounds):
                for which in (short, chat):
                    await turn(session, base, which, server)
            for name, which in (("10", short), (f"{options.messages:,}", chat)):
                turns = [await turn(session, base, which, server) for _ in range(options.rounds)]
                first, cpu = (statistics.median(values) for values in zip(*turns, strict=True))
                rows.append((f"a turn after {name} messages: first word, ms", f"{first:.1f}", ""))
                rows.append((f"a turn after {name} messages: server's CPU, ms", f"{cpu:.0f}", ""))
    print("| what | measured | budget |\n| --- | --- | --- |")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--size", type=int, default=2_000, help="bytes of a message")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dost-bench-") as data_dir:
        asyncio.run(bench(options, data_dir))


if __name__ == "__main__":
    main()
