"""What code has shown, in a model's words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.core.ids import new_id
from dost_ext.execution.schemas import Execution, ExecutionStatus
from dost_ext.tools.telling import MOST_CHARACTERS, NOTHING, shortened, told


def words(*outputs: dict[str, Any], status: ExecutionStatus = "ok") -> str:
    return told(
        Execution(
            id=new_id(),
            block=None,
            code="",
            kernel_name="python3",
            language="python",
            status=status,
            execution_count=1,
            outputs=list(outputs),
            started_at=datetime(2026, 1, 1, tzinfo=UTC),
            duration_ms=1,
        )
    )


def stream(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def display(**data: Any) -> dict[str, Any]:
    named = {name.replace("_", "/"): value for name, value in data.items()}
    return {"output_type": "display_data", "data": named, "metadata": {}}


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ([], NOTHING),
        ([stream("a\n"), stream("b\n")], "a\nb"),
        ([stream("\x1b[31mred\x1b[0m")], "red"),
        ([stream(" 10%\r 50%\r100%\ndone\r\n")], "100%\ndone"),
        ([display(text_plain="   a\n0  1", text_html="<table>")], "a\n0  1"),
        ([display(text_html="<b>")], "[text/html]"),
        ([display(image_png="…")], "[image/png, which the user sees]"),
        (
            [display(text_plain="<Figure>", image_png="…")],
            "<Figure>\n[image/png, which the user sees]",
        ),
        ([display(application_json={"a": 1})], '{"a":1}'),
        (
            [{"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[1mT", "v"]}],
            "T\nv",
        ),
        ([{"output_type": "error", "ename": "E", "evalue": "v", "traceback": []}], "E: v"),
    ],
)
def test_outputs_are_told_in_plain_words(outputs: list[dict[str, Any]], said: str) -> None:
    assert words(*outputs) == said


def test_what_was_interrupted_says_so() -> None:
    assert words(stream("1\n"), status="interrupted") == "1\nThe code was interrupted."


@given(st.text(min_size=1, max_size=60), st.integers(2, 40))
def test_too_much_keeps_its_beginning_and_its_end(text: str, most: int) -> None:
    short = shortened(text, most)
    if len(text) <= most:
        assert short == text
    else:
        assert short.startswith(text[: most // 2])
        assert short.endswith(text[-(most // 2) :])
        assert "left out" in short


def test_a_hundred_megabytes_are_told_in_a_page() -> None:
    assert len(words(stream("x" * 1_000_000))) < MOST_CHARACTERS + 100
