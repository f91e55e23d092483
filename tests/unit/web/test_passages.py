"""Which passages of pages fit a question, with the real embedder."""

from __future__ import annotations

import asyncio

import pytest

from dost_ext.rag.chunking.chunker import Chunk, Chunker
from dost_ext.rag.embedding.apart import BuiltinEmbedder
from dost_ext.rag.reading.parts import Part
from dost_ext.web.passages import (
    MOST_A_PAGE,
    MOST_PASSAGES,
    Passage,
    Text,
    best_passages,
    passages_of,
)

QUESTION = "How high was the highest tide of Elm?"
TIDE = "The keeper of the harbour of Elm measured the highest tide at 7.31 metres."
OTHER = "Bread is baked from flour, water and salt, and it needs an hour of rest."


class Absent(BuiltinEmbedder):
    """An embedder that is not installed."""

    def missing(self) -> str:
        return "It is not installed."


def page(name: str, *paragraphs: str) -> Text:
    """A page of sections, each a passage."""
    sections = [f"## Part {n}\n\n{text} {'So it is. ' * 30}" for n, text in enumerate(paragraphs)]
    return Text(f"https://{name}.example/", name, chunks_of("\n\n".join(sections)))


def chunks_of(markdown: str) -> list[Chunk]:
    """The passages of a page."""
    chunker = Chunker()
    return [*chunker.take(Part(markdown, "markdown")), *chunker.rest()]


def best(
    *texts: Text, question: str = QUESTION, room: int = 100_000, embedder: type = BuiltinEmbedder
) -> list[Passage]:
    async def find() -> list[Passage]:
        one = embedder(threads=1)
        try:
            return await best_passages(one, question, texts, room)
        finally:
            await one.close()

    return asyncio.run(find())


def test_the_passage_that_answers_comes_first_wherever_it_is() -> None:
    found = best(page("bread", *[OTHER] * 5), page("elm", *[OTHER] * 8, TIDE))
    assert found[0].url == "https://elm.example/"
    assert TIDE in found[0].text
    assert found[0].headings == ("Part 8",)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_what_has_to_do_with_something_else_is_left_out() -> None:
    assert best(page("bread", *[OTHER] * 3)) == []


def test_other_words_for_the_same_are_found() -> None:
    found = best(page("elm", *[OTHER] * 3, "The sea rose to its greatest level there in 1953."))
    assert "greatest level" in found[0].text


def test_not_all_come_from_one_page() -> None:
    found = best(page("elm", *[TIDE] * 12), page("oak", TIDE))
    assert len([one for one in found if one.url == "https://elm.example/"]) == MOST_A_PAGE
    assert "https://oak.example/" in {one.url for one in found}


def test_they_fit_into_the_room_that_there_is() -> None:
    texts = [page(f"elm{n}", TIDE) for n in range(20)]
    assert len(best(*texts)) == MOST_PASSAGES
    size = len(best(*texts)[0].text.encode())
    assert len(best(*texts, room=2 * size + 10)) == 2
    assert len(best(*texts, room=1)) == 1


def test_without_an_embedder_they_are_found_by_their_words() -> None:
    found = best(page("bread", OTHER), page("elm", OTHER, TIDE), embedder=Absent)
    assert TIDE in found[0].text
    assert "https://bread.example/" not in {one.url for one in found}


def test_pages_without_text_have_none() -> None:
    assert best(Text("https://elm.example/", "Elm", [])) == []


@pytest.mark.parametrize(
    ("title", "headings"), [("The tides of Elm | News", ()), ("Elm", ("The tides of Elm",))]
)
def test_a_heading_that_is_the_title_again_is_not_said_twice(
    title: str, headings: tuple[str, ...]
) -> None:
    text = Text("https://elm.example/", title, chunks_of(f"# The tides of Elm\n\n{TIDE}"))
    (passage,) = passages_of(text)
    assert passage.headings == headings
