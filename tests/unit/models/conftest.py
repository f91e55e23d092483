"""Fixtures for models: an event loop for each test, the fake model in it, and clients for it."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from dost_ext.core.errors import UpstreamFailed
from dost_ext.core.params import ChatParams
from dost_ext.models.client import ChatRequest, ModelClient
from dost_ext.models.events import ModelEvent, ReasoningDelta, TextDelta
from dost_ext.models.failures import Failures
from dost_ext.models.fake import FakeModel
from dost_ext.models.ollama_client import OllamaClient
from dost_ext.models.openai_client import OpenAIClient
from dost_ext.models.transport import SharedSession, Timeouts, Transport

# Short enough to wait for, long enough for a machine that has other things to do.
QUICK = Timeouts(connect=5, first_byte=2, silence=2)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run coroutine tests on the loop that their fixtures used."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    pyfuncitem.funcargs["runner"].run(pyfuncitem.obj(**arguments))
    return True


@pytest.fixture(autouse=True)
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def fake(runner: asyncio.Runner) -> Iterator[FakeModel]:
    fake = FakeModel()
    runner.run(fake.start())
    yield fake
    runner.run(fake.stop())


@dataclass
class Waits:
    """Stands in for sleeping: notes how long, and returns at once."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def session(runner: asyncio.Runner) -> Iterator[SharedSession]:
    session = SharedSession()
    yield session
    runner.run(session.close())


@pytest.fixture
def transport(session: SharedSession, waits: Waits) -> Callable[..., Transport]:
    def make(url: str, key: str | None = None, timeouts: Timeouts = QUICK) -> Transport:
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        failures = Failures("Testing", url, key)
        return Transport(url, failures, session, headers=headers, timeouts=timeouts, sleep=waits)

    return make


@pytest.fixture
def openai(fake: FakeModel, transport: Callable[..., Transport]) -> OpenAIClient:
    return OpenAIClient(transport(fake.openai_url))


@pytest.fixture
def ollama(fake: FakeModel, transport: Callable[..., Transport]) -> OllamaClient:
    return OllamaClient(transport(fake.url))


@pytest.fixture(params=["openai", "ollama"])
def client(request: pytest.FixtureRequest) -> ModelClient:
    """Each of our own clients in turn."""
    return request.getfixturevalue(request.param)


@dataclass
class Heard:
    """All that came of one request."""

    events: list[ModelEvent] = field(default_factory=list)
    fault: UpstreamFailed | None = None

    @property
    def text(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, TextDelta))

    @property
    def reasoning(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, ReasoningDelta))

    @property
    def code(self) -> str | None:
        return self.fault.code if self.fault else None


Ask = Callable[..., Awaitable[Heard]]


@pytest.fixture
def ask() -> Ask:
    async def ask(client: ModelClient, text: str = "hi", model: str = "echo", **params) -> Heard:
        messages = [{"role": "user", "content": text}]
        return await send(client, ChatRequest(model, messages, ChatParams(**params)))

    return ask


@pytest.fixture
def ask_with_tools() -> Ask:
    """Ask a model that has a tool, has called it and is told what came of it."""

    async def ask(client: ModelClient, said: str = "Let me see.", **params) -> Heard:
        tool = {"name": "look", "description": "Look.", "parameters": {"type": "object"}}
        call = {"id": "c1", "type": "function"}
        call["function"] = {"name": "look", "arguments": '{"at":"sky"}'}
        messages = [
            {"role": "user", "content": "How is it?"},
            {"role": "assistant", "content": said, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": "blue"},
        ]
        tools = [{"type": "function", "function": tool}]
        return await send(client, ChatRequest("echo", messages, ChatParams(**params), tools))

    return ask


async def send(client: ModelClient, request: ChatRequest) -> Heard:
    """All that a model answers."""
    heard = Heard()
    try:
        async with aclosing(client.stream(request)) as events:
            async for event in events:
                heard.events.append(event)
    except UpstreamFailed as fault:
        heard.fault = fault
    return heard


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Wait for a condition, five seconds at most."""

    async def until(condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 (what is waited for has no event)
                await asyncio.sleep(0.005)

    return until


@pytest.fixture
def serve(runner: asyncio.Runner) -> Iterator[Callable[..., Awaitable[str]]]:
    """A server with one answer to everything, for what the fake model cannot be told to do."""
    runners: list[web.AppRunner] = []

    async def serve(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        runners.append(web.AppRunner(app, access_log=None, shutdown_timeout=0.1))
        await runners[-1].setup()
        await web.TCPSite(runners[-1], "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runners[-1].addresses[0][1]}"

    yield serve
    for one in runners:
        runner.run(one.cleanup())
