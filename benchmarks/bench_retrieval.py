"""How fast and how exactly passages are found among many: `python benchmarks/bench_retrieval.py`.

Chunks are made of the sentences of real texts, two texts each, and their vectors of the vectors of
these texts with some noise; they lie in a hundred collections of one size. Questions are real ones
and go to `POST retrieve`. What is exact is computed beside it, from all vectors.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
from bench_rag import TestSet

from dost_ext.core.database import libpq_url
from dost_ext.rag.embedding.apart import BuiltinEmbedder
from dost_ext.rag.embedding.vectors import HEAD
from dost_ext.storage import Storage
from tests.support.client import PASSWORD, Client, SignsInAgain
from tests.support.dost_server import DostServer

COLLECTIONS = 100
TEXTS = 1500
NOISE = 0.03
BATCH = 10_000
WIDTH = 384
INDEX = (
    "create index ix_chunk_vectors_embedding_384 on chunk_vectors using hnsw"
    " ((embedding::halfvec(384)) halfvec_ip_ops) with (ef_construction = 128)"
    " where vector_dims(embedding) = 384"
)


async def embedded(texts: list[str]) -> Any:
    """The vectors of texts, one a row."""
    embedder = BuiltinEmbedder(threads=2)
    try:
        vectors = await embedder.embed(texts)
    finally:
        await embedder.close()
    rows = [np.frombuffer(vector, ">f2", offset=HEAD.size) for vector in vectors]
    return np.array(rows, dtype=np.float32)


def made_id(kind: int, number: int) -> UUID:
    """The same id in every run."""
    return UUID(int=kind << 120 | 7 << 76 | 2 << 62 | number)


def collection_ids() -> list[UUID]:
    """The collections."""
    return [made_id(3, number) for number in range(COLLECTIONS)]


class Corpus:
    """As many chunks as are wanted, always the same ones."""

    def __init__(self, texts: list[str], vectors: Any, count: int) -> None:
        self._sentences = [text.split(". ") for text in texts]
        self._vectors = vectors
        self.count = count
        self.ids = [made_id(1, number) for number in range(count)]
        chooser = np.random.default_rng(1)
        self._pairs = chooser.integers(0, len(texts), (count, 2))
        self.collection = chooser.integers(0, COLLECTIONS, count)
        self.all = np.zeros((count, WIDTH), dtype=np.float16)

    def batches(self) -> Iterator[list[tuple[int, str, bytes]]]:
        """Number, text and vector of each chunk, some thousand at a time."""
        noise = np.random.default_rng(2)
        head = HEAD.pack(WIDTH, 0)
        for start in range(0, self.count, BATCH):
            pairs = self._pairs[start : start + BATCH]
            shares = noise.random((len(pairs), 1), dtype=np.float32)
            mixed = shares * self._vectors[pairs[:, 0]] + (1 - shares) * self._vectors[pairs[:, 1]]
            mixed += NOISE * noise.standard_normal(mixed.shape, dtype=np.float32)
            mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
            self.all[start : start + len(pairs)] = mixed
            sent = self.all[start : start + len(pairs)].astype(">f2")
            yield [
                (start + at, self._text(one, two, start + at), head + sent[at].tobytes())
                for at, (one, two) in enumerate(pairs)
            ]

    def _text(self, one: int, two: int, number: int) -> str:
        first, second = self._sentences[one], self._sentences[two]
        cut = number % 4
        return ". ".join(first[cut : cut + 4] + second[cut : cut + 4])

    def nearest(self, questions: Any, collections: int, k: int) -> list[set[UUID]]:
        """The chunks that really are nearest to each question, in the first collections."""
        kept = np.flatnonzero(self.collection < collections)
        scores = np.empty((len(kept), len(questions)), dtype=np.float32)
        for start in range(0, len(kept), BATCH):
            part = kept[start : start + BATCH]
            scores[start : start + BATCH] = self.all[part].astype(np.float32) @ questions.T
        best = (np.argpartition(-column, k)[:k] for column in scores.T)
        return [{self.ids[kept[at]] for at in places} for places in best]


def fill(url: str, username: str, corpus: Corpus) -> None:
    """Save all chunks as a worker would."""
    collections = collection_ids()
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        connection.execute("drop index ix_chunk_vectors_embedding_384")
        connection.execute(
            "insert into embedders (id, name, dimensions) values (1, %s, %s)",
            (BuiltinEmbedder.name, WIDTH),
        )
        connection.execute(
            "insert into collections (id, owner_id, name, created_at, updated_at)"
            " select made, users.id, 'part', now(), now()"
            " from unnest(%s::uuid[]) as made, users where username = %s",
            (collections, username),
        )
        documents: dict[int, UUID] = {}
        for batch in corpus.batches():
            _save(connection, corpus, batch, collections, documents)
            print(".", end="", flush=True)
        _count(connection)
        began = time.perf_counter()
        connection.execute("set maintenance_work_mem = '2GB'")
        connection.execute(INDEX)
        print(f"\nThe graph was built in {time.perf_counter() - began:.0f} s.")
        connection.execute("vacuum analyze")


def _save(
    connection: psycopg.Connection,
    corpus: Corpus,
    batch: list[tuple[int, str, bytes]],
    collections: list[UUID],
    documents: dict[int, UUID],
) -> None:
    """One batch; a collection's next document begins with each batch."""
    documents.clear()
    places = {int(place) for place in corpus.collection[[number for number, _, _ in batch]]}
    for place in places:
        documents[place] = made_id(2, batch[0][0] * COLLECTIONS + place)
    with connection.cursor() as cursor, connection.transaction():
        cursor.executemany(
            "insert into documents (id, collection_id, filename, media_type, size, sha256, status,"
            " created_at, updated_at) values"
            " (%s, %s, 'made', 'text/plain', 0, '', 'ready', now(), now())",
            [(documents[place], collections[place]) for place in places],
        )
        with cursor.copy(
            "copy chunks (id, document_id, number, headings, content) from stdin (format binary)"
        ) as copy:
            copy.set_types(["uuid", "uuid", "int4", "text[]", "text"])
            for number, words, _ in batch:
                place = int(corpus.collection[number])
                copy.write_row((corpus.ids[number], documents[place], number, [], words))
        with cursor.copy(
            "copy chunk_vectors (chunk_id, embedder_id, collection_id, document_id, embedding)"
            " from stdin (format binary)"
        ) as copy:
            copy.set_types(["uuid", "int2", "uuid", "uuid", "bytea"])
            for number, _, vector in batch:
                place = int(corpus.collection[number])
                ids = (corpus.ids[number], 1, collections[place], documents[place])
                copy.write_row((*ids, vector))


def _count(connection: psycopg.Connection) -> None:
    connection.execute(
        "insert into chunk_words (chunk_id, collection_id, document_id, length, words)"
        " select id, collection_id, document_id,"
        " (select coalesce(sum(cardinality(positions)), 0) from unnest(words)), words from ("
        " select c.id, d.collection_id, c.document_id, to_tsvector('english', content) as words"
        " from chunks c join documents d on d.id = c.document_id) as taken_apart"
    )
    connection.execute(
        "insert into term_counts (collection_id, term, chunks)"
        " select collection_id, term.lexeme, count(*) from chunk_words, unnest(words) as term"
        " group by 1, 2"
    )
    connection.execute(
        "update collections"
        " set languages = '{english}', chunks = found.chunks, words = found.words from"
        " (select collection_id, count(*) as chunks, sum(length) as words from chunk_words"
        " group by 1) as found where id = found.collection_id"
    )
    connection.execute(
        "update documents set chunks = found.chunks from"
        " (select document_id, count(*) as chunks from chunk_words group by 1) as found"
        " where id = found.document_id"
    )


def ask(
    client: Client, asked: dict[str, Any], questions: list[str]
) -> tuple[list[float], list[set[UUID]]]:
    """Milliseconds and chunks of each question."""
    times, found = [], []
    for question in questions:
        began = time.perf_counter()
        items = client.ok("POST", "retrieve", json={"query": question, "k": 10, **asked})["items"]
        times.append(1000 * (time.perf_counter() - began))
        found.append({UUID(item["chunk_id"]) for item in items})
    return times, found


def report(client: Client, corpus: Corpus, collections: list[str], test_set: TestSet) -> None:
    """Ask everything, print a table."""
    questions = list(test_set.questions.values())[:100]
    vectors = asyncio.run(embedded(questions))
    print("| searched | mode | p50 ms | p95 ms | recall@10 of meaning |")
    print("| --- | --- | --- | --- | --- |")
    for share in (100, 20, 5, 1):
        named = {} if share == COLLECTIONS else {"collection_ids": collections[:share]}
        for mode in ("hybrid", "text", "vector"):
            ask(client, {**named, "mode": mode}, questions[:20])  # so that all is warm
            times, found = ask(client, {**named, "mode": mode}, questions)
            exact = ""
            if mode == "vector":
                right = corpus.nearest(vectors, share, 10)
                hits = [len(one & best) for one, best in zip(found, right, strict=True)]
                exact = f"{statistics.mean(hits) / 10:.3f}"
            slow = statistics.quantiles(times, n=20)[-1]
            print(
                f"| {share} % | {mode} | {statistics.median(times):.1f} | {slow:.1f} | {exact} |",
                flush=True,
            )


async def prepare(directory: Path, username: str, corpus: Corpus) -> None:
    """Fill the database of a server that runs."""
    began = time.perf_counter()
    async with Storage(directory).opened() as database:
        await asyncio.to_thread(fill, database.url, username, corpus)
    print(f"{corpus.count} chunks were saved in {time.perf_counter() - began:.0f} s.")


def main() -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="a test set in BEIR's form")
    parser.add_argument("--chunks", type=int, default=100_000)
    parser.add_argument("--directory", type=Path, help="keep the database there, and ask it again")
    arguments = parser.parse_args()
    test_set = TestSet(arguments.data, None)
    texts = [document["text"] for document in test_set.documents[:TEXTS]]
    corpus = Corpus(texts, asyncio.run(embedded(texts)), arguments.chunks)
    with tempfile.TemporaryDirectory() as temporary:
        directory = arguments.directory or Path(temporary)
        server = DostServer(directory).start()
        account = {"username": "bench", "password": PASSWORD}
        try:
            with Client(server.api) as anonymous:
                anonymous.post("auth/register", json=account)
            # A long run outlasts a token.
            with Client(server.api, auth=SignsInAgain(server.api, "bench")) as client:
                if client.ok("GET", "collections")["items"]:
                    list(corpus.batches())
                else:
                    asyncio.run(prepare(directory, "bench", corpus))
                report(client, corpus, [str(made) for made in collection_ids()], test_set)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
