"""Which models a provider has, in each way of asking."""

from __future__ import annotations

import pytest
from aiohttp import web

from dost_ext.core.errors import UpstreamFailed
from dost_ext.models.catalogue import Catalogue, Facts
from dost_ext.models.listing import Listed, list_models
from dost_ext.models.provider import Provider

CATALOGUE = Catalogue()


@pytest.fixture
def listed(serve, transport):
    """The models of a provider of some kind whose server has these documents by path."""

    async def listed(kind: str, documents: dict, **fields) -> list[Listed]:
        async def answer(request: web.Request) -> web.Response:
            if request.path not in documents:
                raise web.HTTPNotFound
            return web.json_response(documents[request.path])

        url = await serve(answer)
        provider = Provider("1", "p", kind, "database", url, **fields)
        return await list_models(provider, transport(url), CATALOGUE, 5)

    return listed


async def test_openai_compatible_servers_are_read_newest_first(listed):
    data = [{"id": "old", "created": 1}, {"id": "new", "created": 2}]
    found = await listed("openai", {"/models": {"data": data}})
    assert [one.name for one in found] == ["new", "old"]


async def test_what_answers_no_chats_is_left_out(listed):
    names = ["text-embedding-3-small", "whisper-1", "tts-1", "gpt-4o", "omni-moderation-latest"]
    found = await listed("openai", {"/models": {"data": [{"id": name} for name in names]}})
    assert [one.name for one in found] == ["gpt-4o"]


async def test_what_is_known_of_a_model_is_added(listed):
    (found,) = await listed("openai", {"/models": {"data": [{"id": "gpt-4o"}]}})
    assert found.facts == Facts(vision=True, tools=True, context_window=128_000)


async def test_what_the_server_tells_of_a_model_counts(listed):
    model = {
        "id": "nobody/knows-this",
        "context_length": 9000,
        "architecture": {"input_modalities": ["text", "image"]},
        "supported_parameters": ["tools", "reasoning"],
    }
    (found,) = await listed("openrouter", {"/models": {"data": [model]}})
    assert found.facts == Facts(vision=True, tools=True, reasoning=True, context_window=9000)


@pytest.mark.parametrize(
    "told",
    [
        {"architecture": {"input_modalities": ["text", "image"]}},
        {"architecture": "qwen2", "input_modalities": ["image"]},
        {"capabilities": {"vision": True, "completion_chat": True}},
        {"capabilities": ["completion", "vision"]},
        {"type": "vlm"},
        {"supports_image_input": True},
    ],
    ids=str,
)
async def test_each_server_tells_of_vision_in_its_own_way(listed, told):
    data = [{"id": "mine", **told}, {"id": "other", "capabilities": {"vision": False}}]
    found = await listed("openai", {"/models": {"data": data}})
    assert [(one.name, one.facts.vision) for one in found] == [("mine", True), ("other", False)]


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("Qwen/Qwen2.5-VL-7B-Instruct", True),
        ("llava:13b", True),
        ("gemma-3-27b-it", True),
        ("gemma-3-1b-it", False),
        ("unheard/llama-4-scout", True),
        ("Llama-3.2-11B-Vision", True),
        ("qwen3-32b", False),
        ("vllm-model", False),
    ],
)
async def test_of_a_server_that_tells_nothing_names_are_known(listed, name, sees):
    (found,) = await listed("vllm", {"/models": {"data": [{"id": name}]}})
    assert found.facts.vision is sees


@pytest.mark.parametrize("models", [(), ("house-model",)], ids=["asked for", "declared"])
async def test_an_operator_says_which_models_see(listed, models):
    documents = {"/models": {"data": [{"id": "house-model"}]}}
    (found,) = await listed("vllm", documents, models=models, vision=("house-*",))
    assert found.facts.vision


async def test_ollama_tells_what_its_models_can_do(listed):
    shown = {
        "capabilities": ["completion", "vision", "thinking"],
        "model_info": {"gemma3.context_length": 131_072},
    }
    tags = {"models": [{"name": "gemma3:4b"}]}
    found = await listed("ollama", {"/api/tags": tags, "/api/show": shown})
    facts = Facts(vision=True, tools=False, reasoning=True, context_window=131_072)
    assert found == [Listed("gemma3:4b", facts)]


async def test_ollamas_embedding_models_are_left_out(listed):
    documents = {
        "/api/tags": {"models": [{"name": "nomic-embed-text:latest"}]},
        "/api/show": {"capabilities": ["embedding"]},
    }
    assert await listed("ollama", documents) == []


async def test_an_ollama_that_tells_no_details_still_lists(listed):
    assert await listed("ollama", {"/api/tags": {"models": [{"name": "a"}]}}) == [
        Listed("a", Facts())
    ]


async def test_anthropic_and_gemini_are_asked_in_their_own_ways(listed):
    claude = await listed("anthropic", {"/v1/models": {"data": [{"id": "claude-sonnet-4-5"}]}})
    chat = {"name": "models/gemini-2.5-flash", "supportedGenerationMethods": ["generateContent"]}
    other = {"name": "models/embedding-001", "supportedGenerationMethods": ["embedContent"]}
    gemini = await listed("gemini", {"/v1beta/models": {"models": [chat, other]}})
    assert [(m.name, m.facts.vision) for m in claude + gemini] == [
        ("claude-sonnet-4-5", True),
        ("gemini-2.5-flash", True),
    ]


async def test_other_providers_models_come_from_the_table(listed):
    names = [one.name for one in await listed("bedrock", {})]
    assert len(names) > 50


async def test_declared_models_are_not_asked_for(listed):
    found = await listed("openai", {}, models=("gpt-4o", "mine"))
    assert [(one.name, one.facts.vision) for one in found] == [("gpt-4o", True), ("mine", False)]


@pytest.mark.parametrize("document", [None, {}, {"data": None}, {"data": [{}]}, [1], "text"])
@pytest.mark.parametrize(
    ("kind", "path"), [("openai", "/models"), ("ollama", "/api/tags"), ("anthropic", "/v1/models")]
)
async def test_a_list_of_another_shape_is_a_sentence(listed, kind, path, document):
    with pytest.raises(UpstreamFailed, match="a list of models in another shape"):
        await listed(kind, {path: document})
