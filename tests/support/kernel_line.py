"""A kernel's channels over the WebSocket, as a client of Jupyter's protocol has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from jupyter_client.session import Session
from websocket import WebSocket, WebSocketException, create_connection

from dost_ext.core.kernel_wire import V1, read, written
from tests.support.client import Client

Message = dict[str, Any]
TIMEOUT = 60.0


class KernelLine:
    """Sends messages to a kernel and waits for those that come."""

    def __init__(self, socket: WebSocket, protocol: str | None) -> None:
        self._socket = socket
        self._protocol = protocol
        self._session = Session()

    def send(
        self, channel: str, kind: str, content: Message, buffers: tuple[bytes, ...] = ()
    ) -> str:
        """Send a message; its id."""
        message = self._session.msg(kind, content) | {"buffers": list(buffers)}
        encoded = written(message, channel, self._protocol)
        if isinstance(encoded, bytes):
            self._socket.send_binary(encoded)
        else:
            self._socket.send(encoded)
        return str(message["header"]["msg_id"])

    def execute(self, code: str) -> str:
        """Ask for code to be run; the message's id."""
        return self.send("shell", "execute_request", {"code": code, "allow_stdin": True})

    def update(self, comm_id: str, **state: Any) -> str:
        """Change a widget as a page does; the message's id."""
        data = {"method": "update", "state": state, "buffer_paths": []}
        return self.send("shell", "comm_msg", {"comm_id": comm_id, "data": data})

    def next(self) -> tuple[str, Message]:
        """The message that comes next, with its channel."""
        data = self._socket.recv()
        assert data, "the socket was closed"
        return read(data, self._protocol)

    def until(self, wanted: Callable[[str, Message], bool]) -> list[tuple[str, Message]]:
        """What comes, to the first message that is wanted."""
        found = []
        while True:
            found.append(self.next())
            if wanted(*found[-1]):
                return found

    def until_idle(self, message_id: str) -> list[Message]:
        """What is shown until the kernel has done what a message asked of it."""
        came = self.until(lambda channel, one: is_idle(one) and asked_by(one) == message_id)
        return [one for channel, one in came if channel == "iopub"]

    def is_closed(self) -> bool:
        """Whether the server closes it, after whatever it still says."""
        with suppress(WebSocketException, ConnectionError):
            while self._socket.recv():
                continue
        return not self._socket.connected


def is_idle(message: Message) -> bool:
    """Whether a kernel says that it has done something."""
    return bool(message["content"].get("execution_state") == "idle")


def asked_by(message: Message) -> str | None:
    """The message that a message is about."""
    found: str | None = message["parent_header"].get("msg_id")
    return found


@contextmanager
def line_to(
    client: Client, kernel_id: str, *, query: str = "", protocol: str | None = V1, **headers: str
) -> Iterator[KernelLine]:
    """The channels of a kernel. Raises `WebSocketBadStatusException` where they are refused."""
    base = str(client.base_url).replace("http", "ws", 1)
    sent = {name: value for name, value in client.headers.items() if name == "authorization"}
    socket = create_connection(
        f"{base}kernels/{kernel_id}/channels{query}",
        header=sent | headers,
        subprotocols=[protocol] if protocol else None,
        timeout=TIMEOUT,
        suppress_origin=True,
    )
    try:
        yield KernelLine(socket, protocol)
    finally:
        socket.close()
