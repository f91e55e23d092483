"""The WebSocket that speaks Jupyter's protocol with a conversation's kernel."""

from __future__ import annotations

from typing import Literal, cast

from pydantic import Field

from dost_ext.core.errors import MalformedRequest
from dost_ext.core.http import operation
from dost_ext.core.ids import parse_id
from dost_ext.core.kernel_wire import V1, read, written
from dost_ext.core.sockets import SocketHandler
from dost_ext.core.wire import Query
from dost_ext.execution.kernels.service import KernelService
from dost_ext.execution.kernels.session import Channel, KernelDied, KernelSession
from dost_ext.execution.widgets.relay import Message

COMMS = ("comm_open", "comm_msg", "comm_close", "comm_info_request")


class ChannelsQuery(Query):
    """What a client of the kernel's protocol says of itself."""

    only: Literal["widgets"] | None = Field(
        default=None,
        description="Only the messages of widgets, where Output widgets have got what is theirs",
    )


class ChannelsHandler(SocketHandler):
    """A kernel's channels."""

    only_widgets = False

    def initialize(self, kernels: KernelService) -> None:  # type: ignore[override]
        """Take the service."""
        super().initialize()
        self.kernels = kernels
        self._session: KernelSession | None = None

    @operation("code:run", query=ChannelsQuery, streams=True, status=101)
    async def get(self, kernel_id: str, query: ChannelsQuery) -> None:  # type: ignore[override]
        """Speak Jupyter's kernel protocol with one's kernel, over a WebSocket."""
        self.only_widgets = query.only == "widgets"
        self._session = await self.kernels.line_to(self.user, parse_id(kernel_id))
        await self.upgrade()

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """The newer way of writing messages, where the client knows it."""
        return V1 if V1 in subprotocols else None

    async def open(self, *path: str, **named: str) -> None:
        """Pass on what the kernel says from here on."""
        await super().open()
        if self._session is not None:
            self._session.relays.add(self)

    def on_close(self) -> None:
        """Pass nothing on any more."""
        super().on_close()
        if self._session is not None:
            self._session.relays.remove(self)

    def hears(self, channel: str, message: Message) -> None:
        """Send a message of the kernel's."""
        self.push(written(message, channel, self.selected_subprotocol))

    def hung_up(self) -> None:
        """The kernel is gone, or starts anew."""
        self.close(1001, "The kernel is gone.")

    def on_message(self, data: str | bytes) -> None:
        """Pass a message on to the kernel; what is none ends the connection."""
        try:
            channel, message = read(data, self.selected_subprotocol)
        except MalformedRequest as error:
            self.close(1007, error.detail[:100])
            return
        kind = message["header"]["msg_type"]
        if channel not in ("shell", "control", "stdin") or self._session is None:
            return
        if self.only_widgets and (channel != "shell" or kind not in COMMS):
            self.close(1008, "Only messages of widgets are taken here.")
            return
        try:
            self._session.send(self, cast(Channel, channel), message)
        except KernelDied:
            self.hung_up()
