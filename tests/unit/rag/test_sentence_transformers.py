"""Models of the library sentence-transformers: real PyTorch, real weights, a process apart.

The built-in embedder's own weights lie in the form that the library loads, too. So what its eight
bits make of them can be told from what they are.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import Sequence
from functools import cache
from math import log2
from pathlib import Path

import pytest

from dost_ext.core.errors import NotReady
from dost_ext.rag.embedding.apart import (
    BuiltinEmbedder,
    EmbedderApart,
    SentenceTransformersEmbedder,
)
from dost_ext.rag.embedding.vectors import HalfVector, cosine, dimensions
from tests.support.weights import weights

DOCS = Path(__file__).parents[3] / "docs"
# As the measure of retrieval is counted: what comes later is not looked at.
SEEN = 10


@cache
def sections() -> tuple[list[str], list[str]]:
    """The headings of dost's own documentation, and what stands under each."""
    texts = [file.read_text() for file in sorted(DOCS.rglob("*.md"))]
    parts = [part for text in texts for part in re.split(r"^#+ ", text, flags=re.M)[1:]]
    found = [(head, body.strip()) for head, _, body in (part.partition("\n") for part in parts)]
    kept = [(head, body) for head, body in found if len(body) > 80]
    return [head for head, _ in kept], [body for _, body in kept]


def embedded(embedder: EmbedderApart, texts: Sequence[str]) -> list[HalfVector]:
    async def run() -> list[HalfVector]:
        try:
            return await embedder.embed(texts)
        finally:
            await embedder.close()

    return asyncio.run(run())


def embedded_question(embedder: EmbedderApart, question: str) -> HalfVector:
    async def run() -> HalfVector:
        try:
            (found,) = await embedder.embed_questions([question])
            return found
        finally:
            await embedder.close()

    return asyncio.run(run())


def gain(questions: Sequence[HalfVector], passages: Sequence[HalfVector]) -> float:
    """The mean nDCG@10, where one passage is the answer to each question: that of its number."""
    total = 0.0
    for at, question in enumerate(questions):
        likeness = [cosine(question, passage) for passage in passages]
        better = sum(one > likeness[at] for one in likeness)
        total += 1 / log2(better + 2) if better < SEEN else 0.0
    return total / len(questions)


@pytest.mark.xdist_group("sentence-transformers")
def test_the_built_in_embedder_gives_the_vectors_that_the_library_gives() -> None:
    heads, bodies = sections()
    texts = heads + bodies
    ours = embedded(BuiltinEmbedder(), texts)
    theirs = embedded(SentenceTransformersEmbedder(weights()), texts)
    alike = {text: cosine(*pair) for text, *pair in zip(texts, ours, theirs, strict=True)}
    assert {text: like for text, like in alike.items() if like < 0.98} == {}
    count = len(heads)
    found = [gain(vectors[:count], vectors[count:]) for vectors in (ours, theirs)]
    # A hundred and sixty headings tell no less than this from chance: three of its standard errors.
    assert found[0] == pytest.approx(found[1], abs=0.02)
    # Headings that say nothing by themselves are among them.
    assert min(found) > 0.4


@pytest.mark.xdist_group("sentence-transformers")
def test_a_model_that_is_not_there_says_so() -> None:
    with pytest.raises(NotReady, match=r"^The embedder cannot be used: .*no-such-model"):
        embedded(SentenceTransformersEmbedder("/no-such-model"), ["ship"])


@pytest.mark.xdist_group("sentence-transformers")
def test_an_empty_text_and_a_long_one_have_vectors_too() -> None:
    found = embedded(SentenceTransformersEmbedder(weights()), ["", "word " * 20_000])
    assert [dimensions(vector) for vector in found] == [384, 384]


@pytest.mark.xdist_group("sentence-transformers")
def test_what_a_model_wants_before_questions_and_passages_is_put_there(tmp_path: Path) -> None:
    shutil.copytree(weights(), tmp_path, dirs_exist_ok=True)
    prompts = {"query": "a question: ", "document": "a passage: "}
    told = {"prompts": prompts, "similarity_fn_name": "cosine"}
    (tmp_path / "config_sentence_transformers.json").write_text(json.dumps(told))
    wanting, plain = (SentenceTransformersEmbedder(model) for model in (str(tmp_path), weights()))
    asked = embedded_question(wanting, "ship")
    (said,) = embedded(wanting, ["ship"])
    behind_words = embedded(plain, ["a question: ship", "a passage: ship"])
    assert [cosine(*pair) for pair in zip((asked, said), behind_words, strict=True)] == [
        pytest.approx(1, abs=0.002)
    ] * 2
    assert cosine(asked, said) < 0.98
