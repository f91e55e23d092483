"""Resources of the API that are WebSockets."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from tornado.websocket import WebSocketClosedError, WebSocketHandler

from dost_ext.core.http import ApiHandler

# Proxies close a silent connection after 30 to 60 s.
PING_SECONDS = 25.0
# A picture that somebody gives to a widget.
MOST_BYTES = 64 * 2**20
# A reader that is this far behind is cut off.
MOST_BEHIND = 64 * 2**20


class SocketHandler(ApiHandler, WebSocketHandler):
    """A resource whose `get` ends in `upgrade`. It closes with its session, as streams do.

    Another site's page cannot open one: Jupyter Server checks the origin of every request.
    """

    ping_interval = PING_SECONDS
    max_message_size = MOST_BYTES

    def initialize(self) -> None:
        """Nothing is open yet."""
        self._known = ExitStack()
        self._behind = 0

    async def upgrade(self) -> None:
        """Become a WebSocket. Answers 400 to a request for anything else."""
        await WebSocketHandler.get(self)

    async def open(self, *path: str, **named: str) -> None:
        """Have it close with its session."""
        self._known.enter_context(self.settings["dost_streams"].registered(self))
        self.set_nodelay(True)

    def on_close(self) -> None:
        """Forget it."""
        self._known.close()

    def close_stream(self) -> None:
        """End it from the server's side."""
        self.close(1008, "The session has ended.")

    def push(self, message: str | bytes) -> None:
        """Send a message; one that is not read for long ends the connection."""
        if self._behind > MOST_BEHIND:
            self.close(1013, "Too much has not been read.")
            return
        try:
            sending = self.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            return
        self._behind += (size := len(message))
        sending.add_done_callback(lambda done: self._sent(done, size))

    def _sent(self, done: Any, size: int) -> None:
        self._behind -= size
        if not done.cancelled():
            done.exception()  # it closed meanwhile
