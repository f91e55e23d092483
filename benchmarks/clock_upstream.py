"""An OpenAI-compatible upstream whose every token is the moment at which it was written."""

from __future__ import annotations

import argparse
import asyncio
import time

from aiohttp import web

HEAD = b'data: {"choices":[{"index":0,"delta":{"content":"'
TAIL = b' "}}]}\n\n'
END = (
    b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
    b'data: {"choices":[],"usage":{"prompt_tokens":8,"completion_tokens":100}}\n\n'
    b"data: [DONE]\n\n"
)


async def complete(request: web.Request) -> web.StreamResponse:
    """Write `tokens` tokens, `rate` a second, each at its time."""
    await request.read()
    tokens, rate = request.app["tokens"], request.app["rate"]
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    begin = time.monotonic()
    for number in range(tokens):
        await asyncio.sleep(begin + number / rate - time.monotonic())
        await response.write(HEAD + b"%d" % time.monotonic_ns() + TAIL)
    await response.write(END)
    return response


async def models(request: web.Request) -> web.Response:
    """The one model."""
    return web.json_response({"data": [{"id": "clock", "object": "model"}]})


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tokens", type=int, default=100)
    parser.add_argument("--rate", type=float, default=50.0, help="tokens a second")
    options = parser.parse_args()
    app = web.Application(client_max_size=2**26)
    app["tokens"], app["rate"] = options.tokens, options.rate
    app.add_routes([web.post("/v1/chat/completions", complete), web.get("/v1/models", models)])
    web.run_app(app, host="127.0.0.1", port=options.port, backlog=1024, print=None)


if __name__ == "__main__":
    main()
