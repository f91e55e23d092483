"""Who else speaks to a kernel over the server's one line to it, in Jupyter's own protocol."""

from __future__ import annotations

from typing import Any, Protocol

Message = dict[str, Any]

# Of messages whose answers may still come; one that is lost must not be remembered for good.
MOST_SENT = 10_000


class Relay(Protocol):
    """Somebody to whom messages of a kernel are passed on."""

    @property
    def only_widgets(self) -> bool:
        """Whether it is told of widgets alone, with what Output widgets took as their state."""

    def hears(self, channel: str, message: Message) -> None:
        """A message from the kernel."""

    def hung_up(self) -> None:
        """The line was hung up: the kernel is gone, or starts anew."""


class Relays:
    """The relays of one line. An answer goes to whoever asked, what is shown goes to all."""

    def __init__(self) -> None:
        self._all: set[Relay] = set()
        self._asked: dict[str, Relay] = {}
        self._is_closed = False

    def add(self, relay: Relay) -> None:
        """Pass messages on from now on; it is told where the line was hung up meanwhile."""
        if self._is_closed:
            relay.hung_up()
        else:
            self._all.add(relay)

    def remove(self, relay: Relay) -> None:
        """Pass nothing on any more."""
        self._all.discard(relay)
        self._asked = {key: one for key, one in self._asked.items() if one is not relay}

    def close(self) -> None:
        """The line is hung up."""
        self._is_closed = True
        for relay in list(self._all):
            relay.hung_up()

    def asks(self, relay: Relay, message_id: str) -> None:
        """Note whose a message to the kernel was."""
        self._asked[message_id] = relay
        if len(self._asked) > MOST_SENT:
            del self._asked[next(iter(self._asked))]

    def answer(self, channel: str, message: Message) -> None:
        """Pass an answer on to whoever asked, if it was one of them."""
        if (relay := self._asked.get(parent_of(message) or "")) is not None:
            relay.hears(channel, message)

    def show(self, message: Message, *, news_of_widgets: bool) -> None:
        """Pass on what a kernel shows."""
        for relay in list(self._all):
            if not relay.only_widgets or news_of_widgets or self._ends_for(relay, message):
                relay.hears("iopub", message)

    def show_widget(self, message: Message) -> None:
        """Pass on what no kernel has said, to those who are told of widgets alone."""
        for relay in list(self._all):
            if relay.only_widgets:
                relay.hears("iopub", message)

    def _ends_for(self, relay: Relay, message: Message) -> bool:
        """Whether a message says how far the kernel is with what the relay has asked."""
        asked = self._asked.get(parent_of(message) or "") is relay
        return asked and message["header"]["msg_type"] == "status"


def parent_of(message: Message) -> str | None:
    """The id of the message that a message is about."""
    found: str | None = (message.get("parent_header") or {}).get("msg_id")
    return found
