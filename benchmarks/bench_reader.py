"""Measures what one streamed chunk costs our readers: `python benchmarks/bench_reader.py`.

Prints the CPU time per chunk of parsing alone (many chunks a read, and one a read), and of the
whole way over a socket from the fake model in a process of its own.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time

from dost_ext.models.client import ChatRequest
from dost_ext.models.failures import Failures
from dost_ext.models.fake.dialects import Answer, Dialect, Ollama, OpenAI
from dost_ext.models.ollama_client import OllamaClient
from dost_ext.models.ollama_stream import OllamaStreamReader
from dost_ext.models.openai_client import OpenAIClient
from dost_ext.models.openai_stream import OpenAIStreamReader
from dost_ext.models.streaming import StreamingClient, StreamReader
from dost_ext.models.transport import SharedSession, Transport

CHUNKS = 20_000
ROUNDS = 5
FAILURES = Failures("Benchmark", "http://127.0.0.1")


def parsing(dialect: Dialect, reader: type[StreamReader], chunks_per_read: int) -> float:
    """Microseconds of CPU per chunk, best of `ROUNDS`."""
    answer = Answer("m", [], [" word"] * CHUNKS, [], False, 0, True)
    frames = dialect.frames(answer).tokens
    reads = [
        b"".join(frames[start : start + chunks_per_read])
        for start in range(0, CHUNKS, chunks_per_read)
    ]
    best = float("inf")
    for _ in range(ROUNDS):
        fresh = reader(FAILURES, "m")  # type: ignore[call-arg]
        begin = time.process_time()
        for data in reads:
            fresh.feed(data)
        best = min(best, time.process_time() - begin)
    return best / CHUNKS * 1e6


async def over_socket(client: StreamingClient, pace: str, tokens: int, streams: int) -> float:
    """Microseconds of this process's CPU per chunk."""
    script = f'{{"tokens": {tokens}{pace}}}'
    request = ChatRequest("script", [{"role": "user", "content": script}])

    async def one() -> None:
        async for _ in client.stream(request):
            pass

    begin = time.process_time()
    await asyncio.gather(*(one() for _ in range(streams)))
    return (time.process_time() - begin) / (tokens * streams) * 1e6


async def measure(url: str) -> None:
    """Measure both clients against the fake model at `url`."""
    session = SharedSession()
    clients = {
        "openai": OpenAIClient(Transport(f"{url}/v1", FAILURES, session)),
        "ollama": OllamaClient(Transport(url, FAILURES, session)),
    }
    for name, client in clients.items():
        await over_socket(client, "", 10, 1)
        burst = await over_socket(client, "", CHUNKS, 1)
        paced = await over_socket(client, ', "tokens_per_second": 50', 100, 100)
        print(f"{name}: socket, as fast as it comes {burst:6.1f} µs a chunk")
        print(f"{name}: socket, 100 streams of 50/s {paced:6.1f} µs a chunk")
    await session.close()


def main() -> None:
    """Print all figures."""
    for name, dialect, reader in (
        ("openai", OpenAI(), OpenAIStreamReader),
        ("ollama", Ollama(), OllamaStreamReader),
    ):
        for size in (100, 1):
            cost = parsing(dialect, reader, size)
            print(f"{name}: parsing, {size:3} chunks a read     {cost:6.1f} µs a chunk")
    command = [sys.executable, "-m", "dost_ext.models.fake"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as fake:
        try:
            assert fake.stdout is not None
            asyncio.run(measure(fake.stdout.readline().strip()))
        finally:
            fake.terminate()


if __name__ == "__main__":
    main()
