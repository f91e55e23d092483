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
from dost_ext.rag.grounding.overview import NEARER, Overviews

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
    "Give me the short version",
    "Break this down for me",
    "What's the upshot of the report?",
    "Which topics do my notes touch on?",
    "Please describe the paper to somebody who has never heard of it",
    "What is the author trying to say?",
    "Draft a teaser for this article",
    "Summarise it as a table",
    "Could you tell me what I have uploaded?",
    "what's in the file",
    "Explain the text to a child",
    "What is the plot?",
    "Provide an outline with the main sections",
    "Do these documents deal with the same subject?",
    "Sum up the minutes of the meeting",
    "What should I remember from this lecture?",
    "Tell me everything important in here",
    "I need a digest of these mails",
    "What's the point of this paper?",
    "Write a review of the book",
    "Get me up to speed on this project",
    "Give a one-paragraph description",
    "Which results does the thesis present?",
    "Simplify the document",
    "What is it all about?",
)
PART = (
    "What is the speed limit in tunnels?",
    "Who chaired the meeting?",
    "How is the sample heated?",
    "When is the next payment due?",
    "What did the witness say about the car?",
    "Summarise the section on taxes",
    "What does the abbreviation HNSW stand for?",
    "Is my dog covered by the insurance?",
    "Which countries signed first?",
    "What is the difference between the two drugs?",
    "How many goals did she score?",
    "Explain the third step of the proof",
    "What is the maximum load of the crane?",
    "Who is Ayla's brother?",
    "Find the paragraph on cancellation",
    "Does vitamin C shorten a cold?",
    "What is the summary of table 2?",
    "What was the turnover last year?",
    "Which command starts the server?",
    "How do I change the filter?",
    "What are the opening hours?",
    "List the ingredients",
    "What does clause 7 say?",
    "Why is the sky blue?",
    "And what about the second engine?",
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
        print(f"about {name}: {len(taken)} of {len(questions)} are over {NEARER}")


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
