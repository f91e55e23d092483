"""What a growing answer costs in Chromium: ms a token, and what a reader notices of it.

Run `python benchmarks/bench_markdown.py [--tokens 2000 20000] [--streams 20000:200 2000:50]`; it
prints one JSON object. The page is the real Markdown component, built by Vite, alone in a document.

`main_thread_ms_per_token`: one token is appended per animation frame, so every token is parsed,
laid out and painted on its own: whole sections, which hold the same kinds of blocks, at five places
of the answer. Time is the CPU time of Chromium's main thread: script, style and layout,
and all of it (painting included, idle frames taken off); `growth` is the last section's script,
style and layout by the first's.

`streams`: tokens come at a rate of their own and the view follows their end. `busy` is the share of
the time in which the main thread worked, `long_tasks` how many tasks took more than 50 ms after the
first second, `longest_ms` the longest of them.
"""

import argparse
import contextlib
import functools
import http.server
import json
import random
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.support.browser import FLAGS, chromium

PAGE = Path(__file__).parent / "markdown_page"
FRONTEND = Path(__file__).parent.parent / "frontend"
PLACES = 5

PROSE = """
the model reads a table of values and writes an answer that explains how each of them was found
before it goes on with the next step of the work
"""
WORDS = PROSE.split()


def build(destination: Path) -> None:
    """Builds the page into `destination`; raises with Vite's output when it does not build."""
    config = str(PAGE / "vite.config.ts")
    command = ["npx", "vite", "build", "--config", config, "--outDir", str(destination)]
    subprocess.run(command, cwd=FRONTEND, check=True, capture_output=True)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without a line in the terminal for each."""

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextlib.contextmanager
def served(directory: Path) -> Iterator[str]:
    """Serves `directory` on a free port of the loopback interface; gives its URL."""
    handler = functools.partial(QuietHandler, directory=str(directory))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()


def sections(tokens: int, seed: int = 7) -> list[list[str]]:
    """A Markdown answer of at least `tokens` tokens, about four characters each, by sections."""
    chance = random.Random(seed)
    found: list[list[str]] = []
    count = 0
    while count < tokens:
        found.append(re.findall(r"\s*\w{1,5}|\s*[^\w\s]+|\s+", section(chance, count)))
        count += len(found[-1])
    return found


def answer(tokens: int) -> list[str]:
    """The same answer as one list of `tokens` tokens."""
    return [token for part in sections(tokens) for token in part][:tokens]


def section(chance: random.Random, number: int) -> str:
    """One section of the answer, as a model would write it."""

    def prose(words: int) -> str:
        chosen = [chance.choice(WORDS) for _ in range(words)]
        chosen[words // 3] = f"**{chosen[words // 3]}**"
        chosen[words // 2] = f"`{chosen[words // 2]}`"
        return " ".join(chosen).capitalize() + "."

    items = "\n".join(f"- {prose(14)}" for _ in range(4))
    code = "\n".join(f"    value_{n} = compute({n}, 'text')  # {prose(5)}" for n in range(8))
    rows = "\n".join(f"| {n} | {prose(4)} | {chance.random():.3f} |" for n in range(5))
    formula = f"$$\n\\sum_{{i=1}}^n x_i = {number}\n$$"
    blocks = [
        f"## Step {number}",
        prose(60),
        f"{prose(45)} So $x_{{{number % 10}}}^2 + y$ holds.",
        items,
        f"```python\ndef step(x):\n{code}\n    return x\n```",
        f"| n | what | value |\n|---|---|---:|\n{rows}",
        formula,
    ]
    return "\n\n".join(blocks) + "\n\n"


def busy(session: CDPSession) -> tuple[float, float]:
    """Seconds of main-thread CPU so far: script, style and layout; and everything."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    seconds = {item["name"]: item["value"] for item in metrics}
    parts = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration")
    return sum(seconds[part] for part in parts), seconds["TaskDuration"]


def spent(page: Page, session: CDPSession, script: str, argument: object) -> tuple[float, float]:
    """Seconds of main-thread CPU that `script` costs, as `busy` divides them."""
    before = busy(session)
    page.evaluate(script, argument)
    after = busy(session)
    return after[0] - before[0], after[1] - before[1]


def measure(page: Page, session: CDPSession, parts: list[list[str]]) -> dict[str, float]:
    """Main-thread ms a token while sections come one token a frame, idle frames taken off."""
    places = min(PLACES, len(parts))
    scripts: list[float] = []
    everything = 0.0
    for place in range(places):
        at = (len(parts) - 1) * place // max(1, places - 1)
        growing = parts[at]
        before = "".join(token for part in parts[:at] for token in part)
        page.evaluate("text => markdownPage.begin(text)", before)
        idle = spent(page, session, "frames => markdownPage.idle(frames)", len(growing))
        cost = spent(page, session, "tokens => markdownPage.grow(tokens)", growing)
        scripts.append(1000 * (cost[0] - idle[0]) / len(growing))
        everything += 1000 * (cost[1] - idle[1]) / len(growing) / places
    return {
        "script_style_layout": round(sum(scripts) / places, 3),
        "all": round(everything, 3),
        "growth": round(scripts[-1] / scripts[0], 2),
    }


def stream(page: Page, session: CDPSession, tokens: list[str], rate: int) -> dict[str, float]:
    """What a reader notices while `tokens` come at `rate` a second."""
    page.evaluate("markdownPage.begin('')")
    before = busy(session)[1]
    told = page.evaluate("([tokens, rate]) => markdownPage.stream(tokens, rate)", [tokens, rate])
    working = busy(session)[1] - before
    return {
        "busy": round(working / told["seconds"], 3),
        "frames_per_second": round(told["frames"] / told["seconds"], 1),
        "long_tasks": len(told["longTasks"]),
        "longest_ms": round(max(told["longTasks"], default=0)),
    }


def parse_arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, nargs="*", default=[2_000, 20_000])
    parser.add_argument("--streams", nargs="*", default=["20000:200", "2000:50"])
    return parser.parse_args()


def main() -> None:
    """Prints the figures for each length and each stream asked for."""
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        build(Path(directory))
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        with served(Path(directory)) as address:
            page = browser.new_page(viewport={"width": 900, "height": 900})
            page.goto(address)
            page.wait_for_function("window.markdownPage")
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            measure(page, session, sections(300))
            figures = {n: measure(page, session, sections(n)) for n in arguments.tokens}
            streams = {}
            for wanted in arguments.streams:
                tokens, rate = map(int, wanted.split(":"))
                streams[wanted] = stream(page, session, answer(tokens), rate)
        browser.close()
    print(json.dumps({"main_thread_ms_per_token": figures, "streams": streams}))


if __name__ == "__main__":
    main()
