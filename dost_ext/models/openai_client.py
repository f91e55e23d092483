"""Streams from any OpenAI-compatible server through our own reader."""

from __future__ import annotations

from typing import Any

import aiohttp

from dost_ext.models.client import ChatRequest
from dost_ext.models.openai_stream import OpenAIStreamReader
from dost_ext.models.streaming import StreamingClient
from dost_ext.models.transport import Transport


class OpenAIClient(StreamingClient):
    """A `ModelClient` for ``POST {base_url}/chat/completions``."""

    def __init__(self, http: Transport) -> None:
        super().__init__(http)
        self._usage_refused = False
        self._limit_names: dict[str, str] = {}

    def _reader(self, request: ChatRequest) -> OpenAIStreamReader:
        return OpenAIStreamReader(self._http.failures, request.model)

    async def _open(self, request: ChatRequest) -> aiohttp.ClientResponse:
        while True:
            response = await self._http.post("/chat/completions", self._body(request))
            if response.status == 200:
                return response
            refusal = await self._refusal(response)
            if not self._learn(response.status, refusal, request):
                raise self._http.failures.status(response.status, refusal, request.model)

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        params = request.params.model_dump(exclude_none=True)
        if "max_tokens" in params:
            name = self._limit_names.get(request.model, "max_tokens")
            params[name] = params.pop("max_tokens")
        body = {"model": request.model, "messages": request.messages, "stream": True, **params}
        if request.tools:
            body["tools"] = request.tools
        if not self._usage_refused:
            body["stream_options"] = {"include_usage": True}
        return body

    def _learn(self, status: int, refusal: bytes, request: ChatRequest) -> bool:
        """Whether the server refused a field that we can leave out or name differently."""
        if status not in (400, 422):
            return False
        if not self._usage_refused and b"stream_options" in refusal:
            self._usage_refused = True
            return True
        # OpenAI's reasoning models know the limit by this name only.
        if b"max_completion_tokens" in refusal and request.model not in self._limit_names:
            self._limit_names[request.model] = "max_completion_tokens"
            return request.params.max_tokens is not None
        return False
