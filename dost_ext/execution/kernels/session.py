"""The line to one kernel: code goes in, one piece at a time, and what it shows comes back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty
from typing import Any, Literal, Protocol

import zmq
import zmq.asyncio

from dost_ext.execution.kernels.earlier import Earlier, Shower
from dost_ext.execution.widgets.relay import Message, Relay, Relays, parent_of
from dost_ext.execution.widgets.widgets import Widgets

log = logging.getLogger("dost")

READY_SECONDS = 60.0
# ZeroMQ drops what does not fit in; a kernel may show some thousand things a second.
MOST_WAITING = 10_000
# So many messages are taken in before others have their turn.
AT_ONCE = 100
LOST = "\n… Some of the output was lost: the code showed more than the server could take in.\n"
# What a kernel shows is all there when it says that it is idle; this long after its reply at most.
IDLE_SECONDS = 10.0
# And the other way round, where it was interrupted.
REPLY_SECONDS = 1.0
UNREADABLE = "a kernel's message cannot be read: %s"
EXECUTE = {
    "silent": False,
    "store_history": True,
    "user_expressions": {},
    "allow_stdin": True,
    "stop_on_error": False,
}
INTERRUPTED = {"status": "error", "ename": "KeyboardInterrupt"}
Ended = Literal["ok", "error", "interrupted"]
Channel = Literal["shell", "control", "stdin"]


class Client(Protocol):
    """What is used of `jupyter_client`'s asynchronous client, and of `gateway.GatewayKernel`."""

    context: Any
    session: Any
    iopub_channel: Any
    shell_channel: Any
    control_channel: Any
    stdin_channel: Any

    def start_channels(self, *, hb: bool = True) -> Awaitable[None] | None: ...
    def stop_channels(self) -> None: ...
    async def wait_for_ready(self, timeout: float | None = None) -> None: ...
    async def get_iopub_msg(self, timeout: float | None = None) -> dict[str, Any]: ...
    async def get_shell_msg(self, timeout: float | None = None) -> dict[str, Any]: ...
    async def get_control_msg(self, timeout: float | None = None) -> dict[str, Any]: ...
    async def get_stdin_msg(self, timeout: float | None = None) -> dict[str, Any]: ...


class Listener(Shower, Protocol):
    """Who runs code, and hears what comes of it, some of it after its end."""

    # Whether its code need not be run any more.
    unwanted: bool

    def began(self, execution_count: int | None) -> None:
        """The kernel has taken the code."""

    def asks(self, prompt: str, *, password: bool) -> None:
        """The code waits for a line of input."""


class KernelDied(Exception):
    """The kernel ended in the middle; the message says how, as a code."""


@dataclass(slots=True)
class _Running:
    msg_id: str
    listener: Listener
    reply: asyncio.Future[dict[str, Any]]
    idle: asyncio.Event = field(default_factory=asyncio.Event)


class KernelSession:
    """The line to one kernel. Code that comes while other code runs waits for its turn."""

    def __init__(self, client: Client) -> None:
        self._client = client
        # Called when `busy` changes.
        self.changed: Callable[[], object] = lambda: None
        self.widgets = Widgets(self._widget_changed, self._sync_widget)
        self.relays = Relays()
        self._turn = asyncio.Lock()
        self._running: _Running | None = None
        self._earlier = Earlier()
        self._readers: list[asyncio.Task[None]] = []
        self._interrupted = False
        # Why it was hung up.
        self._closed: str | None = None
        # How the kernel went, where it said so itself.
        self.lost: str | None = None
        self.busy = False

    async def open(self) -> None:
        """Connect. Raises `RuntimeError` when the kernel does not answer."""
        if hasattr(self._client.context, "rcvhwm"):  # a gateway's has no sockets
            self._client.context.rcvhwm = MOST_WAITING
        if (connecting := self._client.start_channels(hb=False)) is not None:
            await connecting
        try:
            await self._client.wait_for_ready(timeout=READY_SECONDS)
        except BaseException:
            self._client.stop_channels()
            raise
        self._readers = [
            asyncio.create_task(
                self._read(self._client.get_iopub_msg, self._on_iopub, self._client.iopub_channel)
            ),
            asyncio.create_task(self._read(self._client.get_shell_msg, self._on_shell)),
            asyncio.create_task(self._read(self._client.get_control_msg, self._on_control)),
            asyncio.create_task(self._read(self._client.get_stdin_msg, self._on_stdin)),
        ]

    async def close(self, reason: str) -> None:
        """Hang up; what runs, and what waits for its turn, ends with `KernelDied`."""
        self._closed = reason
        self.fail(reason)
        self.widgets.close()
        self.relays.close()
        for reader in self._readers:
            reader.cancel()
        if self._readers:
            await asyncio.wait(self._readers, timeout=5)
        self._readers = []
        self._client.stop_channels()

    def fail(self, reason: str) -> None:
        """The kernel is no more: what runs ends with `KernelDied`."""
        if self._running is not None and not self._running.reply.done():
            self._running.reply.set_exception(KernelDied(reason))

    async def execute(self, code: str, listener: Listener) -> tuple[Ended, int | None]:
        """Run code; how it ended, and its execution count. Raises `KernelDied`."""
        async with self._turn:
            if (gone := self._closed or self.lost) is not None:
                raise KernelDied(gone)
            if listener.unwanted:
                return "interrupted", None
            self._interrupted = False
            msg_id = self._ask("shell", "execute_request", {**EXECUTE, "code": code})
            reply = asyncio.get_running_loop().create_future()
            running = self._running = _Running(msg_id, listener, reply)
            try:
                content = await self._reply_to(running)
                await self._until_idle(running)
            finally:
                self._running = None
                self._earlier.add(msg_id, listener)
        count = content.get("execution_count")
        if content.get("status") == "ok":
            return "ok", count
        stopped = self._interrupted and content.get("ename") in ("KeyboardInterrupt", None, "")
        return ("interrupted" if stopped else "error"), count

    async def _reply_to(self, running: _Running) -> dict[str, Any]:
        """The kernel's reply. It sends none where an interrupt comes just before the code does."""
        idle = asyncio.create_task(running.idle.wait())
        try:
            await asyncio.wait((running.reply, idle), return_when=asyncio.FIRST_COMPLETED)
            if not running.reply.done() and self._interrupted:
                await asyncio.wait((running.reply,), timeout=REPLY_SECONDS)
                if not running.reply.done():
                    return INTERRUPTED
        finally:
            idle.cancel()
        return await running.reply

    async def _until_idle(self, running: _Running) -> None:
        """What the code shows is all there when the kernel says that it is idle."""
        try:
            await asyncio.wait_for(running.idle.wait(), IDLE_SECONDS)
        except TimeoutError:
            running.listener.shows("stream", {"name": "stderr", "text": LOST})

    def runs(self, listener: Listener) -> bool:
        """Whether it is a listener's code that runs now."""
        return self._running is not None and self._running.listener is listener

    def interrupting(self) -> None:
        """Note that what runs is being interrupted."""
        self._interrupted = True

    def answer(self, text: str) -> None:
        """Give a line of input to the code that asks for one."""
        self._ask("stdin", "input_reply", {"value": text})

    def send(self, relay: Relay, channel: Channel, message: Message) -> None:
        """Pass a relay's message on to the kernel."""
        self.relays.asks(relay, message["header"]["msg_id"])
        self._send(channel, message)

    def _ask(self, channel: Channel, kind: str, content: dict[str, Any]) -> str:
        message: Message = self._client.session.msg(kind, content)
        self._send(channel, message)
        return str(message["header"]["msg_id"])

    def _send(self, name: Channel, message: Message) -> None:
        """Send a message. Raises `KernelDied` where there is nobody to take it."""
        channel = getattr(self._client, f"{name}_channel")
        if isinstance(getattr(channel, "socket", None), zmq.asyncio.Socket):
            # The channel's own way is behind the event loop's back: an answer that comes at
            # the same moment would not wake its reader.
            parts = self._client.session.serialize(message)
            channel.socket.send_multipart([*parts, *message.get("buffers", ())])
        else:
            channel.send(message)

    def _sync_widget(self, comm_id: str, state: dict[str, Any]) -> None:
        """Have the kernel know a widget's state."""
        with suppress(KernelDied):
            self._send("shell", self._update_of(comm_id, state))

    def _widget_changed(self, comm_id: str, state: dict[str, Any]) -> None:
        self.relays.show_widget(self._update_of(comm_id, state))

    def _update_of(self, comm_id: str, state: dict[str, Any]) -> Message:
        data = {"method": "update", "state": state, "buffer_paths": []}
        message: Message = self._client.session.msg("comm_msg", {"comm_id": comm_id, "data": data})
        return message

    async def _read(
        self,
        receive: Callable[..., Awaitable[dict[str, Any]]],
        take: Callable[[dict[str, Any], _Running | None], None],
        channel: Any = None,
    ) -> None:
        while True:
            try:
                message = await receive(timeout=None)
            except Empty:
                continue
            except ValueError as error:  # not signed with the kernel's key, or broken
                log.warning(UNREADABLE, error)
                continue
            self._take(take, message)
            for count, another in enumerate(waiting_at(channel), 1):
                self._take(take, another)
                if count % AT_ONCE == 0:
                    await asyncio.sleep(0)

    def _take(
        self, take: Callable[[dict[str, Any], _Running | None], None], message: dict[str, Any]
    ) -> None:
        """Take in a message; one that is not as the protocol has it ends nothing."""
        try:
            take(message, self._asker_of(message))
        except Exception:
            log.exception("a kernel's message could not be taken in")

    def _asker_of(self, message: dict[str, Any]) -> _Running | None:
        """The execution that a message is about, if it is the one that runs."""
        running, parent = self._running, parent_of(message)
        return running if running is not None and running.msg_id == parent else None

    def _on_iopub(self, message: dict[str, Any], running: _Running | None) -> None:
        kind, content = message["header"]["msg_type"], message["content"]
        is_news = kind in ("comm_open", "comm_msg", "comm_close") and self.widgets.take(
            kind, content, message["buffers"]
        )
        self.relays.show(message, news_of_widgets=is_news)
        if kind == "status":
            self._on_status(content.get("execution_state"), running)
        elif self.widgets.catch(parent_of(message), kind, content):
            return
        elif running is not None and kind == "execute_input":
            running.listener.began(content.get("execution_count"))
        else:
            if running is not None:
                running.listener.shows(kind, content)
            self._earlier.show(parent_of(message), kind, content)

    def _on_status(self, state: str | None, running: _Running | None) -> None:
        if state in ("busy", "idle"):
            was, self.busy = self.busy, state == "busy"
            if was != self.busy:
                self.changed()
        if state == "idle" and running is not None:
            running.idle.set()
        if state in ("restarting", "autorestarting", "dead"):
            # A gateway has noticed its death, and may start it anew; what it was is gone.
            self.lost = "died"
            self.changed()
            self.fail("died")
        if state == "starting":
            # Somebody else has started it anew.
            self.fail("restarted")

    def _on_shell(self, message: dict[str, Any], running: _Running | None) -> None:
        self.relays.answer("shell", message)
        wanted = message["header"]["msg_type"] == "execute_reply"
        if wanted and running is not None and not running.reply.done():
            running.reply.set_result(message["content"])

    def _on_control(self, message: dict[str, Any], running: _Running | None) -> None:
        self.relays.answer("control", message)

    def _on_stdin(self, message: dict[str, Any], running: _Running | None) -> None:
        self.relays.answer("stdin", message)
        if message["header"]["msg_type"] == "input_request" and running is not None:
            content = message["content"]
            running.listener.asks(
                str(content.get("prompt", "")), password=bool(content["password"])
            )


def waiting_at(channel: Any) -> Iterator[dict[str, Any]]:
    """What has come to a ZeroMQ channel already.

    A quarter of the time of asking the channel for each: the event loop is left alone.
    """
    if not isinstance(getattr(channel, "socket", None), zmq.Socket):
        return
    socket: zmq.Socket[bytes] = zmq.Socket.shadow(channel.socket)
    while True:
        try:
            parts = socket.recv_multipart(zmq.NOBLOCK)
        except zmq.ZMQError:  # there is nothing more, or the channel was closed
            return
        try:
            _, message = channel.session.feed_identities(parts)
            read: dict[str, Any] = channel.session.deserialize(message)
        except ValueError as error:
            log.warning(UNREADABLE, error)
            continue
        yield read
