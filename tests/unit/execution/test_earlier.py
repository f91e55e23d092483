"""What comes of code whose execution has ended."""

from __future__ import annotations

from typing import Any

import pytest

from dost_ext.execution.kernels import earlier
from dost_ext.execution.kernels.earlier import Earlier
from dost_ext.execution.outputs import Outputs


class Ended:
    """Outputs of code that has ended."""

    def __init__(self, name: str = "", size: int = 0) -> None:
        self.outputs = Outputs()
        if name:
            self.shows("display_data", display("first", name))
        self.shows("stream", {"text": "x" * size})

    @property
    def size(self) -> int:
        return self.outputs.size

    def shows(self, kind: str, content: dict[str, Any]) -> None:
        self.outputs.take(kind, content)


def display(text: str, name: str) -> dict[str, Any]:
    return {"data": {"text/plain": text}, "metadata": {}, "transient": {"display_id": name}}


def test_what_a_thread_prints_comes_to_the_code_that_began_it() -> None:
    one, other, known = Ended(), Ended(), Earlier()
    known.add("m1", one)
    known.add("m2", other)
    known.show("m1", "stream", {"text": "late"})
    known.show("m3", "stream", {"text": "nobody's"})
    known.show(None, "stream", {"text": "nobody's"})
    assert [output["text"] for output in one.outputs.items] == ["late"]
    assert other.outputs.items == []


def test_an_update_changes_the_displays_of_all_code_before() -> None:
    ended, known = [Ended("bar"), Ended("bar"), Ended("other")], Earlier()
    for number, one in enumerate(ended):
        known.add(f"m{number}", one)
    known.show("m9", "update_display_data", display("second", "bar"))
    shown = [one.outputs.items[0]["data"]["text/plain"] for one in ended]
    assert shown == ["second", "second", "first"]


def test_only_the_newest_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "MOST", 2)
    ended, known = [Ended() for _ in range(3)], Earlier()
    for number, one in enumerate(ended):
        known.add(f"m{number}", one)
    for number in range(3):
        known.show(f"m{number}", "stream", {"text": "late"})
    assert [len(one.outputs.items) for one in ended] == [0, 1, 1]


def test_what_shows_much_is_let_go_of_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "MOST_BYTES", 1000)
    first, second, known = Ended(size=600), Ended(size=300), Earlier()
    known.add("m1", first)
    known.add("m2", second)
    known.show("m2", "stream", {"text": "y" * 300})
    known.show("m1", "stream", {"text": "late"})
    known.show("m2", "stream", {"text": "late"})
    assert (first.size, second.size) == (600, 604)
