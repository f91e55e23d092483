"""How well it is told what fits a question and what a question is about: `make bench-grounding`.

The bounds of `dost_ext.rag.grounding` beside what they part: cosines of questions and the abstracts
that answer them, of questions about other things and the nearest abstract, and how like the
examples questions about a whole document are, and others. The questions are in other words than
the examples.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import numpy as np
from bench_rag import TestSet

from dost_ext.rag.embedding.apart import BuiltinEmbedder
from dost_ext.rag.embedding.vectors import numbers
from dost_ext.rag.grounding.overview import ALIKE, Overviews

QUESTIONS = 60
DOCUMENTS = 1000
ELSEWHERE = (
    "When did the library of Norburg burn?",
    "How do transistors amplify electric currents?",
    "What is the capital of France?",
    "Who won the football match yesterday?",
    "How do I bake rye bread?",
    "What is the access code of station Karvo?",
    "How many pages does the contract have?",
    "What are the payment terms of the lease?",
    "What is the deadline for the tax return?",
    "How tall is Mount Everest?",
    "Explain the plot of Hamlet",
    "Which Python version is required?",
    "What's the warranty period of the washing machine?",
    "Who is the CEO of the company?",
    "How is the weather in Ankara?",
)
WHOLE = (
    "what is this?",
    "tell me about this document",
    "what do I need to know",
    "summary",
    "Summary please",
    "sum up the paper",
    "What is the paper's main contribution?",
    "Briefly describe the content of the attachment",
    "key points",
    "What are these documents about?",
    "overview of the collection",
    "I need a short abstract of this report",
    "What does it deal with?",
    "Main ideas of the text?",
    "explain it in simple terms",
    "What is the purpose of this document?",
    "Describe the file",
    "condense this into a paragraph",
    "Which subjects does the collection treat?",
    "give me bullet points of the most important things",
)
PART = (
    "When did the library burn?",
    "What is the access code of station X?",
    "How long is the mole of the harbour?",
    "What is the warranty period?",
    "Summarise chapter 3 on transistors",
    "What does the document say about payment terms?",
    "Who wrote the letter?",
    "What are the main causes of the French revolution?",
    "Which page mentions the deadline?",
    "list all dates",
    "What is said about bees?",
    "Explain equation 4",
    "What is the conclusion about vitamin D?",
    "Is there a table of prices?",
    "What is BM25?",
    "How do I install the software?",
    "And the second one?",
    "Who is the author of the document?",
    "What does the report recommend on safety?",
    "How many pages does the contract have?",
)


async def fitting(embedder: BuiltinEmbedder, test_set: TestSet) -> None:
    """Print how near what answers a question is, and how near what does not."""
    asked = list(test_set.relevant)[:QUESTIONS]
    answers = {document for question in asked for document in test_set.relevant[question]}
    others = [one["_id"] for one in test_set.documents if one["_id"] not in answers]
    texts = {one["_id"]: f"{one['title']}\n{one['text']}" for one in test_set.documents}
    ids = [*answers, *others[: DOCUMENTS - len(answers)]]
    documents = await vectors(embedder, [texts[document] for document in ids])
    questions = await vectors(embedder, [test_set.questions[question] for question in asked])
    near = questions @ documents.T
    places = {document: place for place, document in enumerate(ids)}
    best = [
        max(float(near[row, places[document]]) for document in test_set.relevant[question])
        for row, question in enumerate(asked)
    ]
    elsewhere = (await vectors(embedder, list(ELSEWHERE)) @ documents.T).max(axis=1)
    shares = np.percentile(best, [5, 10, 50])
    print(f"{len(ids)} abstracts; a passage fits from a cosine of {BuiltinEmbedder.near:.2f}")
    print(f"what answers {len(asked)} questions, 5 / 10 / 50 %: {np.round(shares, 2)}")
    print(f"  of these at or above: {np.mean(np.array(best) >= BuiltinEmbedder.near):.0%}")
    print(f"the nearest to {len(ELSEWHERE)} questions about other things: {elsewhere.max():.2f}")


async def overviews(embedder: BuiltinEmbedder) -> None:
    """Print how many questions about a whole, and how many others, are taken for such."""
    known = Overviews(embedder)
    for name, questions in (("the whole", WHOLE), ("something in it", PART)):
        taken = [question for question in questions if await known.asked(question)]
        print(f"about {name}: {len(taken)} of {len(questions)} are over {ALIKE}")


async def vectors(embedder: BuiltinEmbedder, texts: list[str]) -> np.ndarray:
    """Rows of length one."""
    return np.array([numbers(vector) for vector in await embedder.embed(texts)])


async def measure(data: Path) -> None:
    """Print all figures."""
    embedder = BuiltinEmbedder(threads=2)
    try:
        await fitting(embedder, TestSet(data, None))
        await overviews(embedder)
    finally:
        await embedder.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the directory of a test set in BEIR's format")
    asyncio.run(measure(parser.parse_args().data))
