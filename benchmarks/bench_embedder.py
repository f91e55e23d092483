"""What the built-in embedder saves: `make bench-embedder`.

The same weights by onnxruntime in eight bits and by the library sentence-transformers, one after
the other: how many abstracts a second on two threads, how long a question takes, and how much
memory the process has.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from pathlib import Path

import psutil
from bench_rag import TestSet

from dost_ext.rag.embedding.apart import (
    BuiltinEmbedder,
    EmbedderApart,
    SentenceTransformersEmbedder,
)
from tests.support.weights import weights

PASSAGES = 512
QUESTIONS = 100
THREADS = 2


async def measured(embedder: EmbedderApart, passages: list[str], questions: list[str]) -> str:
    """A row's figures: passages a second, milliseconds of a question, MB."""
    try:
        await embedder.embed_questions(questions[:5])  # so that it has started
        began = time.perf_counter()
        await embedder.embed(passages)
        rate = len(passages) / (time.perf_counter() - began)
        times = []
        for question in questions:
            began = time.perf_counter()
            await embedder.embed_questions([question])
            times.append(1000 * (time.perf_counter() - began))
        pid = embedder.pid
        assert pid is not None
        memory = psutil.Process(pid).memory_info().rss / 2**20
    finally:
        await embedder.close()
    slow = statistics.quantiles(times, n=20)[-1]
    return f"{rate:.0f} | {statistics.median(times):.1f} / {slow:.1f} | {memory:.0f}"


async def report(test_set: TestSet) -> None:
    """Measure both, print a table."""
    passages = [document["text"] for document in test_set.documents[:PASSAGES]]
    questions = list(test_set.questions.values())[:QUESTIONS]
    embedders = {
        "built in": BuiltinEmbedder(threads=THREADS),
        "sentence-transformers": SentenceTransformersEmbedder(weights(), threads=THREADS),
    }
    print("| embedder | abstracts a second | a question, ms p50 / p95 | MB |")
    print("| --- | --- | --- | --- |")
    for name, embedder in embedders.items():
        print(f"| {name} | {await measured(embedder, passages, questions)} |", flush=True)


def main() -> None:
    """Read the texts, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="a test set in BEIR's form")
    asyncio.run(report(TestSet(parser.parse_args().data, None)))


if __name__ == "__main__":
    main()
