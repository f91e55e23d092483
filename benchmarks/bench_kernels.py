"""Running code: to the first output, what dost adds to each output, and fifty kernels at once.

`python benchmarks/bench_kernels.py` starts a server of its own and prints a table.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
from bench_chat import dost_command, free_port, percentile, running, sign_up, until_ok
from jupyter_client.manager import AsyncKernelManager

# The clock is the machine's, the same in every process.
TICKING = """
import time
for _ in range({count}):
    display({{"application/json": time.monotonic()}}, raw=True)
    time.sleep({pause})
"""
# A spare kernel is there after a pause and the time of a start.
UNTIL_SPARE_SECONDS = 5.0
KERNELS_A_USER = 8


class Coder:
    """An account that runs code."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session = session
        self.base = base

    async def call(self, method: str, path: str, **body: Any) -> Any:
        """A call and its answer."""
        async with self.session.request(method, f"{self.base}/{path}", json=body or None) as answer:
            assert answer.ok, await answer.text()
            return await answer.json() if answer.content_type == "application/json" else None

    async def message(self, code: str) -> tuple[str, str]:
        """A conversation with one message that holds code; the ids of both."""
        conversation = (await self.call("POST", "conversations", title="Bench"))["id"]
        body = {"parent_id": None, "role": "assistant", "content": f"```python\n{code}\n```"}
        message = await self.call("POST", f"conversations/{conversation}/messages", **body)
        return conversation, message["id"]

    async def run(self, message: str) -> AsyncIterator[tuple[float, str, dict[str, Any]]]:
        """The events of a run, each with the time at which it came."""
        url = f"{self.base}/messages/{message}/execute"
        async with self.session.post(url, json={"block": 0}) as answer:
            assert answer.ok, await answer.text()
            event = ""
            async for line in answer.content:
                if line.startswith(b"event: "):
                    event = line[7:].decode().strip()
                elif line.startswith(b"data: "):
                    yield time.monotonic(), event, json.loads(line[6:])


async def first_outputs(coder: Coder, rounds: int) -> list[float]:
    """Seconds from the request to the first output, each in a new conversation."""
    taken: list[float] = []
    await coder.call("GET", "kernelspecs")
    for _ in range(rounds):
        conversation, message = await coder.message("print(1)")
        await asyncio.sleep(UNTIL_SPARE_SECONDS)
        began = time.monotonic()
        async for at, event, _ in coder.run(message):
            if event == "output":
                taken.append(at - began)
        await coder.call("DELETE", f"conversations/{conversation}")
    return taken


async def delays(coder: Coder, count: int) -> list[float]:
    """Seconds from the moment that an output is made to that in which a client has it."""
    conversation, message = await coder.message(TICKING.format(count=count, pause=0.01))
    seen = [
        at - data["data"]["application/json"]
        async for at, event, data in coder.run(message)
        if event == "output"
    ]
    await coder.call("DELETE", f"conversations/{conversation}")
    return seen


async def delays_directly(count: int) -> list[float]:
    """The same with jupyter_client alone."""
    manager = AsyncKernelManager(transport="ipc", ip=tempfile.mkdtemp(prefix="k") + "/s")
    await manager.start_kernel()
    client = manager.client()
    client.start_channels(hb=False)
    await client.wait_for_ready(timeout=60)
    asked = client.execute(TICKING.format(count=count, pause=0.01))
    seen: list[float] = []
    while True:
        message = await client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != asked:
            continue
        if message["msg_type"] == "display_data":
            seen.append(time.monotonic() - message["content"]["data"]["application/json"])
        if message["content"].get("execution_state") == "idle":
            break
    client.stop_channels()
    await manager.shutdown_kernel(now=True)
    return seen


async def lag_among(coders: list[Coder], kernels: int, seconds: float) -> list[float]:
    """Seconds in which the server answers while so many kernels show two things a second each."""
    messages = []
    code = TICKING.format(count=10**6, pause=0.5)
    conversations = []
    for number in range(kernels):
        coder = coders[number // KERNELS_A_USER]
        conversation, message = await coder.message(code)
        messages.append((coder, message))
        conversations.append((coder, conversation))

    async def follow(coder: Coder, message: str, begun: asyncio.Event) -> None:
        async for _, event, _ in coder.run(message):
            if event == "output":
                begun.set()

    followers = []
    for coder, message in messages:  # one after the other: a start takes a core
        begun = asyncio.Event()
        followers.append(asyncio.create_task(follow(coder, message, begun)))
        await asyncio.wait_for(begun.wait(), 120)
    found: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        async with coders[0].session.get(f"{coders[0].base}/health") as answer:
            await answer.read()
        found.append(time.monotonic() - began)
        await asyncio.sleep(0.02)
    for coder, conversation in conversations:
        await coder.call("DELETE", f"conversations/{conversation}")
    await asyncio.gather(*followers, return_exceptions=True)
    return found


async def bench(options: argparse.Namespace, data_dir: str) -> None:
    """Measure and print."""
    port = free_port()
    base = f"http://127.0.0.1:{port}/dost/api/v1"
    with running(dost_command(port, data_dir)):
        await until_ok(f"{base}/health")
        coders = []
        for number in range(-(-options.kernels // KERNELS_A_USER)):
            headers = await sign_up(base)
            no_limit = aiohttp.ClientTimeout(total=None)
            connector = aiohttp.TCPConnector(limit=0)
            session = aiohttp.ClientSession(headers=headers, timeout=no_limit, connector=connector)
            coders.append(Coder(session, base))
            if number:
                account = (await coders[-1].call("GET", "auth/me"))["id"]
                await coders[0].call("PATCH", f"admin/users/{account}", role="admin")
        try:
            first = await first_outputs(coders[0], options.rounds)
            through = await delays(coders[0], options.outputs)
            directly = await delays_directly(options.outputs)
            lag = await lag_among(coders, options.kernels, options.seconds)
        finally:
            for coder in coders:
                await coder.session.close()
    ms = 1000.0
    added = (statistics.median(through) - statistics.median(directly)) * ms
    print(
        f"run to first output, spare kernel, ms   p50 {percentile(first, 50) * ms:6.1f}"
        f"   p95 {percentile(first, 95) * ms:6.1f}\n"
        f"delay of an output through dost, ms     p50 {percentile(through, 50) * ms:6.2f}"
        f"   p99 {percentile(through, 99) * ms:6.2f}\n"
        f"the same with jupyter_client, ms        p50 {percentile(directly, 50) * ms:6.2f}"
        f"   p99 {percentile(directly, 99) * ms:6.2f}\n"
        f"added by dost, ms                       p50 {added:6.2f}\n"
        f"answer of the server among {options.kernels} kernels   p50 "
        f"{percentile(lag, 50) * ms:6.1f}   p99 {percentile(lag, 99) * ms:6.1f}"
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--outputs", type=int, default=300)
    parser.add_argument("--kernels", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dost-bench-") as data_dir:
        asyncio.run(bench(options, str(Path(data_dir))))


if __name__ == "__main__":
    main()
