"""The fake model as a real HTTP server on the loopback."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any, Self
from weakref import WeakSet

import orjson
from aiohttp import web
from pydantic import ValidationError

from dost_ext.models.fake.dialects import Answer, Anthropic, Dialect, Ollama, OpenAI
from dost_ext.models.fake.pacing import Pacer
from dost_ext.models.fake.pictures import pictures_in
from dost_ext.models.fake.script import DEFAULT_PACE, Script, script_for, split_tokens

MODELS = ("echo", "lorem", "script", "vision")
# Those that say they see pictures.
SEEING = ("vision",)
RECORDED = 1000
# With the usual 128, a burst of 200 connections would wait a second for a lost SYN.
BACKLOG = 1024


@dataclass(slots=True)
class RecordedRequest:
    """One request that the fake model received; ``disconnected`` turns true if the client left."""

    path: str
    headers: dict[str, str]
    body: Any = field(default=None)
    disconnected: bool = False
    finished: bool = False


class FakeModel:
    """A model server for tests: ``async with FakeModel() as fake: … fake.openai_url``.

    A queued script decides what the next request for an answer gets, whatever its model; without
    one the model does (see `script_for`). With ``api_key`` every other key is refused.
    """

    def __init__(self, *, tokens_per_second: float = DEFAULT_PACE, api_key: str | None = None):
        self.requests: deque[RecordedRequest] = deque(maxlen=RECORDED)
        self.port = 0
        self._pace = tokens_per_second
        self._api_key = api_key
        self._queue: deque[Script] = deque()
        self._pacer = Pacer()
        self._known: WeakSet[asyncio.BaseTransport] = WeakSet()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The server's root: Ollama's and Anthropic's base URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def openai_url(self) -> str:
        """OpenAI's base URL."""
        return f"{self.url}/v1"

    def queue(self, script: Script | None = None, **fields: Any) -> None:
        """Have the next request answered by ``script``, or by the script with these fields."""
        self._queue.append(script or Script.model_validate(fields))

    def reset(self) -> None:
        """Forget queued scripts and recorded requests."""
        self._queue.clear()
        self.requests.clear()

    async def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1, on a free port unless one is named."""
        app = web.Application(client_max_size=64 * 2**20)
        app.add_routes(
            [
                web.get("/v1/models", self._list_openai),
                web.get("/api/tags", self._list_ollama),
                web.post("/api/show", self._show_ollama),
                web.post("/v1/chat/completions", self._chat(OpenAI())),
                web.post("/api/chat", self._chat(Ollama())),
                web.post("/v1/messages", self._chat(Anthropic())),
                web.get("/control/requests", self._show_requests),
                web.post("/control/queue", self._queue_script),
                web.post("/control/reset", self._reset),
            ]
        )
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, backlog=BACKLOG)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _chat(self, dialect: Dialect) -> Any:
        async def answer(request: web.Request) -> web.StreamResponse:
            record = await self._record(request)
            try:
                response = await self._answer(request, dialect, record)
            except asyncio.CancelledError:
                record.disconnected = True
                raise
            record.disconnected = request.transport is None or request.transport.is_closing()
            record.finished = not record.disconnected
            return response

        return answer

    async def _answer(
        self, request: web.Request, dialect: Dialect, record: RecordedRequest
    ) -> web.StreamResponse:
        assert request.transport is not None
        body = record.body
        if not isinstance(body, dict) or not isinstance(body.get("messages"), list):
            return _json(dialect.error(400, "The fake model found no messages."), 400)
        if self._refuses(request):
            return _json(dialect.error(401, "The fake model does not know this key."), 401)
        script = self._script(body, fresh=request.transport not in self._known)
        self._known.add(request.transport)
        match script.fault:
            case "refused":
                request.transport.abort()
                return web.Response()
            case "timeout":
                await asyncio.Event().wait()
            case "401" | "404" | "429" | "500":
                return _refusal(dialect, int(script.fault), script)
        answer = _answer_to(body, script)
        # Ollama streams unless told not to, the others stream if told to.
        if not body.get("stream", isinstance(dialect, Ollama)):
            await asyncio.sleep(script.first_token_delay)
            return _json(dialect.whole(answer), 200)
        return await self._stream(request, dialect, answer, script)

    async def _stream(
        self, request: web.Request, dialect: Dialect, answer: Answer, script: Script
    ) -> web.StreamResponse:
        transport = request.transport
        assert transport is not None
        response = web.StreamResponse(headers={"Content-Type": dialect.content_type})
        response.enable_chunked_encoding()
        await response.prepare(request)
        frames = dialect.frames(answer)
        pieces = frames.tokens if script.fault is None else frames.tokens[: script.after]
        pieces = [_http_chunk(piece) for piece in pieces]
        closing = frames.closing
        match script.fault:
            case "malformed":
                closing = dialect.malformed + frames.closing
            case "error_in_stream":
                closing = dialect.error_frame("The fake model ran out of imagination.")
            case "silence" | "cut":
                closing = b""
        if frames.opening:
            pieces[:1] = [b"".join([_http_chunk(frames.opening), *pieces[:1]])]
        interval = 1 / script.tokens_per_second if script.tokens_per_second else 0.0
        await self._pacer.send(transport, pieces, script.first_token_delay, interval)
        if script.fault == "silence":
            await asyncio.Event().wait()
        if script.fault == "cut":
            transport.close()
        else:
            with contextlib.suppress(ConnectionError):  # the client left
                await response.write(closing)
                await response.write_eof()
        return response

    def _script(self, body: dict[str, Any], *, fresh: bool) -> Script:
        if self._queue:
            script = self._queue[0]
            # A client may silently repeat a request that failed on a connection it had kept, so
            # such a failure uses the script up on a fresh connection only.
            if script.fault == "refused" and not fresh:
                return script
            if script.times > 1:
                self._queue[0] = script.model_copy(update={"times": script.times - 1})
            else:
                self._queue.popleft()
            return script
        asked = _last_user_message(body)
        return script_for(
            _model(body),
            _text(asked),
            self._pace,
            pictures=pictures_in(asked),
            rounds=_rounds_since(body),
        )

    def _refuses(self, request: web.Request) -> bool:
        if self._api_key is None:
            return False
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self._api_key not in (bearer, request.headers.get("x-api-key"))

    async def _record(self, request: web.Request) -> RecordedRequest:
        record = RecordedRequest(request.path, {str(k): v for k, v in request.headers.items()})
        self.requests.append(record)
        with contextlib.suppress(orjson.JSONDecodeError):
            record.body = orjson.loads(await request.read())
        return record

    async def _list_openai(self, request: web.Request) -> web.Response:
        if self._refuses(request):
            return _json(OpenAI().error(401, "The fake model does not know this key."), 401)
        data = [{"id": m, "object": "model", "created": 0, "owned_by": "dost"} for m in MODELS]
        return _json({"object": "list", "data": data}, 200)

    async def _list_ollama(self, _request: web.Request) -> web.Response:
        models = [{"name": f"{m}:latest", "model": f"{m}:latest", "size": 0} for m in MODELS]
        return _json({"models": models}, 200)

    async def _show_ollama(self, request: web.Request) -> web.Response:
        shown = orjson.loads(await request.read())
        can = ["completion", *(["vision"] if _model(shown) in SEEING else [])]
        facts = {"capabilities": can, "model_info": {"fake.context_length": 8192}}
        return _json(facts, 200)

    async def _show_requests(self, _request: web.Request) -> web.Response:
        return _json({"items": [asdict(record) for record in self.requests]}, 200)

    async def _queue_script(self, request: web.Request) -> web.Response:
        try:
            self.queue(Script.model_validate_json(await request.read()))
        except ValidationError as error:
            return _json({"error": str(error)}, 422)
        return web.Response(status=204)

    async def _reset(self, _request: web.Request) -> web.Response:
        self.reset()
        return web.Response(status=204)


def _json(document: Any, status: int, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        body=orjson.dumps(document),
        status=status,
        headers=headers,
        content_type="application/json",
    )


def _http_chunk(data: bytes) -> bytes:
    """Bytes as one chunk of HTTP's chunked encoding, ready for the socket."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def _refusal(dialect: Dialect, status: int, script: Script) -> web.Response:
    headers = {} if script.retry_after is None else {"Retry-After": f"{script.retry_after:g}"}
    message = f"The fake model was told to answer {status}."
    return _json(dialect.error(status, message), status, headers)


def _answer_to(body: dict[str, Any], script: Script) -> Answer:
    options = body.get("options") or {}
    limit = body.get("max_tokens") or body.get("max_completion_tokens")
    limit = limit or options.get("num_predict")
    whole = script.answer_tokens()
    tokens = whole if limit is None else whole[:limit]
    return Answer(
        model=str(body.get("model")),
        reasoning=script.reasoning_tokens(),
        tokens=tokens,
        tool_calls=script.tool_calls,
        cut_short=len(tokens) < len(whole),
        prompt_tokens=sum(len(split_tokens(_text(m))) for m in body["messages"]),
        include_usage=bool((body.get("stream_options") or {}).get("include_usage")),
    )


def _model(body: dict[str, Any]) -> str:
    return str(body.get("model")).removesuffix(":latest")


def _last_user_message(body: dict[str, Any]) -> dict[str, Any]:
    asked = [m for m in body["messages"] if m.get("role") == "user" and not _is_results(m)]
    return asked[-1] if asked else {}


def _rounds_since(body: dict[str, Any]) -> int:
    """How often the model has called tools since the user spoke."""
    rounds = 0
    for message in reversed(body["messages"]):
        if message.get("role") == "user" and not _is_results(message):
            break
        rounds += bool(message.get("tool_calls")) or _has_part(message, "tool_use")
    return rounds


def _is_results(message: dict[str, Any]) -> bool:
    """Whether it is one of Anthropic's, where results are parts of a user's message."""
    return _has_part(message, "tool_result")


def _has_part(message: dict[str, Any], kind: str) -> bool:
    content = message.get("content")
    return isinstance(content, list) and any(part.get("type") == kind for part in content)


def _text(message: dict[str, Any]) -> str:
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return " ".join(str(part["text"]) for part in content if "text" in part)
