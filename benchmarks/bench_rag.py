"""How well and how fast documents are found: `make bench-rag DATA=…` on a test set in BEIR's form.

The whole path: each document is sent to `POST documents`, a real worker reads and embeds it, and
each question goes to `POST retrieve`. A set is a directory with `corpus.jsonl` ({_id, title,
text}), `queries.jsonl` ({_id, text}) and `qrels.tsv` (question, document, relevance).
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.support.client import PASSWORD, Client, SignsInAgain
from tests.support.dost_server import DostServer, wait_until

MODES = ("hybrid", "text", "vector")
DEPTH = 100
SENDERS = 4


class TestSet:
    """Documents, questions, and which documents answer which question."""

    def __init__(self, directory: Path, most: int | None) -> None:
        self.documents = list(_lines(directory / "corpus.jsonl"))[:most]
        self.relevant: dict[str, dict[str, int]] = {}
        known = {document["_id"] for document in self.documents}
        for line in (directory / "qrels.tsv").read_text().splitlines():
            question, document, relevance = line.split("\t")[:3]
            if relevance.isdecimal() and int(relevance) > 0 and document in known:
                self.relevant.setdefault(question, {})[document] = int(relevance)
        asked = _lines(directory / "queries.jsonl")
        self.questions = {q["_id"]: q["text"] for q in asked if q["_id"] in self.relevant}


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open() as opened:
        yield from map(json.loads, opened)


def ndcg(found: list[str], relevant: dict[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain, as trec_eval counts it."""
    gain = sum(relevant.get(d, 0) / math.log2(n + 2) for n, d in enumerate(found[:depth]))
    ideal = sorted(relevant.values(), reverse=True)[:depth]
    return gain / sum(value / math.log2(n + 2) for n, value in enumerate(ideal))


def recall(found: list[str], relevant: dict[str, int]) -> float:
    """The share of the relevant documents that were found."""
    return len(relevant.keys() & set(found)) / len(relevant)


def send_all(client: Client, test_set: TestSet, collection: str) -> None:
    """Send every document under its own name."""

    def send(document: dict[str, Any]) -> None:
        words = f"{document['title']}\n\n{document['text']}".strip()
        client.send_document(f"{document['_id']}.txt", words.encode(), collection_id=collection)

    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(send, test_set.documents))


def wait_for_all(client: Client, collection: str) -> int:
    """Wait until every document is ready; how many chunks there are."""
    waiting = {"collection_id": collection, "limit": 1}

    def over() -> bool:
        time.sleep(1)
        return not any(
            client.ok("GET", "documents", params={**waiting, "status": status})["items"]
            for status in ("queued", "processing")
        )

    wait_until(over, 7200)
    failed = client.ok("GET", "documents", params={**waiting, "status": "failed"})["items"]
    assert not failed, failed
    return int(client.ok("GET", f"collections/{collection}")["chunks"])


def measure(client: Client, test_set: TestSet, collection: str, mode: str) -> str:
    """One line of figures."""
    gains, recalls, times = [], [], []
    for question, words in test_set.questions.items():
        body = {"query": words, "collection_ids": [collection], "k": DEPTH, "mode": mode}
        began = time.perf_counter()
        items = client.ok("POST", "retrieve", json=body)["items"]
        times.append(1000 * (time.perf_counter() - began))
        # A document is where its best passage is.
        found = list(dict.fromkeys(item["filename"].removesuffix(".txt") for item in items))
        gains.append(ndcg(found, test_set.relevant[question]))
        recalls.append(recall(found, test_set.relevant[question]))
    slow = statistics.quantiles(times, n=20)[-1]
    return (
        f"{mode:8} nDCG@10 {statistics.mean(gains):.4f}  recall@{DEPTH} "
        f"{statistics.mean(recalls):.4f}  p50 {statistics.median(times):.1f} ms  "
        f"p95 {slow:.1f} ms  ({len(gains)} questions)"
    )


def main() -> None:
    """Measure one test set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--most", type=int, help="only so many of the documents")
    parser.add_argument("--directory", type=Path, help="keep the database there, and ask it again")
    arguments = parser.parse_args()
    test_set = TestSet(arguments.data, arguments.most)
    with tempfile.TemporaryDirectory() as directory:
        server = DostServer(arguments.directory or Path(directory), worker=True).start()
        account = {"username": "bench", "password": PASSWORD}
        try:
            with Client(server.api) as anonymous:
                anonymous.post("auth/register", json=account)
            # A long run outlasts a token.
            with Client(server.api, auth=SignsInAgain(server.api, "bench")) as client:
                run(client, test_set)
        finally:
            server.stop()


def run(client: Client, test_set: TestSet) -> None:
    """Send, wait, ask."""
    made = client.ok("GET", "collections")["items"]
    if not made:
        made = [client.ok("POST", "collections", json={"name": "test set"})]
        collection = made[0]["id"]
        began = time.perf_counter()
        send_all(client, test_set, collection)
        sent = time.perf_counter() - began
        chunks = wait_for_all(client, collection)
        took = time.perf_counter() - began
        print(
            f"{len(test_set.documents)} documents, {chunks} chunks: sent in {sent:.0f} s, "
            f"ready after {took:.0f} s ({chunks / took:.1f} chunks/s)"
        )
    for mode in MODES:
        print(measure(client, test_set, made[0]["id"], mode), flush=True)


if __name__ == "__main__":
    main()
