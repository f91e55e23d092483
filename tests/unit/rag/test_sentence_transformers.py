"""Models of the library sentence-transformers: real PyTorch, real weights, a process apart.

The built-in embedder's own weights lie in the form that the library loads, too. So what its eight
bits make of them can be told from what they are.
"""

from __future__ import annotations

import ast
import asyncio
import json
import re
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from dost_ext.core.errors import NotReady
from dost_ext.rag.embedding.apart import (
    BuiltinEmbedder,
    EmbedderApart,
    SentenceTransformersEmbedder,
)
from dost_ext.rag.embedding.vectors import HalfVector, cosine, dimensions, numbers
from tests.support.weights import weights

ROOT = Path(__file__).parents[3]
DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# Letters of a function's code: enough to find it by.
CODE = 120
# As the measure of retrieval is counted: what comes later is not looked at.
SEEN = 10


@cache
def sections() -> list[tuple[str, str]]:
    """The headings of dost's own documentation, and what stands under each."""
    texts = [file.read_text() for file in sorted((ROOT / "docs").rglob("*.md"))]
    parts = [part for text in texts for part in re.split(r"^#+ ", text, flags=re.M)[1:]]
    found = [(head, body.strip()) for head, _, body in (part.partition("\n") for part in parts)]
    return [(head, body) for head, body in found if len(body) > 80]


@cache
def purposes() -> list[tuple[str, str]]:
    """What dost's own functions and classes say they do, and how the code of each begins.

    Two thousand: with the hundred and sixty headings alone, six thousandths were chance.
    """
    trees = [ast.parse(file.read_text()) for file in sorted((ROOT / "dost_ext").rglob("*.py"))]
    parts = [part for tree in trees for part in ast.walk(tree) if isinstance(part, DOCUMENTED)]
    said = [(ast.get_docstring(part), part) for part in parts]
    return [
        (
            text.partition("\n")[0],
            f"{part.name} {ast.unparse(ast.Module(part.body[1:], []))}"[:CODE],
        )
        for text, part in said
        if text
    ]


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
    likeness = np.array([*map(numbers, questions)]) @ np.array([*map(numbers, passages)]).T
    better = (likeness > np.diag(likeness)[:, None]).sum(axis=1)
    return float(np.where(better < SEEN, 1 / np.log2(better + 2), 0).mean())


@pytest.mark.xdist_group("sentence-transformers")
def test_the_built_in_embedder_gives_the_vectors_that_the_library_gives() -> None:
    questions, passages = zip(*sections(), *purposes(), strict=True)
    texts = questions + passages
    ours = embedded(BuiltinEmbedder(), texts)
    theirs = embedded(SentenceTransformersEmbedder(weights()), texts)
    alike = {text: cosine(*pair) for text, *pair in zip(texts, ours, theirs, strict=True)}
    assert {text: like for text, like in alike.items() if like < 0.98} == {}
    count = len(questions)
    found = [gain(vectors[:count], vectors[count:]) for vectors in (ours, theirs)]
    assert found[0] == pytest.approx(found[1], abs=0.005)
    # Many say little by themselves; by chance one in two hundred would be found.
    assert min(found) > 0.15


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
