"""Reads the line-by-line JSON in which Ollama's ``/api/chat`` answers."""

from __future__ import annotations

from typing import Any

import orjson

from dost_ext.core.errors import UpstreamFailed
from dost_ext.models.batch import Batch
from dost_ext.models.events import Finished, FinishReason, ModelEvent, ToolCallDelta, UsageReport
from dost_ext.models.failures import Failures
from dost_ext.models.lines import LineBuffer, LineTooLongError


class OllamaStreamReader:
    """Bytes in, events out; knows nothing of sockets."""

    finishing = False  # the line that says why it finished is the last

    def __init__(self, failures: Failures, model: str) -> None:
        self._failures = failures
        self._model = model
        self._lines = LineBuffer()
        self._batch = Batch()
        self._calls = 0
        self.done = False
        self.fault: UpstreamFailed | None = None

    def feed(self, data: bytes) -> list[ModelEvent]:
        """Read what came; afterwards look at ``fault`` and ``done``."""
        try:
            self._read(self._lines.feed(data))
        except LineTooLongError:
            self.fault = self._failures.malformed("a line of more than 32 MB")
        return self._batch.flush() if self.fault else self._batch.take()

    def close(self) -> list[ModelEvent]:
        """The stream has ended: return what was held back."""
        if not (self.done or self.fault):
            self._read(self._lines.close())
        if not (self.done or self.fault):
            self.fault = self._failures.cut()
        return self._batch.flush()

    def _read(self, lines: list[bytes]) -> None:
        for line in lines:
            if not line.strip():
                continue
            try:
                self._line(orjson.loads(line))
            except orjson.JSONDecodeError:
                self.fault = self._failures.malformed("a piece that is not JSON")
            except (AttributeError, KeyError, TypeError, ValueError):
                self.fault = self._failures.malformed("a piece of another shape than Ollama's")
            if self.done or self.fault:
                return

    def _line(self, line: dict[str, Any]) -> None:
        if error := line.get("error"):
            self.fault = self._failures.reported(error, self._model)
            return
        message = line.get("message") or {}
        if thinking := message.get("thinking"):
            self._batch.reasoning(_text(thinking))
        if content := message.get("content"):
            self._batch.text(_text(content))
        for call in message.get("tool_calls") or ():
            self._tool_call(call)
        if line.get("done"):
            self._finish(line)

    def _tool_call(self, call: dict[str, Any]) -> None:
        function = call["function"]
        arguments = orjson.dumps(function.get("arguments") or {}).decode()
        call_id = call.get("id") or f"call_{self._calls}"  # older servers give calls no id
        self._batch.add(
            ToolCallDelta(self._calls, _text(call_id), _text(function["name"]), arguments)
        )
        self._calls += 1

    def _finish(self, line: dict[str, Any]) -> None:
        prompt, completion = line.get("prompt_eval_count"), line.get("eval_count")
        if prompt is not None or completion is not None:
            self._batch.add(UsageReport(int(prompt or 0), int(completion or 0)))
        reason: FinishReason = "length" if line.get("done_reason") == "length" else "stop"
        self._batch.add(Finished("tool_calls" if self._calls else reason))
        self.done = True


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
