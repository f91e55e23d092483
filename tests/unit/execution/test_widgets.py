"""What a kernel's comm messages make of its widgets."""

from __future__ import annotations

from typing import Any

import pytest

from dost_ext.execution.widgets import widgets
from dost_ext.execution.widgets.widgets import VIEW, Widgets, part_of, together, views_in

CONTROLS = "@jupyter-widgets/controls"
OUTPUT = "@jupyter-widgets/output"


class Later:
    """An event loop in which what shall be done later is never done."""

    def call_later(self, *later: Any) -> Later:
        return self

    def cancel(self) -> None:
        """It would not have been done anyhow."""


class Told:
    """The widgets of a kernel, and what was told of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # What is told of later is told of by the test alone.
        monkeypatch.setattr(widgets, "get_running_loop", Later)
        self.shown: list[tuple[str, dict[str, Any]]] = []
        self.synced: list[tuple[str, dict[str, Any]]] = []
        self.widgets = Widgets(
            lambda *news: self.shown.append(news), lambda *news: self.synced.append(news)
        )

    def opens(self, comm_id: str, name: str = "M", module: str = CONTROLS, **state: Any) -> None:
        state |= {"_model_name": name, "_model_module": module, "_model_module_version": "2.0.0"}
        content = {"comm_id": comm_id, "target_name": "jupyter.widget", "data": {"state": state}}
        self.widgets.take("comm_open", content, ())

    def updates(
        self,
        comm_id: str,
        *,
        method: str = "update",
        buffers: dict[str, bytes] | None = None,
        **state: Any,
    ) -> bool:
        given = buffers or {}
        data = {"method": method, "state": state, "buffer_paths": [[key] for key in given]}
        content = {"comm_id": comm_id, "data": data}
        return self.widgets.take("comm_msg", content, list(given.values()))

    def shows(self, message_id: str, text: str) -> bool:
        return self.widgets.catch(message_id, "stream", {"name": "stdout", "text": text})

    def state(self, comm_id: str) -> dict[str, Any]:
        return self.widgets.models[comm_id].state


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


def test_a_widget_is_as_it_was_opened_and_changed_since(told: Told) -> None:
    told.opens("a", value=1, max=9)
    told.updates("a", value=2)
    told.updates("a", method="echo_update", value=3)
    document = told.widgets.saved(["a"])
    assert document is not None
    saved = document["state"]["a"]
    assert {key: saved["state"][key] for key in ("value", "max")} == {"value": 3, "max": 9}
    assert saved["model_name"] == "M"
    assert saved["model_module"] == CONTROLS


def test_a_binary_value_stands_beside_the_state_until_another_takes_its_place(told: Told) -> None:
    told.opens("a")
    told.updates("a", buffers={"value": b"\x00\xff", "other": b"x"}, value=None)
    told.updates("a", buffers={"value": b"new"}, value=None)
    saved = told.widgets.models["a"].saved()["buffers"]
    assert sorted(one["data"] for one in saved) == ["bmV3", "eA=="]


def test_saved_is_what_a_view_needs_and_nothing_else(told: Told) -> None:
    told.opens("layout")
    told.opens("slider", layout="IPY_MODEL_layout")
    told.opens("box", children=["IPY_MODEL_slider", "IPY_MODEL_gone"])
    told.opens("elsewhere", layout="IPY_MODEL_layout")
    assert told.widgets.needed(["box"]) == {"box", "slider", "layout"}


def test_what_binds_a_shown_widget_to_another_is_saved_with_both(told: Told) -> None:
    told.opens("a")
    told.opens("b")
    told.opens(
        "link", "LinkModel", source=["IPY_MODEL_a", "value"], target=["IPY_MODEL_b", "value"]
    )
    assert told.widgets.needed(["a"]) == {"a", "b", "link"}


def test_a_closed_widget_is_forgotten(told: Told) -> None:
    told.opens("a")
    told.widgets.take("comm_close", {"comm_id": "a"}, ())
    assert told.widgets.saved(["a"]) is None


def test_an_output_widget_takes_what_its_message_shows(told: Told) -> None:
    told.opens("out", "OutputModel", OUTPUT, msg_id="", outputs=[])
    assert not told.shows("m1", "before")
    told.updates("out", msg_id="m1")
    assert told.shows("m1", "in")
    assert told.shows("m1", "side")
    assert not told.shows("m2", "another's")
    told.updates("out", msg_id="")
    assert not told.shows("m1", "after")
    outputs = [{"output_type": "stream", "name": "stdout", "text": "inside"}]
    assert told.state("out")["outputs"] == outputs
    assert told.shown == [("out", {"outputs": outputs})]
    assert told.synced == [("out", {"outputs": outputs})]


def test_of_two_output_widgets_the_inner_one_takes_it(told: Told) -> None:
    for name in ("outer", "inner"):
        told.opens(name, "OutputModel", OUTPUT, msg_id="", outputs=[])
        told.updates(name, msg_id="m")
    told.shows("m", "deep")
    told.updates("inner", msg_id="")
    told.shows("m", "flat")
    assert told.state("inner")["outputs"][0]["text"] == "deep"
    assert told.state("outer")["outputs"][0]["text"] == "flat"


def test_an_output_widget_is_cleared_by_what_clears_output(told: Told) -> None:
    told.opens("out", "OutputModel", OUTPUT, msg_id="m", outputs=[])
    told.shows("m", "old")
    assert told.widgets.catch("m", "clear_output", {"wait": True})
    assert told.state("out")["outputs"][0]["text"] == "old"
    told.shows("m", "new")
    assert [one["text"] for one in told.state("out")["outputs"]] == ["new"]


def test_an_echo_of_outputs_does_not_undo_what_came_after(told: Told) -> None:
    told.opens("out", "OutputModel", OUTPUT, msg_id="", outputs=[])
    newer = [{"output_type": "stream", "name": "stdout", "text": "newer"}]
    told.updates("out", outputs=newer)
    assert not told.updates("out", method="echo_update", outputs=[])
    assert told.state("out")["outputs"] == newer


def test_what_does_not_fit_in_is_not_kept(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(widgets, "MOST_BYTES", 1_000)
    told.opens("a", value="x" * 500)
    told.opens("b", value="x" * 500)
    told.updates("a", value="x" * 2_000)
    assert set(told.widgets.models) == {"a"}
    assert len(told.state("a")["value"]) == 500
    told.updates("a", value="small")
    assert told.state("a")["value"] == "small"


def test_what_is_closed_makes_room(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(widgets, "MOST_BYTES", 1_000)
    for _ in range(20):
        told.opens("a", value="x" * 500)
        told.opens("a", value="x" * 500)
        told.updates("a", value="y" * 600)
        assert told.state("a")["value"] == "y" * 600
        told.widgets.take("comm_close", {"comm_id": "a"}, ())


NONSENSE: list[tuple[str, dict[str, Any]]] = [
    ("comm_open", {}),
    ("comm_open", {"comm_id": 3, "target_name": "jupyter.widget", "data": []}),
    (
        "comm_open",
        {"comm_id": "x", "target_name": "jupyter.widget", "data": {"state": {"_model_name": 1}}},
    ),
    ("comm_msg", {"comm_id": "a", "data": "text"}),
    ("comm_msg", {"comm_id": "a", "data": {"method": "update", "state": []}}),
    ("comm_msg", {"comm_id": "a", "data": {"method": "update", "buffer_paths": [[{}], 3, []]}}),
    ("comm_msg", {"comm_id": "a", "data": {"method": "update", "state": {"value": 2**70}}}),
    ("comm_close", {"comm_id": None}),
]


@pytest.mark.parametrize(("kind", "content"), NONSENSE)
def test_nonsense_of_a_kernel_does_no_harm(told: Told, kind: str, content: dict[str, Any]) -> None:
    told.opens("a", value=1)
    told.widgets.take(kind, content, [b"x", b"y", b"z"])
    assert told.widgets.saved(["a"]) is not None


def test_views_are_found_in_outputs_of_any_shape() -> None:
    view = {"data": {VIEW: {"model_id": "a"}}}
    strange: list[dict[str, Any]] = [
        {"data": {VIEW: None}},
        {"data": None},
        {"data": {VIEW: {"model_id": 1}}},
        {},
    ]
    assert views_in([view, *strange]) == ["a"]


def test_a_part_of_a_notebooks_widgets_holds_what_its_views_need(told: Told) -> None:
    told.opens("inner")
    told.opens("out", "OutputModel", OUTPUT, outputs=[{"data": {VIEW: {"model_id": "inner"}}}])
    told.opens("other")
    whole = told.widgets.saved(["out", "other"])
    part = part_of(whole, ["out"])
    assert part is not None
    assert set(part["state"]) == {"inner", "out"}
    assert together([part, part_of(whole, ["other"])]) == whole


@pytest.mark.parametrize(
    "found", [None, [], {"state": []}, {"state": {"a": None, "b": {"state": 1}}}]
)
def test_what_is_no_widget_state_has_no_part(found: Any) -> None:
    assert part_of(found, ["a", "b"]) is None
