"""litellm against the fake model's Anthropic face; one module, since its import takes seconds."""

import sys

import pytest

from dost_ext.models.client import ChatRequest
from dost_ext.models.events import Finished, ReasoningDelta, TextDelta, ToolCallDelta, UsageReport
from dost_ext.models.failures import Failures
from dost_ext.models.litellm_client import LiteLLMClient
from dost_ext.models.transport import Timeouts
from tests.support.pictures import data_url, picture

pytestmark = pytest.mark.xdist_group("litellm")

KEY = "sk-ant-0123456789"
QUICK = Timeouts(connect=5, first_byte=2, silence=2)


warm = False


@pytest.fixture
def anthropic(fake, waits, ask, runner):
    global warm
    failures = Failures("Anthropic", fake.url, KEY)

    def client(timeouts):
        return LiteLLMClient(
            "anthropic", failures, base_url=fake.url, api_key=KEY, timeouts=timeouts, sleep=waits
        )

    if not warm:  # pay for the import, and for what the first request imports, without a limit
        runner.run(ask(client(Timeouts())))
        fake.reset()
        warm = True
    return client(QUICK)


async def test_an_answer_streams_with_reasoning_usage_and_end(anthropic, fake, ask):
    fake.queue(reasoning="let me see", reply="hello dear world")
    heard = await ask(anthropic)
    assert (heard.reasoning, heard.text) == ("let me see", "hello dear world")
    assert isinstance(heard.events[0], ReasoningDelta)
    assert heard.events[-2:] == [UsageReport(1, 6), Finished("stop")]


async def test_a_picture_reaches_the_model(anthropic, ask):
    shown = {"type": "image_url", "image_url": {"url": data_url(picture())}}
    heard = await ask(anthropic, [{"type": "text", "text": "What is it?"}, shown], model="vision")
    assert heard.text == "I see image/png of 78 bytes. What is it?"


async def test_the_request_carries_key_model_and_parameters(anthropic, fake, ask):
    await ask(anthropic, temperature=0.5, max_tokens=9, presence_penalty=1.0)
    sent = fake.requests[0]
    assert (sent.path, sent.headers["x-api-key"]) == ("/v1/messages", KEY)
    assert {k: sent.body.get(k) for k in ("model", "temperature", "max_tokens")} == {
        "model": "echo",
        "temperature": 0.5,
        "max_tokens": 9,
    }


async def test_a_tool_call_arrives_with_its_arguments(anthropic, fake, ask):
    fake.queue(reply="", tool_calls=[{"name": "search", "arguments": {"q": "tea"}}])
    calls = [e for e in (await ask(anthropic)).events if isinstance(e, ToolCallDelta)]
    assert (calls[0].name, "".join(c.arguments for c in calls)) == ("search", '{"q":"tea"}')


@pytest.mark.parametrize("params", [{}, {"reasoning_effort": "low"}])
async def test_a_model_is_told_of_tools_and_of_what_came_of_its_calls(
    anthropic, fake, ask_with_tools, params
):
    heard = await ask_with_tools(anthropic, **params)
    assert (heard.fault, heard.text) == (None, "How is it?")
    body = fake.requests[0].body
    assert body["tools"][0]["name"] == "look"
    _, said, result = body["messages"]
    assert said["content"][-1]["type"] == "tool_use"
    assert (said["content"][-1]["name"], said["content"][-1]["input"]) == ("look", {"at": "sky"})
    (part,) = result["content"]
    assert (part["type"], part["tool_use_id"]) == ("tool_result", said["content"][-1]["id"])
    assert "blue" in str(part["content"])
    # Its own thoughts would have to be sent along.
    assert "thinking" not in body


async def test_a_call_without_words_stays_without(anthropic, fake, ask_with_tools):
    assert (await ask_with_tools(anthropic, "")).fault is None
    said = fake.requests[0].body["messages"][1]
    assert [part["type"] for part in said["content"]] == ["tool_use"]


async def test_an_answer_cut_at_max_tokens_says_so(anthropic, ask):
    heard = await ask(anthropic, "one two three", max_tokens=2)
    assert (heard.text, heard.events[-1]) == ("one two", Finished("length"))


# What comes in the middle of an answer.
LATE = ("cut", "malformed", "silence", "error_in_stream")


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        ("refused", "upstream_refused", "closed the connection without an answer"),
        ("timeout", "upstream_timeout", "did not answer within 2 seconds"),
        ("401", "upstream_unauthorized", "refused the API key (401)"),
        ("404", "upstream_not_found", "does not know “echo” (404): The fake model was told"),
        ("500", "upstream_error", "failed (500): The fake model was told to answer 500."),
        ("cut", "upstream_cut", "closed the connection before the answer was complete"),
        ("malformed", "upstream_cut", "closed the connection before the answer was complete"),
        ("silence", "upstream_silent", "sent nothing for 2 seconds"),
        ("error_in_stream", "upstream_error", "The fake model ran out of imagination."),
    ],
)
async def test_each_fault_is_a_sentence_and_keeps_the_text(anthropic, fake, ask, fault, code, says):
    fake.queue(reply="one two three", fault=fault, after=2)
    heard = await ask(anthropic)
    assert heard.code == code
    assert says in heard.fault.detail
    assert KEY not in heard.fault.detail
    assert heard.text == ("one two" if fault in LATE else "")


async def test_nobody_listening_is_a_sentence(anthropic, fake, ask):
    await fake.stop()
    heard = await ask(anthropic)
    assert heard.code == "upstream_refused"
    assert "refused the connection" in heard.fault.detail


async def test_a_kind_that_litellm_does_not_know_is_a_sentence(fake, ask):
    client = LiteLLMClient("nosuch", Failures("Nosuch", fake.url), base_url=fake.url)
    assert (await ask(client)).code == "upstream_rejected"


async def test_too_many_requests_are_tried_again_after_the_wait(anthropic, fake, ask, waits):
    fake.queue(fault="429", retry_after=7)
    fake.queue(fault="429")
    assert (await ask(anthropic, "patience")).text == "patience"
    assert waits.seconds == [7.0, 2.0]


async def test_closing_the_stream_closes_the_connection(anthropic, fake, until):
    fake.queue(tokens=1000, tokens_per_second=100)
    stream = anthropic.stream(ChatRequest("echo", [{"role": "user", "content": "hi"}]))
    assert await anext(stream) == TextDelta("Lorem")
    await stream.aclose()
    await until(lambda: fake.requests[0].disconnected)


def test_the_price_table_was_not_looked_up_on_the_network():
    from litellm.litellm_core_utils import get_model_cost_map

    assert "litellm" in sys.modules
    assert get_model_cost_map.get_model_cost_map_source_info()["source"] == "local"
