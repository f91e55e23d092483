"""Streams from Ollama's own API, which tells more than its OpenAI imitation does."""

from __future__ import annotations

from typing import Any

import aiohttp
import orjson

from dost_ext.core.errors import InvalidRequest
from dost_ext.core.params import ChatParams
from dost_ext.models.client import ChatRequest
from dost_ext.models.ollama_stream import OllamaStreamReader
from dost_ext.models.streaming import StreamingClient


class OllamaClient(StreamingClient):
    """A `ModelClient` for ``POST {base_url}/api/chat``."""

    def _reader(self, request: ChatRequest) -> OllamaStreamReader:
        return OllamaStreamReader(self._http.failures, request.model)

    async def _open(self, request: ChatRequest) -> aiohttp.ClientResponse:
        body: dict[str, Any] = {
            "model": request.model,
            "messages": _messages(request.messages),
            "stream": True,
            "options": _options(request.params),
        }
        if request.tools:
            body["tools"] = request.tools
        if request.params.reasoning_effort is not None:
            body["think"] = _think(request.model, request.params.reasoning_effort)
        response = await self._http.post("/api/chat", body)
        if response.status == 200:
            return response
        refusal = await self._refusal(response)
        raise self._http.failures.status(response.status, refusal, request.model)


def _options(params: ChatParams) -> dict[str, Any]:
    options = params.model_dump(exclude_none=True, exclude={"reasoning_effort"})
    if "max_tokens" in options:
        options["num_predict"] = options.pop("max_tokens")
    return options


def _think(model: str, effort: str) -> bool | str:
    """Ollama takes levels for gpt-oss only; other models think or do not."""
    if "gpt-oss" not in model:
        return effort != "none"
    return {"none": "low", "minimal": "low", "xhigh": "high"}.get(effort, effort)


def _messages(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """OpenAI's messages as Ollama has them: it knows calls of tools by their names."""
    names = {
        call["id"]: call["function"]["name"]
        for message in messages
        for call in message.get("tool_calls", ())
    }
    return [_message(message, names) for message in messages]


def _message(message: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    if message["role"] == "tool":
        called = names.get(message["tool_call_id"], "")
        return {"role": "tool", "tool_name": called, "content": message["content"]}
    if "tool_calls" in message:
        return {**message, "tool_calls": [_call(call) for call in message["tool_calls"]]}
    content = message.get("content")
    if not isinstance(content, list):
        return message
    text = "\n".join(part["text"] for part in content if part["type"] == "text")
    images = [_image(part["image_url"]["url"]) for part in content if part["type"] == "image_url"]
    return {**message, "content": text, **({"images": images} if images else {})}


def _call(call: dict[str, Any]) -> dict[str, Any]:
    function = call["function"]
    arguments = orjson.loads(function["arguments"])
    return {"function": {"name": function["name"], "arguments": arguments}}


def _image(url: str) -> str:
    head, comma, data = url.partition(",")
    if not (comma and head.startswith("data:") and head.endswith(";base64")):
        raise InvalidRequest("Ollama takes an image itself, not its address on the web.")
    return data
