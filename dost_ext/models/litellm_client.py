"""Streams from every other provider through litellm, which only this file imports."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any

import aiohttp

from dost_ext.core.errors import UpstreamFailed
from dost_ext.models.batch import Batch
from dost_ext.models.client import ChatRequest
from dost_ext.models.events import Finished, FinishReason, ModelEvent, ToolCallDelta, UsageReport
from dost_ext.models.failures import Failures, message_of
from dost_ext.models.openai_stream import FINISH_REASONS
from dost_ext.models.retries import Retries, Sleep
from dost_ext.models.transport import Timeouts

# Set before the import: otherwise litellm fetches price and header tables from the network and
# reads a `.env` file from the working directory.
ENVIRONMENT = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
    "LITELLM_LOCAL_POLICY_TEMPLATES": "True",
    "LITELLM_LOCAL_AUTOROUTER_PRESETS": "True",
    "LITELLM_MODE": "PRODUCTION",
}


def _load() -> Any:
    """Import litellm; takes 2 to 14 seconds the first time, so never on the event loop."""
    os.environ.update(ENVIRONMENT)
    import litellm

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    # Anthropic refuses thoughts after calls whose own thoughts are not sent along: then it goes
    # on without.
    litellm.modify_params = True
    # Its log lines quote requests; what went wrong reaches the user as our own sentence.
    logging.getLogger("LiteLLM").disabled = True
    return litellm


class LiteLLMClient:
    """A `ModelClient` for one account with one provider that litellm knows.

    Args:
        kind: litellm's name of the provider, e.g. ``anthropic`` or ``gemini``.
    """

    def __init__(
        self,
        kind: str,
        failures: Failures,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeouts: Timeouts | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._kind = kind
        self._failures = failures
        self._base_url = base_url
        self._api_key = api_key
        self._timeouts = timeouts or Timeouts()
        self._sleep = sleep

    async def stream(self, request: ChatRequest) -> AsyncGenerator[ModelEvent, None]:
        """Stream the answer; see `ModelClient`.

        Parameters that the provider does not know are left out. litellm passes over a piece that it
        cannot read, and all that follows it; then nothing says that the answer is complete.
        """
        chunks = await self._open(request)
        batch = Batch()
        end = _End()
        fault: UpstreamFailed | None = None
        limit = self._timeouts.first_byte
        try:
            while fault is None:
                try:
                    async with asyncio.timeout(limit):
                        chunk = await anext(chunks, None)
                except Exception as error:
                    fault = self._translate(error, request, limit, began=True)
                    break
                if chunk is None:
                    fault = None if _is_complete(chunks) else self._failures.cut()
                    break
                end.read(chunk, batch)
                for event in batch.take():
                    yield event
                limit = self._timeouts.silence
            if fault is None:
                end.close(batch)
            for event in batch.flush():
                yield event
            if fault is not None:
                raise fault
        finally:
            await chunks.aclose()  # type: ignore[attr-defined]

    async def _open(self, request: ChatRequest) -> AsyncIterator[Any]:
        litellm = await asyncio.to_thread(_load)
        retries = Retries(self._sleep)
        limit = self._timeouts.first_byte
        while True:
            try:
                async with asyncio.timeout(limit):
                    chunks: AsyncIterator[Any] = await litellm.acompletion(
                        model=f"{self._kind}/{request.model}",
                        messages=[_spoken(one) for one in request.messages],
                        stream=True,
                        stream_options={"include_usage": True},
                        api_key=self._api_key,
                        api_base=self._base_url,
                        drop_params=True,
                        num_retries=0,
                        max_retries=0,
                        timeout=limit,
                        **_with_tools(request),
                        **request.params.model_dump(exclude_none=True),
                    )
                    return chunks
            except Exception as error:
                if not await retries.wait(_status(error), _retry_after(error)):
                    raise self._translate(error, request, limit, began=False) from error

    def _translate(
        self, error: Exception, request: ChatRequest, limit: float, *, began: bool
    ) -> UpstreamFailed:
        """The exception as a sentence: the cause deepest in its chain says what happened."""
        for cause in _chain(error):
            match cause:
                case TimeoutError():
                    return self._failures.silent(limit) if began else self._failures.timeout(limit)
                case aiohttp.ClientPayloadError():
                    return self._failures.cut()
                case aiohttp.ClientConnectorError():
                    return self._failures.connection(cause)
                case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
                    return self._failures.cut() if began else self._failures.connection(cause)
        return self._failures.reported(
            {"code": _status(error), "message": _message(error)}, request.model
        )


def _spoken(message: dict[str, Any]) -> dict[str, Any]:
    """A message as litellm takes it: it would put words into a call that has none."""
    if "tool_calls" in message and not message["content"]:
        return {**message, "content": None}
    return message


def _with_tools(request: ChatRequest) -> dict[str, Any]:
    """The tools as litellm takes them, which otherwise wants the package `mcp` for them."""
    return {"tools": request.tools, "_skip_mcp_handler": True} if request.tools else {}


def _is_complete(chunks: AsyncIterator[Any]) -> bool:
    """Whether the provider has said why its answer ends; litellm makes up a reason otherwise."""
    said = ("received_finish_reason", "intermittent_finish_reason")
    known = [getattr(chunks, name) for name in said if hasattr(chunks, name)]
    return not known or any(reason is not None for reason in known)


class _End:
    """Reads litellm's chunks and keeps what is said once, at the end."""

    def __init__(self) -> None:
        self._reason: FinishReason = "stop"
        self._usage: UsageReport | None = None

    def read(self, chunk: Any, batch: Batch) -> None:
        for choice in chunk.choices:
            delta = choice.delta
            if reasoning := getattr(delta, "reasoning_content", None):
                batch.reasoning(reasoning)
            if delta.content:
                batch.text(delta.content)
            for call in delta.tool_calls or ():
                name, arguments = call.function.name or "", call.function.arguments or ""
                batch.add(ToolCallDelta(call.index, call.id or "", name, arguments))
            if choice.finish_reason:
                self._reason = FINISH_REASONS.get(choice.finish_reason, "stop")
        if usage := getattr(chunk, "usage", None):
            self._usage = UsageReport(usage.prompt_tokens or 0, usage.completion_tokens or 0)

    def close(self, batch: Batch) -> None:
        if self._usage is not None:
            batch.add(self._usage)
        batch.add(Finished(self._reason))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _status(error: Exception) -> int | None:
    inner = getattr(error, "original_exception", None) or error
    status = getattr(inner, "status_code", None)
    return status if isinstance(status, int) else None


def _retry_after(error: Exception) -> str | None:
    for cause in _chain(error):
        headers = getattr(getattr(cause, "response", None), "headers", None) or {}
        if "retry-after" in headers:
            return str(headers["retry-after"])
    return None


def _message(error: Exception) -> str:
    """The provider's own words inside ``litellm.NotFoundError: XException - b'{…}'``."""
    inner = getattr(error, "original_exception", None) or error
    said = str(getattr(inner, "message", inner)).partition("Traceback (most recent call last)")[0]
    said = said.removeprefix("litellm.").partition(": ")[2] or said
    said = said.partition("Exception - ")[2] or said
    document = said[said.find("{") : said.rfind("}") + 1]
    return message_of(document.encode()) if document else said
