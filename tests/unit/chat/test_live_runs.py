"""The log of a run that is being written, for any way its text may come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.chat.live import LiveRun
from dost_ext.chat.reaper import events_of, rebuilt
from dost_ext.chat.saved import _after
from dost_ext.chat.schemas import Message, Run
from dost_ext.core.storable import storable
from dost_ext.execution.schemas import Execution
from dost_ext.rag.grounding.schemas import Citation, citations_of
from dost_ext.tools.calls import dumped
from dost_ext.tools.schemas import ToolCall, ToolResult

NOW = datetime(2026, 1, 1, tzinfo=UTC)
IDS = [UUID(int=n) for n in range(4)]
CITATION = Citation(index=1, document_id=IDS[0], title="a.pdf", page=2, text="It is.", score=0.5)

# What a model says, in pieces, some of them reasoning, some after a pause.
SAID = st.lists(
    st.tuples(st.sampled_from(["delta", "reasoning"]), st.text(max_size=5), st.booleans()),
    max_size=30,
)
Said = list[tuple[str, str, bool]]


def make_run(content: str = "") -> LiveRun:
    conversation, message, run, owner = IDS
    return LiveRun(
        Message(
            id=message,
            conversation_id=conversation,
            parent_id=None,
            role="assistant",
            content=content,
            status="streaming",
            created_at=NOW,
        ),
        Run(
            id=run,
            conversation_id=conversation,
            message_id=message,
            model="m",
            status="streaming",
            created_at=NOW,
            ended_at=None,
        ),
        owner,
    )


async def say(live: LiveRun, said: Said) -> None:
    for event, text, pause in said:
        live.say(text, event)
        if pause:
            live._window_closed()  # as the timer does when the window has passed
        await asyncio.sleep(0)


def whole(said: Said, event: str) -> str:
    return "".join(storable(text) for name, text, _ in said if name == event)


def in_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(test())


@given(SAID)
def test_no_way_of_saying_it_changes_the_text(said: Said) -> None:
    async def test() -> None:
        live = make_run("before ")
        await say(live, said)
        live.end("done", {})
        assert live.content() == "before " + whole(said, "delta")
        assert (live.reasoning() or "") == whole(said, "reasoning")
        events = events_of(b"".join(live.frames))
        assert [number for number, _, _ in events] == list(range(1, len(events) + 1))
        told = "".join(data["text"] for _, name, data in events if name == "delta")
        assert told == whole(said, "delta")

    in_loop(test)


@given(SAID, st.lists(st.integers(0, 35), min_size=1, max_size=5))
def test_readers_from_anywhere_get_exactly_the_rest(said: Said, places: list[int]) -> None:
    async def test() -> None:
        live = make_run()

        async def read(after: int) -> bytes:
            return b"".join([batch async for batch in live.follow(after)])

        readers = [asyncio.create_task(read(place)) for place in places]
        await say(live, said)
        live.end("done", {})
        latecomers = [asyncio.create_task(read(place)) for place in places]
        for place, early, late in zip(places, readers, latecomers, strict=True):
            assert await early == await late == b"".join(live.frames[place:])

    in_loop(test)


@given(SAID, st.lists(st.integers(0, 35), max_size=8), st.integers(0, 35), st.integers(0, 35))
def test_a_log_in_any_batches_rebuilds_the_message(
    said: Said, cuts: list[int], checkpoint: int, overlap: int
) -> None:
    async def test() -> None:
        live = make_run()
        at: list[tuple[str, str]] = [("", "")]  # the message after each event
        cited: list[Any] = [None]  # what may be cited, after each event
        for event, text, pause in said:
            if pause:
                live.cite([CITATION])
                at += [at[-1]] * (live.seq + 1 - len(at))
            await say(live, [(event, text, pause)])
            live.flush()
            cited += [live.citations] * (live.seq + 1 - len(cited))
            at += [(live.content(), live.reasoning() or "")] * (live.seq + 1 - len(at))
        batches = batches_of(live.frames, cuts, overlap)
        seq = min(checkpoint, live.seq)
        saved = SimpleNamespace(
            content=at[seq][0],
            reasoning=at[seq][1] or None,
            tool_calls=None,
            citations=cited[seq],
            run_seq=seq,
            message_id=IDS[1],
        )
        progress = rebuilt(saved, [b for b in batches if b.seq > seq])  # type: ignore[arg-type]
        assert (progress.content, progress.reasoning or "", progress.seq) == (*at[-1], live.seq)
        assert citations_of(progress.citations) == live.citations

    in_loop(test)


@given(
    st.lists(st.sampled_from(["call", "ask", "allow", "decline"]), max_size=8),
    st.lists(st.integers(0, 35), max_size=8),
    st.integers(0, 35),
    st.sampled_from([b"", b'"run_id":"x",']),
)
def test_a_log_rebuilds_the_calls_of_tools(
    acts: list[str], cuts: list[int], checkpoint: int, tag: bytes
) -> None:
    async def test() -> None:
        live = make_run()
        live.tag = tag
        at: list[list[dict[str, Any]] | None] = [None]  # the calls after each event
        for place, act in enumerate(acts):
            await do(live, act, f"call_{place}")
            at += [dumped(live.calls.items)] * (live.seq + 1 - len(at))
        seq = min(checkpoint, live.seq)
        kept = SimpleNamespace(
            content="",
            reasoning=None,
            tool_calls=at[seq],
            citations=None,
            run_seq=seq,
            message_id=IDS[1],
        )
        batches = batches_of(live.frames, cuts, 0)
        progress = rebuilt(kept, [b for b in batches if b.seq > seq])  # type: ignore[arg-type]
        assert progress.tool_calls == at[-1]

    in_loop(test)


def test_a_stop_that_comes_with_the_decision_is_a_stop() -> None:
    async def test() -> None:
        live = make_run()
        live.calls.called(ToolCall(id="a", name="x", arguments="{}"))
        asking = asyncio.create_task(live.calls.asked("a"))
        await asyncio.sleep(0)
        live.calls.decide("a", allowed=True)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    in_loop(test)


def test_large_outputs_of_one_answer_come_with_the_message_and_larger_ones_later() -> None:
    async def test() -> None:
        live = make_run()
        sizes = [600_000, 600_000, 15_000_000, 6_000_000]
        for number, size in enumerate(sizes):
            live.calls.ran(execution(number, "x" * size))
        told = [data for _, name, data in events_of(b"".join(live.frames)) if name == "execution"]
        assert ["outputs" in one for one in told] == [True, False, False, False]
        kept = live.calls.executions(None) or []
        assert [len(one.outputs[0]["text"]) for one in kept[:3]] == sizes[:3]
        assert "Open the chat anew" in kept[3].outputs[0]["text"]

    in_loop(test)


def execution(number: int, text: str) -> Execution:
    return Execution(
        id=UUID(int=number),
        block=None,
        code="1",
        kernel_name="python3",
        language="python",
        status="ok",
        execution_count=number,
        outputs=[{"output_type": "stream", "name": "stdout", "text": text}],
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        duration_ms=1,
    )


async def do(live: LiveRun, act: str, call_id: str) -> None:
    """Have a run call a tool, and what follows of it."""
    live.calls.called(ToolCall(id=call_id, name="x", arguments="{}", at=3))
    if act == "call":
        return
    asking = asyncio.create_task(live.calls.asked(call_id))
    await asyncio.sleep(0)
    if act != "ask":
        assert live.calls.decide(call_id, allowed=act == "allow")
        assert await asking is (act == "allow")
        live.calls.answered(call_id, ToolResult(content="so", is_error=False))
    asking.cancel()


def batches_of(frames: list[bytes], cuts: list[int], overlap: int) -> list[SimpleNamespace]:
    """A log in batches; each but the first may repeat the end of the one before."""
    ends = sorted({min(cut, len(frames)) for cut in cuts} | {0, len(frames)})
    return [
        SimpleNamespace(seq=end, frames=b"".join(frames[max(0, begin - overlap) : end]))
        for begin, end in pairwise(ends)
    ]


@given(st.integers(1, 20), st.integers(0, 20), st.integers(0, 5))
def test_what_follows_a_place_is_cut_out_of_a_batch(last: int, place: int, earlier: int) -> None:
    frames = [b'id: %d\nevent: delta\ndata: {"text":"%d"}\n\n' % (n, n) for n in range(1, last + 1)]
    first = min(earlier, last - 1)
    if place < last:
        wanted = b"".join(frames[max(place, first) :])
        assert _after(b"".join(frames[first:]), last, place) == wanted


@given(st.text(alphabet=st.characters(), max_size=20))
def test_whatever_a_model_says_can_be_stored(text: str) -> None:
    kept = storable(text)
    kept.encode()
    assert "\x00" not in kept
    assert len(kept) == len(text)


@pytest.mark.parametrize("said", ["\x00", "\ud800", "a\udfffb\x00"])
def test_what_cannot_be_stored_is_replaced(said: str) -> None:
    async def test() -> None:
        live = make_run()
        live.say(said)
        live.flush()
        assert events_of(live.frames[0])[0][2]["text"] == live.content()

    in_loop(test)


def test_text_that_comes_fast_shares_events() -> None:
    async def test() -> None:
        live = make_run()
        for _ in range(1000):
            live.say("x")
        live.end("done", {})
        assert live.content() == "x" * 1000
        assert live.seq < 20

    in_loop(test)


def test_the_first_text_goes_out_at_once() -> None:
    async def test() -> None:
        live = make_run()
        live.say("now")
        assert live.seq == 1

    in_loop(test)


def test_text_that_waits_goes_out_by_itself() -> None:
    async def test() -> None:
        live = make_run()
        live.say("first ")
        live.say("second")
        assert live.content() == "first "
        reader = live.follow(1)
        assert b"second" in await asyncio.wait_for(anext(reader), 5)

    in_loop(test)


def test_an_abandoned_run_lets_its_readers_go() -> None:
    async def test() -> None:
        live = make_run()
        live.say("x")
        reader = asyncio.create_task(_read_all(live))
        await asyncio.sleep(0)
        live.abandon()
        assert await asyncio.wait_for(reader, 5) == live.frames

    in_loop(test)


async def _read_all(live: LiveRun) -> list[bytes]:
    return [batch async for batch in live.follow(0)]
