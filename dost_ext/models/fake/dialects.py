"""How one answer looks on the wire: OpenAI's way, Ollama's way and Anthropic's way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from dost_ext.models.fake.script import ScriptedCall

CREATED = 1_700_000_000
CREATED_AT = "2023-11-14T22:13:20Z"
BLANK = "\N{NULL}"  # stands where a token goes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the fake model will say, before it is put into a dialect."""

    model: str
    reasoning: list[str]
    tokens: list[str]
    tool_calls: list[ScriptedCall]
    cut_short: bool
    prompt_tokens: int
    include_usage: bool

    @property
    def completion_tokens(self) -> int:
        """Tokens said, reasoning included."""
        return len(self.reasoning) + len(self.tokens)

    @property
    def finish_reason(self) -> str:
        """Why it ends, in OpenAI's words."""
        return "tool_calls" if self.tool_calls else "length" if self.cut_short else "stop"


@dataclass(frozen=True, slots=True)
class Frames:
    """A streamed answer: what opens it, one frame a token, and what closes it."""

    opening: bytes
    tokens: list[bytes]
    closing: bytes


class Dialect(Protocol):
    """One protocol."""

    content_type: str
    malformed: bytes

    def frames(self, answer: Answer) -> Frames:
        """The answer as a stream."""
        ...

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The answer as one document."""
        ...

    def error(self, status: int, message: str) -> dict[str, Any]:
        """An error as the body of a response."""
        ...

    def error_frame(self, message: str) -> bytes:
        """An error inside a stream."""
        ...


def sse(data: Any, event: str | None = None) -> bytes:
    """One server-sent event."""
    head = f"event: {event}\n".encode() if event else b""
    return head + b"data: " + orjson.dumps(data) + b"\n\n"


class OpenAI:
    """``/v1/chat/completions``."""

    content_type = "text/event-stream"
    malformed = b'data: {"choices": [{"index": 0, "delta": {"content": "bro\n\n'

    def frames(self, answer: Answer) -> Frames:
        """The answer as chunks, then usage if asked for, then ``[DONE]``."""
        usage = b""
        if answer.include_usage:
            usage = sse({**_chunk(answer, {}), "choices": [], "usage": _usage(answer)})
        calls = [_openai_call(index, call) for index, call in enumerate(answer.tool_calls)]
        asked = sse(_chunk(answer, {"tool_calls": calls})) if calls else b""
        end = sse(_chunk(answer, {}, answer.finish_reason))
        return Frames(
            opening=sse(_chunk(answer, {"role": "assistant", "content": ""})),
            tokens=[
                *_filled(sse(_chunk(answer, {"reasoning_content": BLANK})), answer.reasoning),
                *_filled(sse(_chunk(answer, {"content": BLANK})), answer.tokens),
            ],
            closing=asked + end + usage + b"data: [DONE]\n\n",
        )

    def whole(self, answer: Answer) -> dict[str, Any]:
        """A ``chat.completion``."""
        message: dict[str, Any] = {"role": "assistant", "content": "".join(answer.tokens)}
        if answer.reasoning:
            message["reasoning_content"] = "".join(answer.reasoning)
        if answer.tool_calls:
            message["tool_calls"] = [_openai_call(i, c) for i, c in enumerate(answer.tool_calls)]
        choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason}
        return {
            **_chunk(answer, {}),
            "object": "chat.completion",
            "choices": [choice],
            "usage": _usage(answer),
        }

    def error(self, status: int, message: str) -> dict[str, Any]:
        """An error object."""
        return {"error": {"message": message, "type": "fake_error", "code": status}}

    def error_frame(self, message: str) -> bytes:
        """An error object as an event."""
        return sse({"error": {"message": message, "type": "server_error"}})


class Ollama:
    """``/api/chat``."""

    content_type = "application/x-ndjson"
    malformed = b'{"model": "echo", "message": {"content": "bro\n'

    def frames(self, answer: Answer) -> Frames:
        """The answer as lines of JSON."""
        calls = _ollama_line(answer, {"content": "", "tool_calls": _ollama_calls(answer)})
        return Frames(
            opening=b"",
            tokens=[
                *_filled(
                    _ollama_line(answer, {"content": "", "thinking": BLANK}), answer.reasoning
                ),
                *_filled(_ollama_line(answer, {"content": BLANK}), answer.tokens),
            ],
            closing=(calls if answer.tool_calls else b"")
            + _ollama_line(answer, {"content": ""}, **_ollama_end(answer)),
        )

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The answer as its only line."""
        message: dict[str, Any] = {"content": "".join(answer.tokens)}
        if answer.reasoning:
            message["thinking"] = "".join(answer.reasoning)
        if answer.tool_calls:
            message["tool_calls"] = _ollama_calls(answer)
        line: dict[str, Any] = orjson.loads(_ollama_line(answer, message, **_ollama_end(answer)))
        return line

    def error(self, status: int, message: str) -> dict[str, Any]:
        """Ollama's error is a sentence."""
        return {"error": message}

    def error_frame(self, message: str) -> bytes:
        """A line that holds the error."""
        return orjson.dumps({"error": message}) + b"\n"


class Anthropic:
    """``/v1/messages``."""

    content_type = "text/event-stream"
    malformed = b'event: content_block_delta\ndata: {"type": "content_block_delta", "ind\n\n'

    def frames(self, answer: Answer) -> Frames:
        """The answer as blocks: thinking, text, then tool uses."""
        tokens: list[bytes] = []
        index = 0
        for kind, field, words in (
            ("thinking", "thinking", answer.reasoning),
            ("text", "text", answer.tokens),
        ):
            if words:
                tokens += _block(index, {"type": kind, field: ""}, f"{kind}_delta", field, words)
                index += 1
        calls = [
            b"".join(
                _block(
                    index + n,
                    {"type": "tool_use", "id": f"call_{n}", "name": call.name, "input": {}},
                    "input_json_delta",
                    "partial_json",
                    [orjson.dumps(call.arguments).decode()],
                )
            )
            for n, call in enumerate(answer.tool_calls)
        ]
        start = {"type": "message_start", "message": {**self.whole(answer), "content": []}}
        end = {
            "type": "message_delta",
            "delta": {"stop_reason": _stop_reason(answer), "stop_sequence": None},
            "usage": {"output_tokens": answer.completion_tokens},
        }
        stop = sse({"type": "message_stop"}, "message_stop")
        return Frames(
            opening=sse(start, "message_start"),
            tokens=tokens,
            closing=b"".join(calls) + sse(end, "message_delta") + stop,
        )

    def whole(self, answer: Answer) -> dict[str, Any]:
        """A ``message``."""
        return {
            "id": "msg_fake",
            "type": "message",
            "role": "assistant",
            "model": answer.model,
            "content": [{"type": "text", "text": "".join(answer.tokens)}],
            "stop_reason": _stop_reason(answer),
            "stop_sequence": None,
            "usage": {
                "input_tokens": answer.prompt_tokens,
                "output_tokens": answer.completion_tokens,
            },
        }

    def error(self, status: int, message: str) -> dict[str, Any]:
        """An error object with Anthropic's type for the status."""
        kinds = {
            401: "authentication_error",
            404: "not_found_error",
            429: "rate_limit_error",
        }
        kind = kinds.get(status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": message}}

    def error_frame(self, message: str) -> bytes:
        """An ``error`` event."""
        error = {"type": "overloaded_error", "message": message}
        return sse({"type": "error", "error": error}, "error")


def _filled(form: bytes, tokens: list[str]) -> Iterator[bytes]:
    """A frame a token; encoding each whole would cost more than sending it."""
    head, _, tail = form.partition(orjson.dumps(BLANK))
    return (head + orjson.dumps(token) + tail for token in tokens)


def _chunk(answer: Answer, delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-fake",
        "object": "chat.completion.chunk",
        "created": CREATED,
        "model": answer.model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
    }


def _usage(answer: Answer) -> dict[str, int]:
    return {
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "total_tokens": answer.prompt_tokens + answer.completion_tokens,
    }


def _openai_call(index: int, call: ScriptedCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": orjson.dumps(call.arguments).decode()}
    return {"index": index, "id": f"call_{index}", "type": "function", "function": function}


def _ollama_line(answer: Answer, message: dict[str, Any], **end: Any) -> bytes:
    line = {
        "model": answer.model,
        "created_at": CREATED_AT,
        "message": {"role": "assistant", **message},
        "done": False,
        **end,
    }
    return orjson.dumps(line) + b"\n"


def _ollama_calls(answer: Answer) -> list[dict[str, Any]]:
    return [{"function": {"name": c.name, "arguments": c.arguments}} for c in answer.tool_calls]


def _ollama_end(answer: Answer) -> dict[str, Any]:
    return {
        "done": True,
        "done_reason": "length" if answer.cut_short else "stop",
        "prompt_eval_count": answer.prompt_tokens,
        "eval_count": answer.completion_tokens,
    }


def _block(
    index: int, start: dict[str, Any], kind: str, field: str, pieces: list[str]
) -> list[bytes]:
    """One content block of Anthropic's, a frame a piece."""
    frames = [
        sse(
            {
                "type": "content_block_delta",
                "index": index,
                "delta": {"type": kind, field: piece},
            },
            "content_block_delta",
        )
        for piece in pieces
    ]
    begin = {"type": "content_block_start", "index": index, "content_block": start}
    frames[0] = sse(begin, "content_block_start") + frames[0]
    frames[-1] += sse({"type": "content_block_stop", "index": index}, "content_block_stop")
    return frames


def _stop_reason(answer: Answer) -> str:
    words = {"tool_calls": "tool_use", "length": "max_tokens", "stop": "end_turn"}
    return words[answer.finish_reason]
