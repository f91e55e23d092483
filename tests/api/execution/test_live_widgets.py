"""Widgets: what executions show of them, alive and kept."""

from __future__ import annotations

import os
import signal
from typing import Any

import nbformat

from tests.api.conftest import SignUp
from tests.support.client import Client
from tests.support.code import Coder, Shown, fenced, pid_of
from tests.support.dost_server import wait_until
from tests.support.kernel_line import Message, line_to

VIEW = "application/vnd.jupyter.widget-view+json"
SLIDER = "import ipywidgets as w\ns = w.IntSlider(value=3, description='speed')\ns"
OUT = "import ipywidgets as w\nout = w.Output()\nout"


def view_of(shown: Shown) -> str:
    """The widget that an execution shows."""
    return str(
        next(o["data"][VIEW]["model_id"] for o in shown.outputs if VIEW in o.get("data", {}))
    )


def id_of(shown: Shown) -> str:
    """The execution's id."""
    return str(shown.events[0].data["id"])


def widgets_of(client: Client, shown: Shown) -> dict[str, Any]:
    """The widgets that an execution shows."""
    return dict(client.ok("GET", f"executions/{id_of(shown)}/widgets"))


def state_of(client: Client, shown: Shown) -> dict[str, Any]:
    """The state of the widget that an execution shows."""
    return dict(widgets_of(client, shown)["widgets"]["state"][view_of(shown)]["state"])


def outputs_told(came: list[tuple[str, Message]], comm_id: str) -> list[Any]:
    """The outputs that an Output widget was said to have."""
    contents = [m["content"] for _, m in came if m["content"].get("comm_id") == comm_id]
    states = [content.get("data", {}).get("state", {}) for content in contents]
    return [state["outputs"] for state in states if "outputs" in state]


def test_an_execution_tells_the_widgets_that_it_shows(coder: Coder) -> None:
    shown = coder.runs(SLIDER)
    found = widgets_of(coder.client, shown)
    assert found["kernel_id"] == coder.client.ok("GET", coder.kernel)["id"]
    names = {one["model_name"] for one in found["widgets"]["state"].values()}
    assert names == {"IntSliderModel", "LayoutModel", "SliderStyleModel"}
    assert state_of(coder.client, shown)["description"] == "speed"


def test_a_widget_is_told_as_it_is_now_whoever_has_changed_it(coder: Coder) -> None:
    shown = coder.runs(SLIDER)
    coder.runs("s.value = 5")
    assert state_of(coder.client, shown)["value"] == 5
    kernel_id = widgets_of(coder.client, shown)["kernel_id"]
    with line_to(coder.client, kernel_id, query="?only=widgets") as line:
        line.until_idle(line.update(view_of(shown), value=8))
    assert state_of(coder.client, shown)["value"] == 8


def test_widgets_are_told_while_their_code_still_runs(coder: Coder) -> None:
    code = f"{SLIDER}\ndisplay(s)\ns.value = 4\ninput()"

    def values(execution: str) -> list[Any]:
        told = coder.client.ok("GET", f"executions/{execution}/widgets")
        return [one["state"].get("value") for one in told["widgets"]["state"].values()]

    def look(opening: Any) -> None:
        # A question comes by another way than widgets do, and may overtake them.
        wait_until(lambda: 4 in values(opening.data["id"]))
        coder.client.ok("POST", f"executions/{opening.data['id']}/input", json={"text": ""})

    coder.acts(code, "input", look)


def test_what_is_printed_into_an_output_widget_is_its_own(coder: Coder) -> None:
    shown = coder.runs(OUT)
    with line_to(
        coder.client, widgets_of(coder.client, shown)["kernel_id"], query="?only=widgets"
    ) as line:
        ran = coder.runs("with out:\n    print('inside')\nprint('outside')")
        assert ran.text == "outside\n"
        came = line.until(lambda _, one: bool(outputs_told([("", one)], view_of(shown))))
    text = [{"output_type": "stream", "name": "stdout", "text": "inside\n"}]
    assert outputs_told(came, view_of(shown)) == [text]
    assert state_of(coder.client, shown)["outputs"] == text
    assert coder.runs("print([o['text'] for o in out.outputs])").text == "['inside\\n']\n"


def test_code_that_a_moved_slider_calls_shows_in_the_output_of_interact(coder: Coder) -> None:
    shown = coder.runs(
        "import ipywidgets as w\n@w.interact(x=(0, 10))\ndef double(x=2):\n    print(x * 2)"
    )
    state = widgets_of(coder.client, shown)["widgets"]["state"]
    slider = next(key for key, one in state.items() if one["model_name"] == "IntSliderModel")
    out = next(key for key, one in state.items() if one["model_name"] == "OutputModel")
    assert state[out]["state"]["outputs"][0]["text"] == "4\n"
    kernel_id = widgets_of(coder.client, shown)["kernel_id"]
    with line_to(coder.client, kernel_id, query="?only=widgets") as line:
        line.update(slider, value=9)
        line.until(
            lambda _, one: any(o and o[0]["text"] == "18\n" for o in outputs_told([("", one)], out))
        )
    assert coder.runs("print('free')").text == "free\n"


def test_widgets_stay_as_they_were_once_their_kernel_is_gone(coder: Coder) -> None:
    shown = coder.runs(SLIDER)
    coder.runs("s.value = 6")
    coder.client.ok("DELETE", coder.kernel)
    found = widgets_of(coder.client, shown)
    assert found["kernel_id"] is None
    assert state_of(coder.client, shown)["value"] == 6


def test_a_kernel_that_starts_anew_has_not_the_widgets_of_the_one_before(coder: Coder) -> None:
    shown = coder.runs(SLIDER)
    coder.client.ok("POST", f"{coder.kernel}/restart")
    found = widgets_of(coder.client, shown)
    assert found["kernel_id"] is None
    assert state_of(coder.client, shown)["value"] == 3


def test_widgets_outlive_a_kernel_that_is_killed(coder: Coder) -> None:
    shown = coder.runs(SLIDER)
    os.kill(pid_of(coder), signal.SIGKILL)
    wait_until(lambda: widgets_of(coder.client, shown)["kernel_id"] is None, 30)
    assert state_of(coder.client, shown)["value"] == 3


def test_a_widget_too_large_to_be_kept_lives_as_long_as_its_kernel(coder: Coder) -> None:
    large = coder.runs("import ipywidgets as w\nh = w.HTML('x' * 11_000_000)\nh")
    small = coder.runs("w.IntSlider()")
    wait_until(lambda: state_is_kept(coder, small))  # so the large one had its turn as well
    assert widgets_of(coder.client, large)["kernel_id"] is not None
    assert len(state_of(coder.client, large)["value"]) == 11_000_000


def test_an_execution_without_widgets_has_none(coder: Coder) -> None:
    shown = coder.runs("1 + 1")
    found = widgets_of(coder.client, shown)
    assert found == {
        "kernel_id": None,
        "widgets": {"version_major": 2, "version_minor": 0, "state": {}},
    }


def test_nobody_sees_anothers_widgets(coder: Coder, sign_up: SignUp) -> None:
    shown = coder.runs(SLIDER)
    for stranger in (sign_up(), sign_up(role="admin")):
        assert stranger.get(f"executions/{id_of(shown)}/widgets").status_code == 404


def test_a_temporary_chat_has_widgets_too(admin: Client) -> None:
    answer = admin.ask(fenced(SLIDER), temporary=True)
    path = f"messages/{answer.message['id']}/execute"
    with admin.following("POST", path, json={"block": 0}) as events:
        shown = Shown(list(events))
    assert state_of(admin, shown)["value"] == 3
    admin.ok("DELETE", f"conversations/{answer.conversation_id}")


def test_widgets_of_a_temporary_chat_that_is_kept_are_kept_too(admin: Client) -> None:
    answer = admin.ask(fenced(SLIDER), temporary=True)
    path = f"messages/{answer.message['id']}/execute"
    with admin.following("POST", path, json={"block": 0}) as events:
        shown = Shown(list(events))
    admin.ok("POST", f"conversations/{answer.conversation_id}/keep")
    export = f"conversations/{answer.conversation_id}/export?format=ipynb"
    wait_until(lambda: "IntSliderModel" in admin.get(export).text)
    admin.ok("DELETE", f"conversations/{answer.conversation_id}/kernel")
    assert state_of(admin, shown)["value"] == 3
    admin.ok("DELETE", f"conversations/{answer.conversation_id}")


def saved_state(client: Client, conversation_id: str) -> dict[str, Any]:
    """The state of the only slider of a conversation, of whatever execution there is."""
    tree = client.tree(conversation_id)["by_id"]
    (execution,) = [one for m in tree.values() for one in m["executions"] or ()]
    found = client.ok("GET", f"executions/{execution['id']}/widgets")
    assert found["kernel_id"] is None
    models = found["widgets"]["state"].values()
    (slider,) = [one for one in models if one["model_name"] == "IntSliderModel"]
    return dict(slider["state"])


def test_widgets_go_into_a_notebook_and_come_back_with_it(coder: Coder) -> None:
    shown = coder.runs(SLIDER)
    coder.client.ok("DELETE", coder.kernel)
    wait_until(lambda: state_is_kept(coder, shown))
    written = coder.client.get(f"conversations/{coder.conversation_id}/export?format=ipynb")
    notebook = nbformat.reads(written.text, as_version=4)
    nbformat.validate(notebook)
    document = notebook.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]
    assert view_of(shown) in document["state"]
    sent = {"file": ("again.ipynb", written.content, "application/json")}
    (again,) = coder.client.ok("POST", "conversations/import", files=sent)["imported"]
    assert saved_state(coder.client, again["id"])["description"] == "speed"


def state_is_kept(coder: Coder, shown: Shown) -> bool:
    """Whether the state is in the database already."""
    written = coder.client.get(f"conversations/{coder.conversation_id}/export?format=ipynb")
    return view_of(shown) in written.text and "IntSliderModel" in written.text


def test_a_fork_has_the_widgets_as_they_were(coder: Coder) -> None:
    shown = coder.runs(SLIDER)
    wait_until(lambda: state_is_kept(coder, shown))
    path = f"conversations/{coder.conversation_id}/fork"
    leaf = coder.client.tree(coder.conversation_id)["leaf"]
    fork = coder.client.ok("POST", path, json={"message_id": leaf})["id"]
    assert saved_state(coder.client, fork)["value"] == 3
