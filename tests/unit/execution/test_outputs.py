"""What a kernel says, as the outputs of a cell."""

from __future__ import annotations

from typing import Any

import nbformat
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.execution.outputs import MOST_BYTES, MOST_TEXT, Outputs, bounded, overwritten
from tests.support.code import Shown
from tests.support.sse import Event

ANYTHING = st.text(st.characters(), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | ANYTHING,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANYTHING, inner, max_size=3),
    max_leaves=5,
)
BUNDLE = st.dictionaries(ANYTHING, JSON, max_size=3)
DISPLAY_ID = st.sampled_from(["one", "two"])
MESSAGES = st.one_of(
    st.tuples(
        st.just("stream"),
        st.fixed_dictionaries({"name": st.sampled_from(["stdout", "stderr"]), "text": ANYTHING}),
    ),
    st.tuples(
        st.sampled_from(["display_data", "update_display_data"]),
        st.fixed_dictionaries(
            {
                "data": BUNDLE,
                "metadata": BUNDLE,
                "transient": st.fixed_dictionaries({"display_id": DISPLAY_ID}),
            }
        ),
    ),
    st.tuples(
        st.just("error"),
        st.fixed_dictionaries(
            {"ename": ANYTHING, "evalue": ANYTHING, "traceback": st.lists(ANYTHING, max_size=2)}
        ),
    ),
    st.tuples(st.just("clear_output"), st.fixed_dictionaries({"wait": st.booleans()})),
    st.tuples(st.just("comm_msg"), st.just({})),
)


def told(*messages: tuple[str, dict[str, Any]]) -> tuple[Outputs, Shown]:
    """The outputs after some messages, and what a client that follows makes of the events."""
    outputs, shown = Outputs(), Shown()
    for kind, content in messages:
        shown.events += [Event(None, name, data) for name, data in outputs.take(kind, content)]
    return outputs, shown


def stream(text: str, name: str = "stdout") -> tuple[str, dict[str, Any]]:
    return "stream", {"name": name, "text": text}


def display(text: str, display_id: str | None = None, kind: str = "display_data") -> Any:
    transient = {"display_id": display_id} if display_id else {}
    return kind, {"data": {"text/plain": text}, "metadata": {}, "transient": transient}


@given(st.lists(MESSAGES, max_size=12))
def test_whatever_a_kernel_says_is_valid_can_be_stored_and_is_what_followers_see(
    messages: list[tuple[str, dict[str, Any]]],
) -> None:
    outputs, shown = told(*messages)
    stored = orjson.dumps(outputs.items)
    assert b"\\u0000" not in stored
    cell = nbformat.v4.new_code_cell(outputs=orjson.loads(stored))
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    followed = [_written_over(output) for output in shown.outputs]
    assert followed == [_written_over(output) for output in outputs.items]


def _written_over(output: dict[str, Any]) -> dict[str, Any]:
    if output["output_type"] != "stream":
        return output
    return {**output, "text": overwritten("", output["text"])}


def test_text_of_one_stream_is_one_output() -> None:
    outputs, _ = told(stream("a"), stream("b\n"), stream("c", "stderr"), stream("d"))
    assert [(o["name"], o["text"]) for o in outputs.items] == [
        ("stdout", "ab\n"),
        ("stderr", "c"),
        ("stdout", "d"),
    ]


def test_what_is_cleared_with_wait_stays_until_something_takes_its_place() -> None:
    outputs, shown = told(stream("a"), ("clear_output", {"wait": True}))
    assert outputs.items == shown.outputs != []
    outputs, shown = told(stream("a"), ("clear_output", {"wait": True}), stream("b"))
    assert [o["text"] for o in outputs.items] == ["b"]
    assert shown.outputs == outputs.items


def test_an_update_changes_every_display_of_its_name() -> None:
    outputs, shown = told(
        display("1", "bar"),
        display("other"),
        display("1", "bar"),
        display("2", "bar", "update_display_data"),
    )
    assert [o["data"]["text/plain"] for o in outputs.items] == ["2", "other", "2"]
    assert shown.outputs == outputs.items


def test_too_much_text_is_cut_with_a_line_that_says_so() -> None:
    outputs, shown = told(*[stream("x" * 60_000) for _ in range(50)], stream("the end"))
    assert outputs.items[0]["text"] == "x" * MOST_TEXT
    assert "the rest of it is left out" in outputs.items[1]["text"]
    assert len(outputs.items) == 2
    assert shown.outputs == outputs.items


def error(*traceback: str) -> tuple[str, dict[str, Any]]:
    return "error", {"ename": "E", "evalue": "why", "traceback": list(traceback)}


def test_an_error_and_a_picture_come_after_too_much_text() -> None:
    long = stream("x" * (MOST_TEXT + 1))
    outputs, shown = told(long, display("plot"), stream("more"), error("a traceback"))
    kinds = [output["output_type"] for output in outputs.items]
    assert kinds == ["stream", "stream", "display_data", "error"]
    assert outputs.items[-1]["traceback"] == ["a traceback"]
    assert shown.outputs == outputs.items


def test_too_large_a_picture_is_left_out_with_a_line_that_says_so() -> None:
    large = display("x" * (MOST_BYTES + 1))
    outputs, _ = told(large, large, display("small"), stream("text"))
    line, small, text = outputs.items
    assert line["text"].count("10 MB in all") == 1
    assert (small["data"]["text/plain"], text["text"]) == ("small", "text")


def test_an_update_too_large_changes_nothing_and_a_line_says_so() -> None:
    large = display("x" * (MOST_BYTES + 1), "bar", "update_display_data")
    outputs, shown = told(display("1", "bar"), large, large)
    kept, line = outputs.items
    assert kept["data"]["text/plain"] == "1"
    assert line["text"].count("10 MB in all") == 1
    assert shown.outputs == outputs.items


def test_an_error_comes_where_all_else_is_taken_and_is_shortened() -> None:
    full = display("x" * (MOST_BYTES - 100))
    outputs, _ = told(full, error("first " + "x" * 1_000_000, "the last line"))
    (_, shown) = outputs.items
    lines = "\n".join(shown["traceback"])
    assert len(lines) < 51_000
    assert (lines[:5], lines[-13:]) == ("first", "the last line")
    assert "characters are left out" in lines


def test_errors_without_end_come_to_an_end() -> None:
    outputs, _ = told(*[error("x" * 40_000)] * 300)
    assert outputs.size < MOST_BYTES + 2 * 2**20
    assert "10 MB in all" in outputs.items[-1]["text"]


def test_after_clearing_there_is_room_again() -> None:
    outputs, _ = told(stream("x" * (MOST_TEXT + 1)), ("clear_output", {}), stream("fresh"))
    assert [o["text"] for o in outputs.items] == ["fresh"]


def test_a_progress_bar_takes_the_room_of_one_line() -> None:
    bars = [stream(f"\r{n:5}%|{'#' * (n // 100):10}|") for n in range(1000)]
    outputs, _ = told(stream("Begin\n"), *bars, stream("\nEnd"))
    (output,) = outputs.items
    assert output["text"] == f"Begin\n\r  999%|{'#' * 9} |\nEnd".replace("\r", "")


@pytest.mark.parametrize(
    ("before", "more", "together"),
    [
        ("a", "b", "ab"),
        ("a\n", "\rb", "a\nb"),
        ("long line", "\rab", "long line\rab"),
        ("ab", "\rabc", "abc"),
        ("ab\r", "\nc", "ab\nc"),
        ("ab\r", "cd", "cd"),
        ("ab", "\r", "ab\r"),
        ("\x1b[31mab\x1b[0m", "\rcd", "cd"),
    ],
)
def test_what_is_written_over_for_good_goes(before: str, more: str, together: str) -> None:
    assert overwritten(before, more) == together


@given(st.lists(st.text("ab\r\n\x1b[31m ", max_size=8), max_size=6))
def test_writing_over_changes_nothing_that_is_seen(pieces: list[str]) -> None:
    plain = [piece.replace("\x1b", "") for piece in pieces]
    kept = ""
    for piece in plain:
        kept = overwritten(kept, piece)
    assert _as_seen(kept) == _as_seen("".join(plain))


def _as_seen(text: str) -> list[str]:
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        seen = ""
        for drawn in line.split("\r"):
            seen = drawn + seen[len(drawn) :]
        lines.append(seen)
    return lines


def nested(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("levels", [250, 400])
def test_json_that_is_nested_too_deeply_is_left_out_and_its_text_is_not(levels: int) -> None:
    outputs = Outputs()
    data = {"application/json": nested(levels), "text/plain": "deep"}
    content = {"data": data, "metadata": {"deep": nested(levels)}}
    outputs.take("display_data", content)
    assert outputs.items == [
        {"output_type": "display_data", "data": {"text/plain": "deep"}, "metadata": {}}
    ]
    outputs.take("display_data", {"data": {"application/json": nested(100)}})
    assert outputs.items[1]["data"] == {"application/json": nested(100)}


def test_of_outputs_from_elsewhere_those_that_fit_are_kept() -> None:
    big = {"output_type": "stream", "name": "stdout", "text": "x" * 9_000_000}
    assert bounded([big]) == [big]
    kept, line = bounded([big, big, big])
    assert kept == big
    assert "what has no room is left out" in line["text"]
    assert bounded([kept, line]) == [kept, line]
