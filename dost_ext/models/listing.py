"""Asks a provider which models it has."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from dost_ext.core.errors import UpstreamFailed
from dost_ext.models.catalogue import Catalogue, Facts
from dost_ext.models.kinds import Listing
from dost_ext.models.provider import Provider
from dost_ext.models.transport import Transport

# What OpenAI-compatible servers list although it answers no chats.
NOT_CHAT = re.compile(
    r"embed|whisper|tts|dall-e|moderation|transcribe|rerank|realtime|gpt-image|sora|babbage|davinci",
    re.IGNORECASE,
)
# Families of models that see pictures: servers such as vLLM list nothing but names.
SEES = re.compile(
    r"vision|multimodal|llava|moondream|minicpm-?v|pixtral|internvl|smolvlm|(?<![a-z])vlm?(?![a-z])"
    r"|claude-(?!2|instant)|gemini|gpt-(?:4o|4\.1|5)"
    r"|gemma-?3(?!n?-?(?:270m|1b))|llama-?4|cogvlm|glm-4\.\dv|phi-?[34].*multimodal|molmo|aya-vision",
    re.IGNORECASE,
)
DETAILS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Listed:
    """A model that a provider has."""

    name: str
    facts: Facts


Fetch = Callable[[Transport, Catalogue, Provider, float], Awaitable[list[Listed]]]


async def list_models(
    provider: Provider, http: Transport, catalogue: Catalogue, timeout: float
) -> list[Listed]:
    """The models of a provider: those it was declared with, else those it says it has.

    Raises:
        UpstreamFailed: it did not answer within ``timeout`` seconds, or not well.
    """
    if provider.models:
        return [_known(name, provider, catalogue) for name in provider.models]
    try:
        listed = await FETCHERS[provider.kind.listing](http, catalogue, provider, timeout)
        return [_seeing(one) if provider.sees(one.name) else one for one in listed]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise http.failures.malformed("a list of models in another shape") from error


def known_facts(name: str, provider: Provider, catalogue: Catalogue) -> Facts:
    """What is known of a model whose server tells nothing: by its name."""
    known = catalogue.facts(provider.kind.litellm_name, name) or Facts(
        vision=SEES.search(name) is not None
    )
    return replace(known, vision=known.vision or provider.sees(name))


async def _openai(
    http: Transport, catalogue: Catalogue, provider: Provider, timeout: float
) -> list[Listed]:
    document = await http.fetch_json("/models", timeout)
    items = document["data"] if isinstance(document, dict) else document
    items = [item for item in items if not NOT_CHAT.search(item["id"])]
    # Newest first, where the server tells their ages.
    items.sort(key=lambda item: -int(item.get("created") or 0))
    listed = [_openai_model(item, provider, catalogue) for item in items]
    return [one for one in listed if one.facts.chat]


def _openai_model(item: dict[str, Any], provider: Provider, catalogue: Catalogue) -> Listed:
    """A model with what its server tells (OpenRouter, vLLM, Groq), else with what is known."""
    known = known_facts(item["id"], provider, catalogue)
    told = (item.get(name) for name in ("context_length", "max_model_len", "context_window"))
    window = next((value for value in told if isinstance(value, int)), known.context_window)
    supported = item.get("supported_parameters") or ()
    return Listed(
        item["id"],
        Facts(
            vision=known.vision or _tells_of_vision(item),
            tools="tools" in supported if supported else known.tools,
            reasoning=known.reasoning or "reasoning" in supported,
            context_window=window,
            chat=known.chat,
        ),
    )


def _tells_of_vision(item: dict[str, Any]) -> bool:
    """As OpenRouter, Mistral, LM Studio and Fireworks each tell it."""
    built = item.get("architecture")
    inputs = (built if isinstance(built, dict) else item).get("input_modalities") or ()
    can = item.get("capabilities") or ()
    return (
        "image" in inputs
        or (can.get("vision") is True if isinstance(can, dict) else "vision" in can)
        or item.get("type") == "vlm"
        or item.get("supports_image_input") is True
    )


async def _ollama(
    http: Transport, catalogue: Catalogue, provider: Provider, timeout: float
) -> list[Listed]:
    document = await http.fetch_json("/api/tags", timeout)
    names = [item["name"] for item in document["models"]]
    gate = asyncio.Semaphore(DETAILS_AT_ONCE)

    async def details(name: str) -> Listed:
        async with gate:
            try:
                shown = await http.fetch_json("/api/show", timeout, {"model": name})
                return Listed(name, _ollama_facts(shown) or known_facts(name, provider, catalogue))
            except UpstreamFailed:
                return Listed(name, known_facts(name, provider, catalogue))

    listed = await asyncio.gather(*map(details, names))
    return [one for one in listed if one.facts.chat]


def _ollama_facts(shown: dict[str, Any]) -> Facts | None:
    can = shown.get("capabilities")
    if can is None:  # servers before 0.6.4 do not tell
        return None
    windows = (
        v for k, v in (shown.get("model_info") or {}).items() if k.endswith("context_length")
    )
    return Facts(
        vision="vision" in can,
        tools="tools" in can,
        reasoning="thinking" in can,
        context_window=next(windows, None),
        chat="completion" in can,
    )


async def _anthropic(
    http: Transport, catalogue: Catalogue, provider: Provider, timeout: float
) -> list[Listed]:
    document = await http.fetch_json("/v1/models?limit=1000", timeout)
    return [_known(item["id"], provider, catalogue) for item in document["data"]]


async def _gemini(
    http: Transport, catalogue: Catalogue, provider: Provider, timeout: float
) -> list[Listed]:
    document = await http.fetch_json("/v1beta/models?pageSize=1000", timeout)
    return [
        _known(item["name"].removeprefix("models/"), provider, catalogue)
        for item in document["models"]
        if "generateContent" in item.get("supportedGenerationMethods", ())
        and not NOT_CHAT.search(item["name"])
    ]


async def _catalogue(
    _http: Transport, catalogue: Catalogue, provider: Provider, _timeout: float
) -> list[Listed]:
    names = catalogue.chat_models(provider.kind.litellm_name)
    return [_known(name, provider, catalogue) for name in names]


def _known(name: str, provider: Provider, catalogue: Catalogue) -> Listed:
    return Listed(name, known_facts(name, provider, catalogue))


def _seeing(listed: Listed) -> Listed:
    return replace(listed, facts=replace(listed.facts, vision=True))


FETCHERS: dict[Listing, Fetch] = {
    "openai": _openai,
    "ollama": _ollama,
    "anthropic": _anthropic,
    "gemini": _gemini,
    "catalogue": _catalogue,
}
