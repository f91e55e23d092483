"""Finds out of an embedder how alike a question and its answer are to it, and others not.

Cosines of one embedder cannot be compared with those of another: to some, all texts are alike.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from dost_ext.rag.embedding.embedder import Embedder
from dost_ext.rag.embedding.vectors import cosine, dimensions

# Questions, and passages of documents that answer them.
PAIRS = (
    ("How deep is the harbour?", "Ships of up to 12 metres of draught can berth at the quay."),
    ("When was the library founded?", "In 1871 the town council opened a reading room for all."),
    ("Who pays for repairs?", "Defects of the flat are made good at the landlord's expense."),
    ("What does the pump need?", "The pump runs on 230 volts and draws 4 amperes at full load."),
    ("Does coffee raise blood pressure?", "Caffeine led to a short rise in systolic pressure."),
    ("How do I reset my password?", "Choose Forgotten on the sign-in page; a link is mailed."),
    ("Which bread keeps longest?", "Rye loaves with sourdough stay fresh for up to ten days."),
    ("Why did sales fall?", "Revenue shrank by 9 % because two large customers left."),
    ("What causes the tides?", "The moon's gravity pulls the water of the oceans towards it."),
    ("How is the sample cooled?", "Liquid nitrogen keeps the probe at 77 kelvin throughout."),
    ("When does the train leave?", "Departures towards the coast are at 7.12 and 9.40."),
    ("What is the fine for late return?", "For each week overdue two euros are charged."),
)
# Passages whose time is taken.
TIMED = 8


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What was found out."""

    dimensions: int
    # The cosine from which on a passage fits a question.
    near: float
    # That a passage of the usual length takes, once the model is there.
    milliseconds: float


async def calibrate(embedder: Embedder) -> Calibrated:
    """Try an embedder.

    Raises:
        NotReady: It cannot be had.
        ValueError: Its vectors are not all of one kind.
    """
    questions = await embedder.embed_questions([question for question, _ in PAIRS])
    answers = await embedder.embed([answer for _, answer in PAIRS])
    passage = " ".join(answer for _, answer in PAIRS)
    began = time.monotonic()
    await embedder.embed([passage] * TIMED)
    milliseconds = (time.monotonic() - began) * 1000 / TIMED
    if len({dimensions(vector) for vector in (*questions, *answers)}) != 1:
        raise ValueError("vectors of several lengths")
    together: list[float] = []
    apart: list[float] = []
    for place, question in enumerate(questions):
        for other, answer in enumerate(answers):
            (together if place == other else apart).append(cosine(question, answer))
    # Between what nine in ten of the one kind are under, and nine in ten of the other over.
    near = (_share(apart, 0.9) + _share(together, 0.1)) / 2
    return Calibrated(dimensions(answers[0]), near, milliseconds)


def _share(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
