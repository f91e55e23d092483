"""Calls of tools as models write and read them."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.tools.calls import (
    UNANSWERED,
    answer_messages,
    call_messages,
    calls_of,
    cut_at,
    in_words,
    rounds_of,
    units,
)
from dost_ext.tools.schemas import ToolCall, ToolResult

TEXT = st.text(max_size=40)


def call(at: int = 0, arguments: str = '{"code": "1"}', **fields: Any) -> ToolCall:
    return ToolCall(id=f"c{at}", name="run_code", arguments=arguments, at=at, **fields)


@given(st.lists(TEXT, min_size=1, max_size=5))
def test_a_text_is_cut_where_it_was_joined(pieces: list[str]) -> None:
    places = [units("".join(pieces[:end])) for end in range(1, len(pieces))]
    assert cut_at("".join(pieces), places) == pieces


@given(TEXT, st.lists(st.integers(0, 100), max_size=5).map(sorted))
def test_a_cut_anywhere_loses_no_more_than_a_character_cut_in_two(
    text: str, places: list[int]
) -> None:
    pieces = cut_at(text, places)
    assert len(pieces) == len(places) + 1
    assert units("".join(pieces)) == units(text)


def test_an_answer_is_its_rounds_in_order() -> None:
    content = "One.\n\nTwo."
    made = [call(units(content)), call(4)]
    assert rounds_of(content, made) == [("One.", [made[1]]), ("\n\nTwo.", [made[0]]), ("", [])]


@pytest.mark.parametrize(
    ("content", "at", "pieces"),
    [
        ("One more sentence.\n\nTwo.", 4, ["One more sentence.", "\n\nTwo."]),
        ("One more sentence.", 4, ["One more sentence.", ""]),
        ("One.\n\nTwo.", 6, ["One.\n\n", "Two."]),
        ("One.", 0, ["", "One."]),
        ("One.", 99, ["One.", ""]),
    ],
)
def test_in_an_edited_answer_a_call_stands_between_paragraphs(
    content: str, at: int, pieces: list[str]
) -> None:
    assert [text for text, _ in rounds_of(content, [call(at)])] == pieces


def test_calls_of_one_round_are_one_message() -> None:
    first, second = call(4), call(4).model_copy(update={"id": "other"})
    said = answer_messages("One.\n\nTwo.", [first, second])
    assert [one["role"] for one in said] == ["assistant", "tool", "tool", "assistant"]
    assert [one["id"] for one in said[0]["tool_calls"]] == ["c4", "other"]
    assert said[-1] == {"role": "assistant", "content": "Two."}


def test_rounds_without_words_between_them_are_told_one_after_the_other() -> None:
    first, second = call(4), call(4, round=1).model_copy(update={"id": "other"})
    roles = [one["role"] for one in answer_messages("One.", [first, second])]
    assert roles == ["assistant", "tool", "assistant", "tool"]


def test_a_call_without_a_result_was_stopped() -> None:
    assert answer_messages("", [call()])[1]["content"] == UNANSWERED


@pytest.mark.parametrize("arguments", ["", '{"code": "1', "[1]", "5", "words"])
def test_arguments_that_are_no_object_are_sent_back_as_one(arguments: str) -> None:
    sent = call_messages("", [call(arguments=arguments)])[0]["tool_calls"][0]
    assert orjson.loads(sent["function"]["arguments"]) == {"unreadable": arguments}


@given(TEXT, TEXT)
def test_in_words_nothing_of_a_call_is_lost(code: str, shown: str) -> None:
    arguments = orjson.dumps({"code": code}).decode()
    made = call(3, arguments, result=ToolResult(content=shown, is_error=False))
    told = in_words("Hi.", [made])
    assert told.startswith("Hi.")
    assert code.rstrip() in told
    assert shown.rstrip() in told


def test_what_a_later_dost_says_of_a_call_is_passed_over() -> None:
    (found,) = calls_of([{"id": "a", "name": "look", "arguments": "{}", "mood": "good"}])
    assert found.name == "look"


@pytest.mark.parametrize("strange", [None, [], [None, 5, "x", {"id": 1}, {"look": "up"}]])
def test_what_is_no_call_is_none(strange: Any) -> None:
    assert calls_of(strange) == []


def test_calls_from_before_they_had_places_are_calls() -> None:
    (found,) = calls_of([{"id": "a", "name": "look", "arguments": "{}"}])
    assert (found.at, found.result) == (0, None)
