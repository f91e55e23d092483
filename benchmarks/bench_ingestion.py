"""How fast documents come in, and what that costs others: `make bench-ingestion`.

A PDF of fifty look-alike pages, from sending it to finding a passage; then a thousand small
documents and a long one, while the server is asked for its health every 20 ms and the worker is
weighed.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from tests.support.client import PASSWORD, Client
from tests.support.documents import pdf
from tests.support.dost_server import DostServer, wait_until
from tests.support.stations import PAGES, asked, stations_pdf

SMALL = 1000
LONG_PAGES = 500
SENDERS = 2
EVERY = 0.02
LINE = "The keeper of lighthouse number {} counts the ships that pass by day and night of week {}."


def until_ready(client: Client, document_id: str) -> float:
    """Seconds until a document can be searched."""
    began = time.perf_counter()
    wait_until(lambda: client.ok("GET", f"documents/{document_id}")["status"] == "ready", 1200)
    return time.perf_counter() - began


def stations(client: Client) -> None:
    """The PDF of look-alikes, and the questions to it."""
    sent = time.perf_counter()
    document = client.send_document("stations.pdf", stations_pdf())["id"]
    until_ready(client, document)
    took = time.perf_counter() - sent
    right, times = 0, []
    for question, code, page in asked() * 2:
        began = time.perf_counter()
        body = {"query": question, "k": 3, "document_ids": [document]}
        items = client.ok("POST", "retrieve", json=body)["items"]
        times.append(1000 * (time.perf_counter() - began))
        right += any(code in item["text"] and item["page"] == page for item in items)
    print(
        f"{PAGES} look-alike pages: searchable after {took:.2f} s; right passage in the first "
        f"three {right // 2} of {len(asked())}; a question p50 {statistics.median(times):.1f} ms, "
        f"p95 {statistics.quantiles(times, n=20)[-1]:.1f} ms"
    )


class Watch:
    """Asks for the server's health and weighs the worker, until it is told to stop."""

    def __init__(self, server: DostServer) -> None:
        self.answers: list[float] = []
        self.weights: list[float] = []
        self._server = server
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask), threading.Thread(target=self._weigh)]

    def __enter__(self) -> Watch:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        with Client(self._server.api) as client:
            while not self._over.wait(EVERY):
                began = time.perf_counter()
                client.ok("GET", "health")
                self.answers.append(1000 * (time.perf_counter() - began))

    def _weigh(self) -> None:
        while not self._over.wait(1):
            self.weights.append(weight_of_worker(self._server))


def weight_of_worker(server: DostServer) -> float:
    """Megabytes of the worker and of what it started, each shared page once."""
    assert server.process is not None
    total = 0
    for child in server.process.children():
        if "worker" in child.cmdline():
            for process in (child, *child.children(recursive=True)):
                try:
                    total += process.memory_full_info().pss
                except psutil.Error:
                    continue
    return total / 2**20


def many(client: Client, server: DostServer) -> None:
    """A thousand small documents."""

    def send(number: int) -> str:
        words = "\n\n".join(LINE.format(number, week) for week in range(10))
        return str(client.send_document(f"{number}.txt", words.encode())["id"])

    with Watch(server) as watch:
        began = time.perf_counter()
        with ThreadPoolExecutor(SENDERS) as senders:
            sent = list(senders.map(send, range(SMALL)))
        for document in sent:
            until_ready(client, document)
        took = time.perf_counter() - began
    tell(f"{SMALL} small documents", f"{SMALL / took:.1f} documents/s", watch)


def long(client: Client, server: DostServer) -> None:
    """One long PDF."""
    pages = ["\n".join(LINE.format(n, week) for week in range(25)) for n in range(LONG_PAGES)]
    with Watch(server) as watch:
        began = time.perf_counter()
        document = client.send_document("long.pdf", pdf(*pages))["id"]
        until_ready(client, document)
        took = time.perf_counter() - began
    chunks = client.ok("GET", f"documents/{document}")["chunks"]
    rates = f"{LONG_PAGES / took:.1f} pages/s, {chunks / took:.1f} chunks/s"
    tell(f"a PDF of {LONG_PAGES} pages", rates, watch)


def tell(what: str, rates: str, watch: Watch) -> None:
    """One line of figures."""
    slow = statistics.quantiles(watch.answers, n=100)[-1]
    tenth = max(1, len(watch.weights) // 10)
    print(
        f"{what}: {rates}; an answer meanwhile p50 {statistics.median(watch.answers):.1f} ms, "
        f"p99 {slow:.1f} ms; the worker {statistics.mean(watch.weights[:tenth]):.0f} MB at first, "
        f"{max(watch.weights):.0f} at most, {statistics.mean(watch.weights[-tenth:]):.0f} at last",
        flush=True,
    )


def main() -> None:
    """Measure."""
    with tempfile.TemporaryDirectory() as directory:
        server = DostServer(Path(directory), worker=True).start()
        try:
            with Client(server.api) as anonymous:
                account = {"username": "bench", "password": PASSWORD}
                token = anonymous.ok("POST", "auth/register", json=account)["access_token"]
            with Client(server.api, token) as client:
                # So that worker and embedder run, as they do a minute after a start.
                until_ready(client, client.send_document("warm.txt", b"warm")["id"])
                client.ok("POST", "retrieve", json={"query": "warm"})
                stations(client)
                many(client, server)
                long(client, server)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
