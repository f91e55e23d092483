"""The line to a kernel at a gateway.

Jupyter's own client for this asks its queues without a pause: a whole core for every kernel.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from jupyter_client.session import Session

from dost_ext.core.errors import MalformedRequest
from dost_ext.core.kernel_wire import read, written
from dost_ext.execution.kernels.session import KernelDied

log = logging.getLogger("dost")

# What a kernel is to hear no more of ends with this.
DEAD = {
    "header": {"msg_type": "status"},
    "parent_header": {},
    "metadata": {},
    "content": {"execution_state": "dead"},
    "buffers": [],
}


class Channels(Protocol):
    """The WebSocket that all of a kernel's channels share."""

    def read_message(self) -> Awaitable[str | bytes | None]: ...
    def write_message(self, message: str | bytes, binary: bool = False) -> Awaitable[None]: ...
    def close(self) -> None: ...


class GatewayChannel:
    """One of a kernel's channels."""

    def __init__(self, name: str, kernel: GatewayKernel) -> None:
        self._name = name
        self._kernel = kernel

    def send(self, message: dict[str, Any]) -> None:
        """Send a message. Raises `KernelDied` where the gateway has hung up."""
        self._kernel.send(self._name, message)


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
        self.session = Session()
        self.shell_channel = GatewayChannel("shell", self)
        self.control_channel = GatewayChannel("control", self)
        self.stdin_channel = GatewayChannel("stdin", self)
        self._queues: dict[str, asyncio.Queue[dict[str, Any]]] = {
            name: asyncio.Queue() for name in ("iopub", "shell", "control", "stdin")
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
        while (sent := await channels.read_message()) is not None:
            try:
                channel, message = read(sent, None)
            except MalformedRequest as error:
                log.warning("a gateway's message cannot be read: %s", error.detail)
                continue
            if (queue := self._queues.get(channel)) is not None:
                queue.put_nowait(message)

    def send(self, channel: str, message: dict[str, Any]) -> None:
        """Send a message. Raises `KernelDied` where the gateway has hung up."""
        if self._channels is None:
            raise KernelDied("died")
        encoded = written(message, channel, None)
        try:
            self._channels.write_message(encoded, binary=isinstance(encoded, bytes))
        except Exception as error:  # the connection is closed
            raise KernelDied("died") from error

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers. Raises `RuntimeError` after `timeout` seconds."""
        message = self.session.msg("kernel_info_request", {})
        self.send("shell", message)
        asked = message["header"]["msg_id"]
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

    async def get_control_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The kernel's next reply to what cannot wait."""
        return await self._queues["control"].get()

    async def get_stdin_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The kernel's next question."""
        return await self._queues["stdin"].get()
