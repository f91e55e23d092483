"""The built-in embedder, with its real weights, in its real process."""

from __future__ import annotations

import asyncio
import os
import signal
import struct
from collections.abc import Awaitable, Callable
from typing import TypeVar

import psutil
import pytest

from dost_ext.core.errors import NotReady
from dost_ext.rag.embedding import files
from dost_ext.rag.embedding.apart import BuiltinEmbedder
from dost_ext.rag.embedding.calibration import calibrate
from dost_ext.rag.embedding.vectors import HalfVector, as_text, dimensions

T = TypeVar("T")


def with_embedder(work: Callable[[BuiltinEmbedder], Awaitable[T]], **options: float) -> T:
    async def run() -> T:
        embedder = BuiltinEmbedder(**options)
        try:
            return await work(embedder)
        finally:
            await embedder.close()

    return asyncio.run(run())


def embedded(*texts: str) -> list[HalfVector]:
    return with_embedder(lambda embedder: embedder.embed(texts))


def cosine(one: HalfVector, other: HalfVector) -> float:
    a, b = (struct.unpack_from(">384e", vector, 4) for vector in (one, other))
    return sum(x * y for x, y in zip(a, b, strict=True))


def test_a_vector_has_384_numbers_and_length_one() -> None:
    (vector,) = embedded("The lighthouse keeper counts ships.")
    assert (dimensions(vector), len(vector)) == (384, 4 + 2 * 384)
    assert cosine(vector, vector) == pytest.approx(1, abs=0.002)


def test_texts_of_one_meaning_lie_near_each_other() -> None:
    cat, kitten, tax = embedded("The cat sleeps.", "A kitten is napping.", "Taxes rise in May.")
    assert cosine(cat, kitten) > 0.5 > 0.2 > cosine(cat, tax)


def test_the_vectors_come_in_the_order_of_the_texts() -> None:
    texts = [f"{'word ' * (40 - n)}number {n}" for n in range(40)]
    together = embedded(*texts)
    for at in (0, 17, 39):
        assert cosine(together[at], embedded(texts[at])[0]) > 0.98


def test_a_long_text_and_an_empty_one_have_vectors_too() -> None:
    assert [dimensions(vector) for vector in embedded("word " * 20_000, "")] == [384, 384]


def test_a_vector_is_written_as_the_database_reads_it() -> None:
    assert as_text(struct.pack(">HH3e", 3, 0, 0.5, -1.0, 0.25)) == "[0.5,-1.0,0.25]"


def test_one_that_is_killed_is_started_again() -> None:
    async def work(embedder: BuiltinEmbedder) -> bool:
        before = await embedder.embed(["ship"])
        assert embedder.pid is not None
        os.kill(embedder.pid, signal.SIGKILL)
        return before == await embedder.embed(["ship"])

    assert with_embedder(work)


def test_whoever_stops_waiting_leaves_nothing_for_the_next() -> None:
    async def work(embedder: BuiltinEmbedder) -> list[HalfVector]:
        await embedder.embed(["warm"])
        asking = asyncio.create_task(embedder.embed(["a long text " * 200] * 50))
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        return await embedder.embed(["ship"])

    assert with_embedder(work) == embedded("ship")


def test_many_may_ask_at_once() -> None:
    async def work(embedder: BuiltinEmbedder) -> list[list[HalfVector]]:
        return await asyncio.gather(*(embedder.embed([word]) for word in ("ship", "tax") * 5))

    found = with_embedder(work)
    assert found == [embedded("ship"), embedded("tax")] * 5


def test_it_ends_when_nothing_is_asked() -> None:
    async def work(embedder: BuiltinEmbedder) -> None:
        await embedder.embed(["ship"])
        assert embedder.pid is not None
        process = psutil.Process(embedder.pid)
        await asyncio.to_thread(process.wait, 30)
        assert not process.is_running()

    with_embedder(work, idle_seconds=0.05)


def test_without_its_files_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "NETWORK", "nowhere.onnx")
    with pytest.raises(NotReady, match="dost model install"):
        embedded("ship")


def test_the_built_in_one_is_found_to_be_what_it_is_known_to_be() -> None:
    """The bound of any other embedder is found in the same way, from as few questions."""
    found = with_embedder(calibrate)
    assert found.dimensions == BuiltinEmbedder.dimensions
    assert abs(found.near - BuiltinEmbedder.near) < 0.1
    assert found.milliseconds > 0
