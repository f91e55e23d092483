"""Lists of models: fresh, but never waited for for long."""

from __future__ import annotations

import asyncio

import pytest

from dost_ext.core.errors import UpstreamFailed
from dost_ext.models.catalogue import Facts
from dost_ext.models.listing import Listed
from dost_ext.models.model_lists import FAILED_SECONDS, FRESH_SECONDS, ModelLists
from dost_ext.models.provider import Provider

LAB = Provider("1", "lab", "openai", "database", "http://127.0.0.1:1/v1")
OLLAMA = Provider("2", "ollama", "ollama", "discovered", "http://127.0.0.1:2")


class Servers:
    """Providers as they answer: a list, a fault, or nothing until `open` is set."""

    def __init__(self) -> None:
        self.models: list[str] = ["a"]
        self.fails = False
        self.asked = 0
        self.open = asyncio.Event()
        self.open.set()
        self.now = 0.0
        self.lists = ModelLists(self.ask, lambda: self.now)

    async def ask(self, provider: Provider, timeout: float) -> list[Listed]:
        self.asked += 1
        await self.open.wait()
        if self.fails:
            raise UpstreamFailed
        return [Listed(name, Facts()) for name in self.models]

    async def names(self, provider: Provider = LAB) -> list[str] | None:
        for _, models in await self.lists.get([provider]):
            return [listed.name for listed in models]
        return None


@pytest.fixture
def servers() -> Servers:
    return Servers()


async def test_the_first_list_is_waited_for(servers):
    assert await servers.names() == ["a"]


async def test_a_fresh_list_is_not_asked_for_again(servers):
    await servers.names()
    servers.now = FRESH_SECONDS - 1
    await servers.names()
    assert servers.asked == 1


async def test_a_stale_list_is_shown_and_renewed(servers, until):
    await servers.names()
    servers.models, servers.now = ["b"], FRESH_SECONDS + 1
    assert await servers.names() == ["a"]
    await until(lambda: servers.asked == 2)
    assert await servers.names() == ["b"]


async def test_a_provider_that_hangs_is_waited_for_once_and_shortly(servers):
    servers.open.clear()
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await servers.names() is None
    first = loop.time()
    assert await servers.names() is None
    assert 0.25 < first - began < 2
    assert loop.time() - first < 0.1


async def test_a_list_outlives_a_fault(servers, until):
    await servers.names()
    servers.fails, servers.now = True, FRESH_SECONDS + 1
    await servers.names()
    await until(lambda: servers.asked == 2)
    assert await servers.names() == ["a"]


async def test_a_server_that_was_found_running_goes_with_its_fault(servers, until):
    assert await servers.names(OLLAMA) == ["a"]
    servers.fails, servers.now = True, FRESH_SECONDS + 1
    await servers.names(OLLAMA)
    await until(lambda: servers.asked == 2)
    assert await servers.names(OLLAMA) is None


async def test_a_provider_that_failed_is_asked_again_soon(servers, until):
    servers.fails = True
    assert await servers.names() is None
    servers.fails, servers.now = False, FAILED_SECONDS + 1
    await servers.names()
    await until(lambda: servers.asked == 2)
    assert await servers.names() == ["a"]


async def test_a_changed_provider_is_asked_anew(servers):
    await servers.names()
    servers.models = ["b"]
    changed = Provider("1", "lab", "openai", "database", "http://127.0.0.1:9/v1")
    assert await servers.names(changed) == ["b"]


async def test_a_provider_that_never_answered_may_have_any_model(servers):
    servers.fails = True
    assert await servers.lists.has(LAB, "anything")


@pytest.mark.parametrize(
    ("model", "there"), [("a", True), ("a:free", True), ("b", False), ("", False)]
)
async def test_a_list_knows_its_models_and_their_variants(servers, model, there):
    await servers.names()
    assert await servers.lists.has(LAB, model) is there


async def test_a_model_that_has_just_come_is_found(servers):
    await servers.names()
    servers.models, servers.now = ["a", "b"], FAILED_SECONDS + 1
    assert await servers.lists.has(LAB, "b")


async def test_asking_for_what_is_not_there_does_not_ask_the_server_each_time(servers):
    await servers.names()
    for _ in range(10):
        await servers.lists.has(LAB, "absent")
    assert servers.asked == 1
