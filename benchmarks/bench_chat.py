"""The whole path against the bare upstream: first token, delay of a token, CPU, memory, restart.

`python benchmarks/bench_chat.py` prints a Markdown table; both sides are measured in one run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil

HERE = Path(__file__).parent
MOMENT = re.compile(rb"(\d{10,}) ")
ASK = {"messages": [{"role": "user", "content": "What time is it?"}], "stream": True}


@dataclass
class Turn:
    """One answer as its reader saw it; all in milliseconds."""

    first: float
    total: float
    delays: list[float] = field(default_factory=list)
    failed: bool = False


@dataclass
class Round:
    """Many answers at once."""

    turns: list[Turn]
    seconds: float
    cpu: float = 0.0

    @property
    def tokens(self) -> int:
        """How many tokens arrived."""
        return sum(len(t.delays) for t in self.turns)

    def first(self, quantile: int) -> float:
        """The time to the first token at a percentile."""
        return percentile([t.first for t in self.turns if not t.failed], quantile)

    def delay(self, quantile: int) -> float:
        """How long a token is under way, at a percentile."""
        return percentile([d for t in self.turns for d in t.delays], quantile)

    @property
    def failures(self) -> int:
        """How many answers broke."""
        return sum(t.failed for t in self.turns)


def percentile(values: list[float], quantile: int) -> float:
    """The value that `quantile` per cent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * quantile // 100)] if ordered else 0.0


async def read(session: aiohttp.ClientSession, url: str, body: dict, tokens: int) -> Turn:
    """Ask once and time what comes."""
    begin = time.monotonic_ns()
    turn = Turn(0.0, 0.0)
    try:
        async with session.post(url, json=body) as response:
            response.raise_for_status()
            async for piece in response.content.iter_any():
                now = time.monotonic_ns()
                moments = MOMENT.findall(piece) if len(turn.delays) < tokens else ()
                if moments and not turn.first:
                    turn.first = (now - begin) / 1e6
                turn.delays.extend((now - int(m)) / 1e6 for m in moments)
    except (aiohttp.ClientError, TimeoutError):
        turn.failed = True
    turn.delays = turn.delays[:tokens]
    turn.failed = turn.failed or len(turn.delays) < tokens
    turn.total = (time.monotonic_ns() - begin) / 1e6
    return turn


async def measure(
    url: str, body: dict, headers: dict, streams: int, tokens: int, server: psutil.Process | None
) -> Round:
    """`streams` answers at once."""
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=300)
    async with aiohttp.ClientSession(
        connector=connector, headers=headers, timeout=timeout
    ) as session:
        before = cpu_of(server)
        begin = time.monotonic()
        turns = await asyncio.gather(*(read(session, url, body, tokens) for _ in range(streams)))
        seconds = time.monotonic() - begin
        return Round(list(turns), seconds, cpu_of(server) - before)


def cpu_of(server: psutil.Process | None) -> float:
    """The CPU seconds a process has used."""
    if server is None:
        return 0.0
    times = server.cpu_times()
    return times.user + times.system


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A child process, ended with the block."""
    child = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.terminate()
        child.wait(20)


async def until_ok(url: str) -> None:
    """Wait until `url` says that all is well."""
    async with aiohttp.ClientSession() as session:
        for _ in range(2000):
            try:
                async with session.get(url) as answer:
                    if answer.status == 200 and b'"starting"' not in await answer.read():
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.01)
    raise SystemExit(f"{url} does not answer")


async def sign_up(base: str) -> dict[str, str]:
    """The headers of a new account."""
    async with aiohttp.ClientSession() as session:
        account = {"username": f"bench{time.time_ns()}", "password": "a benchmark's password"}
        async with session.post(f"{base}/auth/register", json=account) as answer:
            token = (await answer.json())["access_token"]
    return {"Authorization": f"Bearer {token}"}


def dost_command(port: int, data_dir: str) -> list[str]:
    """The server under test."""
    words = [sys.executable, "-m", "dost_ext", "--no-browser"]
    return [*words, "--port", str(port), "--data-dir", data_dir]


async def bench(options: argparse.Namespace, data_dir: str) -> None:
    """Run every round and print the table."""
    upstream_port, port = free_port(), free_port()
    base = f"http://127.0.0.1:{port}/dost/api/v1"
    direct = f"http://127.0.0.1:{upstream_port}/v1/chat/completions"
    config = Path(data_dir) / "dost.toml"
    config.write_text(
        '[[providers]]\nname = "bench"\nkind = "openai"\nmodels = ["clock"]\n'
        f'base_url = "http://127.0.0.1:{upstream_port}/v1"\napi_key = "none"\n'
    )
    upstream = [sys.executable, str(HERE / "clock_upstream.py"), "--port", str(upstream_port)]
    upstream += ["--tokens", str(options.tokens), "--rate", str(options.rate)]
    with running(upstream):
        await until_ok(f"http://127.0.0.1:{upstream_port}/v1/models")
        with running(dost_command(port, data_dir)):
            await until_ok(f"{base}/health")
        begin = time.monotonic()
        with running(dost_command(port, data_dir)) as child:
            await until_ok(f"{base}/health")
            server = psutil.Process(child.pid)
            ready, ready_cpu = time.monotonic() - begin, cpu_of(server)
            headers = await sign_up(base)
            idle = server.memory_info().rss / 2**20
            chat = {"content": "What time is it?", "model": "bench/clock"}
            await measure(f"{base}/chat", chat, headers, 5, options.tokens, server)
            rows = []
            for streams in options.streams:
                rounds = [
                    (
                        await measure(
                            direct, {**ASK, "model": "clock"}, {}, streams, options.tokens, None
                        ),
                        await measure(
                            f"{base}/chat", chat, headers, streams, options.tokens, server
                        ),
                    )
                    for _ in range(options.repeat if streams < 50 else 3)
                ]
                rows.append((streams, rounds))
            after = server.memory_info().rss / 2**20
    report(rows, options)
    print(f"\nRestart to ready: {ready:.2f} s, {ready_cpu:.2f} s of CPU.")
    print(f"Server memory: {idle:.0f} MB idle, {after:.0f} MB after all streams.")


def report(rows: list, options: argparse.Namespace) -> None:
    """Print the table."""
    print(f"{options.tokens} tokens at {options.rate:.0f} a second; times in ms.\n")
    print(
        "| streams | first token added p50 | p95 | direct p50 | token delay p50 | p99 "
        "| direct p99 | CPU s / 1,000 tokens | tokens/s | failed |"
    )
    print("|" + " --- |" * 10)
    for streams, rounds in rows:
        straight = [r for r, _ in rounds]
        through = [r for _, r in rounds]

        def median(values: list[float]) -> float:
            return statistics.median(values)

        base50 = median([r.first(50) for r in straight])
        added50 = median([r.first(50) for r in through]) - base50
        added95 = median([r.first(95) for r in through]) - median([r.first(95) for r in straight])
        cpu = median([1000 * r.cpu / max(1, r.tokens) for r in through])
        cells = [
            f"{added50:.1f}",
            f"{added95:.1f}",
            f"{base50:.1f}",
            f"{median([r.delay(50) for r in through]):.1f}",
            f"{median([r.delay(99) for r in through]):.1f}",
            f"{median([r.delay(99) for r in straight]):.1f}",
            f"{cpu:.3f}",
            f"{median([r.tokens / r.seconds for r in through]):.0f}",
            f"{sum(r.failures for r in through)}",
        ]
        print(f"| {streams} | " + " | ".join(cells) + " |")


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, nargs="+", default=[1, 10, 50, 200])
    parser.add_argument("--tokens", type=int, default=100)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument(
        "--repeat", type=int, default=5, help="rounds of fewer than 50 streams; of more, 3"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dost-bench-") as data_dir:
        asyncio.run(bench(options, data_dir))


if __name__ == "__main__":
    main()
