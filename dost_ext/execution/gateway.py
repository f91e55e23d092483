"""The line to a kernel at a gateway.

Jupyter's own client for this asks its queues without a pause: a whole core for every kernel.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session

from dost_ext.execution.session import KernelDied

log = logging.getLogger("dost")

# What a kernel is to hear no more of ends with this.
DEAD = {
    "header": {"msg_type": "status"},
    "parent_header": {},
    "content": {"execution_state": "dead"},
}


class Channels(Protocol):
    """The WebSocket that all of a kernel's channels share."""

    def read_message(self) -> Awaitable[str | bytes | None]: ...
    def write_message(self, message: str) -> Awaitable[None]: ...
    def close(self) -> None: ...


class GatewayKernel:
    """Speaks Jupyter's protocol over the WebSocket of a kernel.

    It is what `session.Client` describes. Messages: Jupyter Server's documentation, "WebSocket
    kernel wire protocols", the default one.
    """

    context: Any = None
    iopub_channel: Any = None

    def __init__(self, connect: Callable[[], Awaitable[Channels]]) -> None:
        self._connect = connect
        self._channels: Channels | None = None
        self._session = Session()
        self._queues: dict[str, asyncio.Queue[dict[str, Any]]] = {
            name: asyncio.Queue() for name in ("iopub", "shell", "stdin")
        }
        self._reading: asyncio.Task[None] | None = None

    async def start_channels(self, *, hb: bool = True) -> None:
        """Connect. Raises whatever keeps the gateway from it."""
        self._channels = await self._connect()
        self._reading = asyncio.create_task(self._read(self._channels))

    def stop_channels(self) -> None:
        """Hang up."""
        if self._reading is not None:
            self._reading.cancel()
        if self._channels is not None:
            self._channels.close()

    async def _read(self, channels: Channels) -> None:
        try:
            await self._take_all(channels)
        finally:
            self._queues["iopub"].put_nowait(DEAD)

    async def _take_all(self, channels: Channels) -> None:
        while (written := await channels.read_message()) is not None:
            if isinstance(written, bytes):
                continue  # a widget's, which has no place yet
            try:
                message = json.loads(written)
                queue = self._queues.get(message["channel"])
            except (ValueError, TypeError, KeyError) as error:
                log.warning("a gateway's message cannot be read: %r", error)
                continue
            if queue is not None:
                queue.put_nowait(message)

    def _send(self, channel: str, kind: str, content: dict[str, Any]) -> str:
        if self._channels is None:
            raise KernelDied("died")
        message = {**self._session.msg(kind, content), "channel": channel, "buffers": []}
        try:
            self._channels.write_message(json.dumps(message, default=json_default))
        except Exception as error:  # the connection is closed
            raise KernelDied("died") from error
        return str(message["header"]["msg_id"])

    def execute(self, code: str, *, allow_stdin: bool, stop_on_error: bool) -> str:
        """Ask for code to be run; the id that messages about it name. Raises `KernelDied`."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": allow_stdin,
            "stop_on_error": stop_on_error,
        }
        return self._send("shell", "execute_request", content)

    def input(self, string: str) -> None:
        """Answer a request for input."""
        self._send("stdin", "input_reply", {"value": string})

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers. Raises `RuntimeError` after `timeout` seconds."""
        asked = self._send("shell", "kernel_info_request", {})
        try:
            async with asyncio.timeout(timeout):
                while (await self.get_shell_msg())["parent_header"].get("msg_id") != asked:
                    continue
        except TimeoutError:
            raise RuntimeError("The kernel at the gateway does not answer.") from None

    async def get_iopub_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """What the kernel shows next."""
        return await self._queues["iopub"].get()

    async def get_shell_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The kernel's next reply."""
        return await self._queues["shell"].get()

    async def get_stdin_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The kernel's next question."""
        return await self._queues["stdin"].get()
