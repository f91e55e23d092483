"""What only OpenAI-compatible servers do."""

import pytest
from aiohttp import web

from dost_ext.models.client import ChatRequest
from dost_ext.models.events import Finished, TextDelta
from dost_ext.models.openai_client import OpenAIClient


async def test_parameters_that_are_not_set_are_not_sent(openai, fake, ask):
    await ask(openai, "hi", temperature=0.0, stop=["END"])
    assert fake.requests[0].body == {
        "model": "echo",
        "messages": [{"role": "user", "content": "hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.0,
        "stop": ["END"],
    }


async def test_image_parts_pass_through_untouched(openai, fake):
    image = {
        "type": "image_url",
        "image_url": {"url": "data:image/png;base64,iVBO", "detail": "low"},
    }
    message = {"role": "user", "content": [{"type": "text", "text": "what is it"}, image]}
    async for _ in openai.stream(ChatRequest("echo", [message])):
        pass
    assert fake.requests[0].body["messages"] == [message]


async def test_the_key_is_sent_and_never_said(fake, transport, ask):
    key = "sk-secret-0123456789"
    fake.queue(fault="401")
    heard = await ask(OpenAIClient(transport(fake.openai_url, key)))
    assert fake.requests[0].headers["Authorization"] == f"Bearer {key}"
    assert key not in heard.fault.detail


async def test_a_key_that_the_server_quotes_is_blotted_out(serve, transport, ask):
    key = "sk-secret-0123456789"

    async def quote(_request):
        return web.json_response(
            {"error": {"message": f"bad key {key} or sk-oth***7890"}}, status=400
        )

    heard = await ask(OpenAIClient(transport(await serve(quote), key)))
    assert "bad key … or …" in heard.fault.detail


async def test_a_connection_is_used_again_after_a_whole_answer(serve, transport, ask):
    peers = set()

    async def answer(request):
        peers.add(request.transport.get_extra_info("peername"))
        return web.Response(
            text='data: {"choices":[{"delta":{"content":"a"}}]}\n\ndata: [DONE]\n\n'
        )

    client = OpenAIClient(transport(await serve(answer)))
    for _ in range(3):
        assert (await ask(client)).text == "a"
    assert len(peers) == 1


async def test_a_server_that_refuses_stream_options_is_asked_without(serve, transport, ask):
    bodies = []

    async def pedant(request):
        bodies.append(await request.json())
        if "stream_options" in bodies[-1]:
            return web.json_response(
                {"detail": "stream_options: extra fields not permitted"}, status=422
            )
        return web.Response(text="data: [DONE]\n\n")

    client = OpenAIClient(transport(await serve(pedant)))
    assert [(await ask(client)).code for _ in range(2)] == [None, None]
    assert ["stream_options" in body for body in bodies] == [True, False, False]


async def test_a_reasoning_model_gets_its_limit_by_the_name_it_knows(serve, transport, ask):
    bodies = []

    async def modern(request):
        bodies.append(await request.json())
        if "max_tokens" in bodies[-1]:
            error = {"message": "Use 'max_completion_tokens' instead of 'max_tokens'."}
            return web.json_response({"error": error}, status=400)
        return web.Response(text="data: [DONE]\n\n")

    client = OpenAIClient(transport(await serve(modern)))
    assert (await ask(client, max_tokens=5)).fault is None
    assert bodies[-1]["max_completion_tokens"] == 5


async def test_a_request_that_is_not_accepted_is_not_sent_for_ever(serve, transport, ask):
    count = 0

    async def refuse(_request):
        nonlocal count
        count += 1
        words = "stream_options and max_completion_tokens are both wrong"
        return web.json_response({"error": words}, status=400)

    heard = await ask(OpenAIClient(transport(await serve(refuse))), max_tokens=5)
    assert (heard.code, count) == ("upstream_rejected", 3)


async def test_a_server_that_does_not_stream_is_understood(serve, transport, ask):
    async def whole(_request):
        message = {"role": "assistant", "content": "all at once"}
        return web.json_response({"choices": [{"message": message, "finish_reason": "stop"}]})

    heard = await ask(OpenAIClient(transport(await serve(whole))))
    assert heard.events == [TextDelta("all at once"), Finished("stop")]


@pytest.mark.parametrize(
    ("response", "code", "says"),
    [
        (
            {"text": "<!doctype html><p>Hello", "content_type": "text/html"},
            "upstream_malformed",
            "a web page",
        ),
        ({"status": 302, "headers": {"Location": "/x"}}, "upstream_rejected", "redirection"),
        (
            {"status": 503, "text": "<html>"},
            "upstream_error",
            "overloaded or still starting (503).",
        ),
        ({"text": ""}, "upstream_cut", "before the answer was complete"),
        ({"text": "{}"}, "upstream_malformed", "another shape"),
        ({"text": '{"error": "no such route"}'}, "upstream_error", "no such route"),
        ({"text": "data: null\n\n"}, "upstream_malformed", "another shape"),
    ],
)
async def test_strange_answers_are_named(serve, transport, ask, response, code, says):
    async def answer(_request):
        return web.Response(**response)

    heard = await ask(OpenAIClient(transport(await serve(answer))))
    assert heard.code == code
    assert says in heard.fault.detail
