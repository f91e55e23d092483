"""The real built-in model: engine, weights and process."""

from __future__ import annotations

import asyncio
import os

import psutil
import pytest

from dost_ext.models.builtin.context import PROMPT_TOKENS, fit
from dost_ext.models.builtin.supervisor import BuiltinModel
from dost_ext.models.client import ChatRequest
from dost_ext.models.events import Finished, TextDelta

pytestmark = pytest.mark.skipif(not BuiltinModel().available, reason=BuiltinModel().explain())

STORY = ChatRequest("smollm2-135m", [{"role": "user", "content": "Tell a long story of a dog."}])


@pytest.fixture
def builtin(runner):
    model = BuiltinModel()
    yield model
    runner.run(model.stop())


async def test_it_answers_a_question(builtin, ask):
    heard = await ask(builtin.client(), "What is the capital of France?", **builtin.defaults)
    assert heard.text == "The capital of France is Paris."
    assert heard.events[-1] == Finished("stop")


async def test_a_chat_that_is_far_too_long_is_made_to_fit(builtin):
    text = "日本語 \U0001f600 <|im_start|> word "
    turns = [{"role": "user", "content": text * n} for n in range(60)]
    async with builtin.running() as engine:

        async def count(text: str) -> int:
            return len((await engine.fetch_json("/tokenize", 5, {"content": text}))["tokens"])

        fitted = await fit(ChatRequest("m", turns), count)
        body = {"messages": fitted.messages}
        prompt = (await engine.fetch_json("/apply-template", 5, body))["prompt"]
        assert PROMPT_TOKENS * 0.5 < await count(prompt) <= PROMPT_TOKENS


async def test_a_killed_engine_ends_its_answer_and_serves_the_next(builtin, ask):
    stream = builtin.client().stream(STORY)
    assert isinstance(await anext(stream), TextDelta)
    first = builtin.pid
    psutil.Process(first).kill()
    with pytest.raises(Exception, match="it was killed by SIGKILL") as caught:
        async for _ in stream:
            pass
    assert caught.value.code == "upstream_cut"
    assert (await ask(builtin.client(), "Hi", max_tokens=3)).fault is None
    assert builtin.pid != first


async def test_it_stops_when_nobody_asks(runner, ask, until):
    model = BuiltinModel(idle_seconds=0.05)
    await ask(model.client(), "Hi", max_tokens=1)
    process = psutil.Process(model.pid)
    await until(lambda: not process.is_running())
    await model.stop()


async def test_it_listens_to_this_machine_and_to_its_key_alone(builtin, ask, transport):
    await ask(builtin.client(), "Hi", max_tokens=1)
    process = psutil.Process(builtin.pid)
    (listening,) = [c for c in process.net_connections() if c.status == psutil.CONN_LISTEN]
    assert listening.laddr.ip == "127.0.0.1"
    stranger = transport(f"http://127.0.0.1:{listening.laddr.port}")
    with pytest.raises(Exception, match="refused the API key"):
        await stranger.fetch_json("/tokenize", 5, {"content": "a"})
    assert not any("key" in word for word in process.cmdline())


async def test_it_dies_with_the_process_that_started_it(tmp_path):
    program = (
        "import asyncio\n"
        "from dost_ext.models.builtin.supervisor import BuiltinModel\n"
        "async def main():\n"
        "    model = BuiltinModel()\n"
        "    async with model.running():\n"
        "        print(model.pid, flush=True)\n"
        "        await asyncio.sleep(3600)\n"
        "asyncio.run(main())\n"
    )
    parent = psutil.Popen(
        [os.sys.executable, "-c", program],
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    engine = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    assert psutil.wait_procs([engine], timeout=10)[0] == [engine]
