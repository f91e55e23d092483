"""The readers without a network: however the bytes are split, the answer is the same."""

from itertools import pairwise

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.models.events import Finished, ReasoningDelta, TextDelta, UsageReport
from dost_ext.models.failures import Failures
from dost_ext.models.fake.dialects import Answer, Ollama, OpenAI
from dost_ext.models.fake.script import split_tokens
from dost_ext.models.ollama_stream import OllamaStreamReader
from dost_ext.models.openai_stream import OpenAIStreamReader

FAILURES = Failures("Testing", "http://127.0.0.1")
READERS = {"openai": (OpenAI, OpenAIStreamReader), "ollama": (Ollama, OllamaStreamReader)}
NO_SURROGATES = st.characters(exclude_categories=["Cs"])


def read(reader, pieces):
    """Feed the pieces; return the merged text, reasoning, the other events, and the fault."""
    events = [event for piece in pieces for event in reader.feed(piece)] + reader.close()
    text = "".join(e.text for e in events if isinstance(e, TextDelta))
    reasoning = "".join(e.text for e in events if isinstance(e, ReasoningDelta))
    others = [e for e in events if not isinstance(e, TextDelta | ReasoningDelta)]
    return text, reasoning, others, reader.fault and reader.fault.code


def openai(*pieces: bytes):
    return read(OpenAIStreamReader(FAILURES, "m"), pieces)


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    ends = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    return [data[a:b] for a, b in pairwise(ends)]


def wire(dialect, reasoning: str, text: str) -> bytes:
    answer = Answer("m", split_tokens(reasoning), split_tokens(text), [], False, 7, True)
    frames = dialect().frames(answer)
    return frames.opening + b"".join(frames.tokens) + frames.closing


@pytest.mark.parametrize("kind", READERS)
@given(
    text=st.text(NO_SURROGATES),
    reasoning=st.text(NO_SURROGATES),
    cuts=st.lists(st.integers(min_value=0, max_value=10_000), max_size=30),
)
def test_however_the_bytes_are_split_the_text_is_the_same(kind, text, reasoning, cuts):
    dialect, reader = READERS[kind]
    pieces = split(wire(dialect, reasoning, text), cuts)
    heard_text, heard_reasoning, others, fault = read(reader(FAILURES, "m"), pieces)
    assert (heard_text, heard_reasoning, fault) == (text, reasoning, None)
    assert [type(e) for e in others] == [UsageReport, Finished]


@given(
    before=st.sampled_from(["", "\n", "  \n"]),
    reasoning=st.text(NO_SURROGATES).map(lambda t: t.replace("<", "").lstrip("\n")),
    answer=st.text(NO_SURROGATES),
    cuts=st.lists(st.integers(min_value=0, max_value=10_000), max_size=30),
)
def test_however_a_think_tag_is_split_it_is_found(before, reasoning, answer, cuts):
    text = f"{before}<think>{reasoning}</think>\n\n{answer}"
    chunk = b"".join(
        b'data: {"choices":[{"delta":{"content":%s}}]}\n\n' % orjson.dumps(character)
        for character in text
    )
    heard = openai(*split(chunk + b"data: [DONE]\n\n", cuts))
    assert heard[:2] == (answer.lstrip(), reasoning)


@given(st.lists(st.binary(max_size=200), max_size=10))
def test_no_bytes_make_the_reader_stumble(pieces):
    for _, reader in READERS.values():
        assert read(reader(FAILURES, "m"), pieces)[3] in {
            None,
            "upstream_cut",
            "upstream_malformed",
            "upstream_error",
        }


@given(
    st.recursive(
        st.none() | st.integers() | st.text() | st.booleans(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "choices",
                        "delta",
                        "content",
                        "usage",
                        "error",
                        "message",
                        "tool_calls",
                        "function",
                        "index",
                        "done",
                        "code",
                        "x_groq",
                        "finish_reason",
                    ]
                ),
                inner,
            )
        ),
    )
)
def test_no_json_makes_the_reader_stumble(value):
    for _, reader in READERS.values():
        line = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS) if _fits(value) else b"0"
        prefix = b"data: " if reader is OpenAIStreamReader else b""
        read(reader(FAILURES, "m"), [prefix + line + b"\n\n"])


def _fits(value) -> bool:
    try:
        orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):
        return False
    return True


CHUNK = b'{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}'


@pytest.mark.parametrize(
    "stream",
    [
        b"data: %s\n\n" % CHUNK,
        b"data:%s\n\ndata:[DONE]\n\n" % CHUNK,
        b"data: %s\r\n\r\ndata: [DONE]\r\n\r\n" % CHUNK,
        b"data: %s\r\rdata: [DONE]\r\r" % CHUNK,
        b"data: %s\ndata: [DONE]\n" % CHUNK,
        b"data: %s" % CHUNK,
        b": keep-alive\n\nevent: message\nid: 1\ndata: %s\n\n" % CHUNK,
        b'data: {"choices":[{"delta":{"content":"a"},\ndata: "finish_reason":"stop"}]}\n\n',
        b"\xef\xbb\xbf\n\ndata: %s\n\ndata: [DONE]" % CHUNK,
        b'data: {"choices":[{"delta":{"content":[{"type":"text","text":"a"}]}}]}\ndata: [DONE]\n',
    ],
)
def test_every_dialect_of_event_streams_is_read(stream):
    text, _, others, fault = openai(stream)
    assert (text, others, fault) == ("a", [Finished("stop")], None)


def test_text_of_one_read_is_one_event():
    reader = OpenAIStreamReader(FAILURES, "m")
    assert reader.feed(b"data: %s\n\n" % CHUNK * 50) == [TextDelta("a" * 50)]


@pytest.mark.parametrize("name", ["reasoning", "reasoning_content"])
def test_reasoning_is_known_by_both_its_names(name):
    chunk = b'data: {"choices":[{"delta":{"%s":"hm"}}]}\n\ndata: [DONE]\n\n' % name.encode()
    assert openai(chunk)[1] == "hm"


def test_an_answer_without_an_end_is_cut():
    assert openai(b'data: {"choices":[{"delta":{"content":"a"}}]}\n\n')[3] == "upstream_cut"


def test_usage_in_every_chunk_is_reported_once():
    chunk = b'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":%d}}\n\n'
    others = openai(chunk % 1, chunk % 2, b"data: [DONE]\n\n")[2]
    assert others == [UsageReport(1, 2), Finished("stop")]


def test_a_line_without_end_does_not_fill_the_memory():
    reader = OpenAIStreamReader(FAILURES, "m")
    reader.feed(b"data: " + b"x" * (33 * 2**20))
    assert reader.fault is not None
    assert reader.fault.code == "upstream_malformed"


@pytest.mark.parametrize("beginning", [b"data: ", b"{"])
def test_an_event_without_end_does_not_fill_the_memory(beginning):
    reader = OpenAIStreamReader(FAILURES, "m")
    for _ in range(40):
        reader.feed(beginning + b"x" * 2**20 + b"\n")
    assert reader.fault is not None
    assert reader.fault.code == "upstream_malformed"
