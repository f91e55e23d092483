"""Our own clients against the fake model, over real sockets: what both must do alike."""

import asyncio

import pytest

from dost_ext.models.client import ChatRequest
from dost_ext.models.events import Finished, ReasoningDelta, TextDelta, ToolCallDelta, UsageReport
from dost_ext.models.openai_client import OpenAIClient
from dost_ext.models.transport import Timeouts
from tests.support.pictures import data_url, picture

PICTURE = [
    {"type": "text", "text": "What is it?"},
    {"type": "image_url", "image_url": {"url": data_url(picture())}},
]
HELLO = ChatRequest("echo", [{"role": "user", "content": "hello dear world"}])


async def test_an_answer_streams_with_usage_and_end(client, ask):
    heard = await ask(client, "hello dear world")
    assert heard.events == [
        TextDelta("hello dear world"),
        UsageReport(prompt_tokens=3, completion_tokens=3),
        Finished("stop"),
    ]


async def test_a_picture_reaches_the_model(client, ask):
    heard = await ask(client, PICTURE, model="vision")
    kind = "image/png" if isinstance(client, OpenAIClient) else "picture"
    assert heard.text == f"I see {kind} of 78 bytes. What is it?"


async def test_paced_tokens_come_one_by_one(client, fake, ask):
    fake.queue(reply="one two three", tokens_per_second=5)
    heard = await ask(client)
    assert heard.events[:3] == [TextDelta("one"), TextDelta(" two"), TextDelta(" three")]


async def test_reasoning_comes_apart_from_the_answer(client, fake, ask):
    fake.queue(reasoning="let me see", reply="yes")
    heard = await ask(client)
    assert heard.events[:2] == [ReasoningDelta("let me see"), TextDelta("yes")]


async def test_think_tags_in_the_answer_become_reasoning(client, fake, ask):
    fake.queue(reply="<think>\nlet me see\n</think>\n\nyes", tokens_per_second=500)
    heard = await ask(client)
    assert (heard.reasoning, heard.text) == ("let me see\n", "yes")


async def test_a_tool_call_arrives_with_its_arguments(client, fake, ask):
    fake.queue(reply="", tool_calls=[{"name": "search", "arguments": {"q": "tea"}}])
    heard = await ask(client)
    assert heard.events[0] == ToolCallDelta(0, "call_0", "search", '{"q":"tea"}')
    assert heard.events[-1] == Finished("tool_calls")


async def test_a_model_is_told_of_tools_and_of_what_came_of_its_calls(client, fake, ask_with_tools):
    assert (await ask_with_tools(client)).text == "How is it?"
    body = fake.requests[0].body
    assert body["tools"][0]["function"]["name"] == "look"
    _, said, result = body["messages"]
    call = said["tool_calls"][0]["function"]
    assert (said["content"], call["name"]) == ("Let me see.", "look")
    if isinstance(client, OpenAIClient):
        assert call["arguments"] == '{"at":"sky"}'
        assert result == {"role": "tool", "tool_call_id": "c1", "content": "blue"}
    else:
        assert call["arguments"] == {"at": "sky"}
        assert result == {"role": "tool", "tool_name": "look", "content": "blue"}


async def test_an_answer_cut_at_max_tokens_says_so(client, ask):
    heard = await ask(client, "one two three", max_tokens=2)
    assert (heard.text, heard.events[-1]) == ("one two", Finished("length"))


async def test_an_empty_answer_is_a_whole_answer(client, fake, ask):
    fake.queue(reply="")
    assert (await ask(client)).events[-1] == Finished("stop")


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        ("refused", "upstream_refused", "closed the connection without an answer"),
        ("timeout", "upstream_timeout", "did not answer within 2 seconds"),
        ("401", "upstream_unauthorized", "refused the API key (401). Check the key in Settings"),
        ("404", "upstream_not_found", "does not know “echo” (404)"),
        ("500", "upstream_error", "failed (500): The fake model was told to answer 500."),
    ],
)
async def test_a_fault_before_the_answer_is_a_sentence(client, fake, ask, fault, code, says):
    fake.queue(fault=fault)
    heard = await ask(client)
    assert (heard.events, heard.code) == ([], code)
    assert heard.fault.detail.startswith("Testing at http://127.0.0.1")
    assert says in heard.fault.detail


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        ("cut", "upstream_cut", "closed the connection before the answer was complete"),
        ("malformed", "upstream_malformed", "sent a piece that is not JSON"),
        ("silence", "upstream_silent", "sent nothing for 2 seconds"),
        ("error_in_stream", "upstream_error", "reported an error: The fake model ran out"),
    ],
)
async def test_a_fault_in_the_answer_keeps_its_beginning(client, fake, ask, fault, code, says):
    fake.queue(reply="one two three", fault=fault, after=2)
    heard = await ask(client)
    assert (heard.text, heard.code) == ("one two", code)
    assert says in heard.fault.detail


async def test_a_fault_gives_back_half_of_a_tag_that_was_held(client, fake, ask):
    fake.queue(reply="<thi nk", fault="cut", after=1)
    assert (await ask(client)).text == "<thi"


async def test_the_next_request_works_after_each_fault(client, fake, ask):
    for fault in ("refused", "timeout", "cut", "malformed", "silence", "error_in_stream"):
        fake.queue(reply="one two", fault=fault, after=1)
        assert (await ask(client)).fault is not None
        assert (await ask(client, "fine")).text == "fine"


async def test_nobody_listening_is_a_sentence(client, fake, ask):
    await fake.stop()
    heard = await ask(client)
    assert heard.code == "upstream_refused"
    assert "refused the connection. Check that the server is running" in heard.fault.detail


async def test_too_many_requests_are_tried_again(client, fake, ask, waits):
    fake.queue(fault="429", times=2)
    heard = await ask(client, "patience")
    assert (heard.text, waits.seconds) == ("patience", [1.0, 2.0])


async def test_the_wait_that_a_provider_asks_for_is_kept(client, fake, ask, waits):
    fake.queue(fault="429", retry_after=7)
    assert (await ask(client, "patience")).text == "patience"
    assert waits.seconds == [7.0]


async def test_too_many_requests_end_after_three_tries(client, fake, ask, waits):
    fake.queue(fault="429", times=3)
    heard = await ask(client)
    assert (heard.code, len(fake.requests)) == ("upstream_rate_limited", 3)
    assert "is being asked too often (429)" in heard.fault.detail


async def test_a_long_wait_is_reported_instead_of_waited_for(client, fake, ask, waits):
    fake.queue(fault="429", retry_after=3600)
    heard = await ask(client)
    assert (heard.code, waits.seconds) == ("upstream_rate_limited", [])


async def test_closing_the_stream_closes_the_connection(client, fake, until):
    fake.queue(tokens=1000, tokens_per_second=100)
    stream = client.stream(HELLO)
    assert await anext(stream) == TextDelta("Lorem")
    await stream.aclose()
    await until(lambda: fake.requests[0].disconnected)


async def test_cancelling_the_reader_closes_the_connection(client, fake, until):
    fake.queue(fault="timeout")

    async def read():
        async for _ in client.stream(HELLO):
            pass

    task = asyncio.create_task(read())
    await until(lambda: len(fake.requests) == 1 and fake.requests[0].body is not None)
    task.cancel()
    await until(lambda: fake.requests[0].disconnected)


async def test_many_answers_stream_side_by_side(fake, transport, ask):
    client = OpenAIClient(transport(fake.openai_url, timeouts=Timeouts()))
    texts = [f"answer number {n}" for n in range(150)]
    heard = await asyncio.gather(*(ask(client, text) for text in texts))
    assert [h.text for h in heard] == texts


async def test_a_kept_connection_that_died_is_not_the_users_trouble(client, fake, ask):
    await ask(client, "first")
    fake.queue(fault="refused")  # the kept connection fails, so does the fresh one
    assert (await ask(client)).code == "upstream_refused"
    assert len(fake.requests) == 3
