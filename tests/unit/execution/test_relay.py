"""Who else speaks to a kernel over the one line to it."""

from __future__ import annotations

from typing import Any

from dost_ext.execution.widgets.relay import Relays


class Listener:
    """Hears what is passed on."""

    def __init__(self, *, only_widgets: bool = False) -> None:
        self.only_widgets = only_widgets
        self.heard: list[tuple[str, str]] = []
        self.is_hung_up = False

    def hears(self, channel: str, message: dict[str, Any]) -> None:
        self.heard.append((channel, message["header"]["msg_type"]))

    def hung_up(self) -> None:
        self.is_hung_up = True


def message(kind: str, parent: str = "") -> dict[str, Any]:
    return {"header": {"msg_type": kind}, "parent_header": {"msg_id": parent}}


def test_an_answer_goes_to_whoever_asked_and_what_is_shown_to_all() -> None:
    relays, one, other = Relays(), Listener(), Listener()
    relays.add(one)
    relays.add(other)
    relays.asks(one, "m")
    relays.answer("shell", message("execute_reply", "m"))
    relays.answer("shell", message("execute_reply", "the server's own"))
    relays.show(message("stream", "m"), news_of_widgets=False)
    assert one.heard == [("shell", "execute_reply"), ("iopub", "stream")]
    assert other.heard == [("iopub", "stream")]


def test_who_follows_widgets_alone_hears_of_them_and_of_the_end_of_its_own() -> None:
    relays, one = Relays(), Listener(only_widgets=True)
    relays.add(one)
    relays.asks(one, "m")
    relays.show(message("stream", "m"), news_of_widgets=False)
    relays.show(message("status", "another's"), news_of_widgets=False)
    relays.show(message("status", "m"), news_of_widgets=False)
    relays.show(message("comm_msg"), news_of_widgets=True)
    assert one.heard == [("iopub", "status"), ("iopub", "comm_msg")]


def test_whoever_comes_to_a_line_that_was_hung_up_is_told_so() -> None:
    relays, early, late = Relays(), Listener(), Listener()
    relays.add(early)
    relays.close()
    relays.add(late)
    assert early.is_hung_up
    assert late.is_hung_up
