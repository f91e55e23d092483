"""Reading server-sent events in the kernel."""

from __future__ import annotations

import pytest

from dost_magic.sse import Event, read_events

STREAM = (
    b": ping\n\n"
    b'id: 1\nevent: run\ndata: {"run_id": "r"}\n\n'
    b'id: 2\nevent: delta\ndata: {"text": "\xc3\xa7ok"}\n\n'
)


def test_events_come_with_their_number_name_and_data() -> None:
    assert list(read_events(STREAM.splitlines(keepends=True))) == [
        Event(1, "run", {"run_id": "r"}),
        Event(2, "delta", {"text": "çok"}),
    ]


def test_an_event_that_was_cut_off_is_not_one() -> None:
    lines = (STREAM + b'id: 3\nevent: delta\ndata: {"te').splitlines(keepends=True)
    assert [event.id for event in read_events(lines)] == [1, 2]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_data_may_take_several_lines(line_end: bytes) -> None:
    lines = [part + line_end for part in (b'data: {"a":', b"data: 1}", b"")]
    assert list(read_events(lines)) == [Event(0, "message", {"a": 1})]
