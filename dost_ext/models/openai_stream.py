"""Reads the event stream of an OpenAI-compatible chat completion, in all the dialects there are."""

from __future__ import annotations

from typing import Any

import orjson

from dost_ext.core.errors import UpstreamFailed
from dost_ext.models.batch import Batch
from dost_ext.models.events import (
    Finished,
    FinishReason,
    ModelEvent,
    ToolCallDelta,
    UsageReport,
)
from dost_ext.models.failures import Failures
from dost_ext.models.lines import MAX_LINE_BYTES, LineBuffer, LineTooLongError

MOST_TOOL_CALLS = 1000  # in one answer

FINISH_REASONS: dict[str, FinishReason] = {
    "length": "length",
    "max_tokens": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}


class OpenAIStreamReader:
    """Bytes in, events out; knows nothing of sockets.

    Tolerates ``data:`` without a space, any line end, comments, events over several lines, events
    not divided by a blank line, a missing ``[DONE]``, and a whole completion instead of a stream.
    """

    def __init__(self, failures: Failures, model: str) -> None:
        self._failures = failures
        self._model = model
        self._lines = LineBuffer()
        self._batch = Batch()
        self._pending: list[bytes] = []
        self._held = 0  # bytes in `_pending`
        self._whole = False  # the server does not stream: its answer is one JSON document
        self._reason: FinishReason | None = None
        self._usage: UsageReport | None = None
        self.done = False
        self.fault: UpstreamFailed | None = None

    @property
    def finishing(self) -> bool:
        """Whether the answer is complete, though usage and ``[DONE]`` may still come."""
        return self._reason is not None

    def feed(self, data: bytes) -> list[ModelEvent]:
        """Read what came; afterwards look at ``fault`` and ``done``."""
        try:
            lines = self._lines.feed(data)
        except LineTooLongError:
            return self._fail(self._failures.malformed("a line of more than 32 MB"))
        self._read(lines)
        return self._batch.flush() if self.fault else self._batch.take()

    def close(self) -> list[ModelEvent]:
        """The stream has ended: return what was held back and, if the answer is whole, its end."""
        if self.fault is None and not self.done:
            self._read(self._lines.close())
            self._end_of_event()
        if self.fault is None:
            self._finish()
        return self._batch.flush()

    def _finish(self) -> None:
        if not (self.done or self.finishing):
            self.fault = self._failures.cut()
            return
        if self._usage is not None:
            self._batch.add(self._usage)
        self._batch.add(Finished(self._reason or "stop"))
        self.done = True

    def _read(self, lines: list[bytes]) -> None:
        for line in lines:
            if line.startswith(b"data:"):
                self._data(line[5:])
            elif not line:
                if self._pending and not self._whole:
                    self._end_of_event()
            elif self._whole or line.lstrip().startswith(b"{"):
                self._whole = True
                self._hold(line)
            elif line.startswith(b"<"):
                self.fault = self._failures.malformed("a web page instead of an answer")
            if self.done or self.fault:
                return

    def _data(self, data: bytes) -> None:
        if not self._pending:
            try:
                chunk = orjson.loads(data)
            except orjson.JSONDecodeError:
                if data.strip() == b"[DONE]":
                    self.done = True
                    return
            else:
                self._chunk(chunk)
                return
        self._hold(data)

    def _hold(self, line: bytes) -> None:
        self._pending.append(line)
        self._held += len(line) + 64  # what a line of one byte costs
        if self._held > MAX_LINE_BYTES:
            self.fault = self._failures.malformed("an event of more than 32 MB")

    def _end_of_event(self) -> None:
        data = b"\n".join(self._pending)
        self._pending.clear()
        self._held = 0
        if not data.strip():
            return
        try:
            self._chunk(orjson.loads(data))
        except orjson.JSONDecodeError:
            self.fault = self._failures.malformed("a piece that is not JSON")

    def _chunk(self, chunk: Any) -> None:
        try:
            if chunk.get("error") or chunk.get("object") == "error":
                self.fault = self._failures.reported(chunk.get("error") or chunk, self._model)
                return
            if self._whole:
                self.done = bool(chunk["choices"])
            for choice in chunk.get("choices") or ():
                self._choice(choice)
            if usage := chunk.get("usage") or (chunk.get("x_groq") or {}).get("usage"):
                self._usage = UsageReport(
                    int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0)
                )
        except (AttributeError, KeyError, TypeError, ValueError):
            self.fault = self._failures.malformed("a piece of another shape than OpenAI's")

    def _choice(self, choice: dict[str, Any]) -> None:
        if choice.get("index"):
            return  # we ask for one answer
        delta = choice.get("delta") or choice.get("message") or {}
        if reasoning := delta.get("reasoning_content") or delta.get("reasoning"):
            self._batch.reasoning(_text(reasoning))
        if content := delta.get("content"):
            self._content(content)
        for position, call in enumerate(delta.get("tool_calls") or ()):
            function = call.get("function") or {}
            index = int(call.get("index", position))
            if not 0 <= index < MOST_TOOL_CALLS:
                raise ValueError
            self._batch.add(
                ToolCallDelta(
                    index=index,
                    id=_text(call.get("id") or ""),
                    name=_text(function.get("name") or ""),
                    arguments=_arguments(function.get("arguments") or ""),
                )
            )
        if reason := choice.get("finish_reason"):
            self._reason = FINISH_REASONS.get(reason, "stop")

    def _content(self, content: Any) -> None:
        if isinstance(content, str):
            self._batch.text(content)
            return
        for part in content:  # Mistral sends parts: thinking and text
            if part.get("type") == "thinking":
                self._batch.reasoning(_text(part["thinking"]))
            elif part.get("type") == "text":
                self._batch.text(_text(part["text"]))

    def _fail(self, fault: UpstreamFailed) -> list[ModelEvent]:
        self.fault = fault
        return self._batch.flush()


def _arguments(value: Any) -> str:
    """A fragment of JSON text; some servers send the whole object instead."""
    return orjson.dumps(value).decode() if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "".join(str(part["text"]) for part in value)
