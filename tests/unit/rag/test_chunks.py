"""Chunks: what stays together, what is parted, and what each one knows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dost_ext.rag.chunking.chunker import AIM, LEAST, MOST, Chunk, Chunker
from dost_ext.rag.reading.parts import Form, Part

SENTENCE = "The ship came in at noon and left again before the sun went down. "


def chunks_of(*parts: Part) -> list[Chunk]:
    chunker = Chunker()
    return [chunk for part in parts for chunk in chunker.take(part)] + list(chunker.rest())


def markdown(text: str) -> list[Chunk]:
    return chunks_of(Part(text, "markdown"))


def test_an_abstract_is_one_chunk() -> None:
    text = SENTENCE * 25
    assert AIM < len(text.strip()) < MOST
    assert chunks_of(Part(text.strip(), "plain")) == [Chunk(text.strip(), None, ())]


def test_short_sections_are_together_with_their_headings() -> None:
    (chunk,) = markdown("# Fish\n\nOn Friday.\n\n# Bread\n\nEvery day.\n")
    assert chunk == Chunk("On Friday.\n\nBread\n\nEvery day.", None, ())


def test_long_sections_are_apart_and_know_what_they_lie_under() -> None:
    text = SENTENCE * 10
    found = markdown(f"# Harbour\n\n## Ships\n\n{text}\n\n## Boats\n\n{text}\n")
    assert [chunk.headings for chunk in found] == [("Harbour", "Ships"), ("Harbour", "Boats")]
    assert found[0].in_context.startswith("Harbour › Ships\nThe ship came in")


def test_a_heading_that_is_a_paragraph_is_one() -> None:
    long = "So it is. " * 400
    found = chunks_of(Part(f"# {long}\n\nwords", "markdown"))
    assert max(len(chunk.text) for chunk in found) <= MOST
    assert {chunk.headings for chunk in found} == {()}
    assert sum(chunk.text.count("So it is.") for chunk in found) == 400


def test_a_long_paragraph_is_parted_between_sentences() -> None:
    found = chunks_of(Part(SENTENCE * 100, "plain"))
    assert all(chunk.text.endswith("down.") for chunk in found)
    assert {len(chunk.text) // 200 for chunk in found[:-1]} <= {8, 9}
    assert " ".join(chunk.text for chunk in found) == (SENTENCE * 100).strip()


def test_a_long_table_is_parted_between_rows_and_each_part_has_the_header() -> None:
    rows = "\n".join(f"| {n} | the price of item number {n} |" for n in range(200))
    found = markdown(f"| No | Price |\n| --- | --- |\n{rows}\n")
    assert len(found) > 2
    assert all(chunk.text.startswith("| No | Price |\n| --- | --- |\n| ") for chunk in found)
    assert sum(chunk.text.count("the price") for chunk in found) == 200


def test_long_code_is_parted_between_lines_and_stays_fenced() -> None:
    code = "\n".join(f"value_{n} = compute({n}, 'something')" for n in range(200))
    found = markdown(f"```python\n{code}\n```\n")
    assert len(found) > 2
    assert all(c.text.startswith("```python\nvalue_") for c in found)
    assert all(c.text.endswith(")\n```") for c in found)


def test_a_chunk_begins_on_its_page() -> None:
    pages = [Part(SENTENCE * 6, "plain", page) for page in (1, 2, 3)]
    assert [chunk.page for chunk in chunks_of(*pages)] == [1, 2, 3]


def test_a_page_that_says_little_goes_with_the_next() -> None:
    found = chunks_of(Part("Title", "plain", 1), Part(SENTENCE * 6, "plain", 2))
    assert [(chunk.page, chunk.text[:6]) for chunk in found] == [(1, "Title\n")]


def test_the_outline_is_of_the_parts_and_of_the_headings_in_them() -> None:
    chunker = Chunker()
    list(chunker.take(Part("# One\n\nwords\n\n## Two\n\nwords", "markdown", 3, ("Part I",))))
    found = [(entry.level, entry.title, entry.page) for entry in chunker.outline]
    assert found == [(1, "Part I", 3), (2, "One", 3), (3, "Two", 3)]


def test_headings_alone_are_found_too() -> None:
    assert [chunk.text for chunk in markdown("# Only\n\n## Headings\n")] == ["Only\n\nHeadings"]


def test_a_hash_in_code_and_in_plain_text_is_no_heading() -> None:
    assert markdown("```\n# not one\n```\n")[0].headings == ()
    assert chunks_of(Part("# not one\n\nwords", "plain"))[0].text == "# not one\n\nwords"


@given(
    st.lists(
        st.tuples(
            st.text(max_size=4000),
            st.sampled_from(["markdown", "plain", "code"]),
            st.integers(1, 9),
        ),
        max_size=5,
    )
)
def test_no_chunk_is_empty_or_too_long(parts: list[tuple[str, Form, int]]) -> None:
    found = chunks_of(*(Part(text, form, page) for text, form, page in parts))
    assert all(chunk.text.strip() for chunk in found)
    # A short section's heading may still be put to a chunk that is nearly full.
    assert all(len(chunk.text) <= MOST + AIM + LEAST for chunk in found)
