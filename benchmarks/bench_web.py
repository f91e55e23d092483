"""How long the web takes before an answer can begin: `make bench-web`.

Eight pages of some 35 KB of text on a server of this machine, found by a search engine that answers
at once: what is measured is dost's own part, which is fetching five of them, reading them, and
finding the passages that fit.
"""

from __future__ import annotations

import asyncio
import ipaddress
import random
import statistics
import time

from dost_ext.core.outbound import Outbound
from dost_ext.rag.embedding.apart import BuiltinEmbedder
from dost_ext.web.engines.searxng import SearXNG
from dost_ext.web.service import MOST_BYTES, WebService
from tests.support.local_web import LocalWeb, article

PAGES = 8
PARAGRAPHS = 60
QUESTION = "How high is the tide in the harbour?"
WORDS = [
    "anchor",
    "bay",
    "crane",
    "ferry",
    "gull",
    "harbour",
    "mole",
    "pier",
    "quay",
    "tide",
    "wave",
]
ROUNDS = 9


def fill(web: LocalWeb) -> None:
    """Put pages there, the same ones each time."""
    chance = random.Random(1)
    for number in range(PAGES):
        paragraphs = [" ".join(chance.choices(WORDS, k=95)) + "." for _ in range(PARAGRAPHS)]
        web.put(f"/{number}", article(f"Tides of the harbour {number}", *paragraphs))


async def measure() -> None:
    """Print milliseconds: a page that is read, and all that comes before an answer."""
    with LocalWeb() as local:
        fill(local)
        embedder = BuiltinEmbedder(threads=2)
        outbound = Outbound([ipaddress.ip_network("127.0.0.1")])
        web = WebService(SearXNG(local.origin), outbound, embedder)
        fetched, gathered = [], []
        # The first of each starts what it needs.
        for _ in range(ROUNDS + 1):
            began = time.perf_counter()
            await web.fetch(f"{local.origin}/0")
            fetched.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            assert await web.gather(QUESTION, MOST_BYTES)
            gathered.append((time.perf_counter() - began) * 1000)
        await web.close()
        await embedder.close()
    for name, values in (("a page, read", fetched), ("searched, five pages read", gathered)):
        first, *rest = values
        print(f"{name}: {statistics.median(rest):.0f} ms, the first time {first:.0f} ms")


if __name__ == "__main__":
    asyncio.run(measure())
