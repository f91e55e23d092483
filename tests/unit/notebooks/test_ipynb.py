"""Conversations as Jupyter notebooks, and notebooks as conversations."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from dost_ext.files.contents import known
from dost_ext.notebooks import ipynb
from dost_ext.notebooks.portable import PortableConversation, PortableExecution, PortableMessage
from dost_ext.notebooks.reading import Skipped, conversations_in
from tests.support.conversations import NOW
from tests.support.pictures import picture

ANSWER = """\
Here it is:

```python
total = 40 + 2
print(total)
```

And in a shell:

```bash title="shell"
rm -rf nothing
```

Then:

~~~py
total * 2
~~~
"""


def answered(answer: str = ANSWER, prompt: str = "Add up\n\n- well") -> PortableConversation:
    messages = [
        PortableMessage("q", None, "user", prompt),
        PortableMessage("a", "q", "assistant", answer, model="fake/echo"),
        PortableMessage("b", "q", "assistant", "Another answer"),
    ]
    return PortableConversation(title="Sums", messages=messages, current="a")


def notebook(found: PortableConversation) -> Any:
    return json.loads(ipynb.dump(found, NOW))


def sources(written: Any) -> list[tuple[str, str]]:
    return [(cell["cell_type"], "".join(cell["source"])) for cell in written["cells"]]


def read(written: Any) -> PortableConversation:
    (found,) = conversations_in(json.dumps(written).encode(), NOW)
    assert isinstance(found, PortableConversation), found
    return found


def said(found: PortableConversation) -> list[tuple[str, str]]:
    return [(message.role, message.content) for message in found.branch]


def test_prompts_are_quoted_and_code_of_the_kernel_is_in_code_cells() -> None:
    written = notebook(answered())
    assert sources(written) == [
        ("markdown", "# Sums"),
        ("markdown", "> Add up\n>\n> - well"),
        ("markdown", "Here it is:"),
        ("code", "total = 40 + 2\nprint(total)"),
        ("markdown", 'And in a shell:\n\n```bash title="shell"\nrm -rf nothing\n```\n\nThen:'),
        ("code", "total * 2"),
    ]
    assert written["metadata"]["kernelspec"]["name"] == "python3"


def test_the_language_that_is_written_most_has_the_kernel() -> None:
    written = notebook(answered("```r\n1\n```\n```R\n2\n```\n```python\n3\n```"))
    assert written["metadata"]["kernelspec"]["name"] == "ir"
    assert [kind for kind, _ in sources(written)][2:] == ["code", "code", "markdown"]


def ran(code: str, text: str, count: int = 7, block: int = 0) -> PortableExecution:
    output = {"output_type": "stream", "name": "stdout", "text": text}
    return PortableExecution(block, code, "python3", "python", "ok", count, [output], NOW, 12)


def test_what_code_showed_is_in_its_cell_and_nowhere_else() -> None:
    before = answered()
    before.messages[1].executions = [ran("total = 40 + 2\nprint(total)", "forty-two\n")]
    written = notebook(before)
    code = [cell for cell in written["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == [7, None]
    assert code[0]["outputs"][0]["text"] == "forty-two\n"
    assert json.dumps(written).count("forty-two") == 1
    assert read(written).messages[1].executions == before.messages[1].executions


VIEW = "application/vnd.jupyter.widget-view+json"


def slider(name: str, value: int) -> PortableExecution:
    """Code that showed a slider."""
    models = {
        name: {"model_name": "IntSliderModel", "state": {"value": value, "layout": "IPY_MODEL_l"}},
        "l": {"model_name": "LayoutModel", "state": {}},
    }
    for model in models.values():
        model |= {"model_module": "@jupyter-widgets/controls", "model_module_version": "2.0.0"}
    output = {
        "output_type": "display_data",
        "data": {"text/plain": "IntSlider()", VIEW: {"model_id": name, "version_major": 2}},
        "metadata": {},
    }
    widgets = {"version_major": 2, "version_minor": 0, "state": models}
    return PortableExecution(
        0, "total = 40 + 2\nprint(total)", "python3", "python", "ok", 7, [output], NOW, 12, widgets
    )


def test_the_state_of_widgets_is_where_jupyter_looks_for_it_and_comes_back() -> None:
    before = answered()
    before.messages[1].executions = [slider("s", 41)]
    written = notebook(before)
    document = written["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]
    assert document["state"]["s"]["state"]["value"] == 41
    assert json.dumps(written).count('"IntSliderModel"') == 1
    assert read(written).messages[1].executions == before.messages[1].executions


def test_widgets_of_what_is_in_no_cell_come_back_too() -> None:
    before = answered()
    before.messages[1].executions = [replace(slider("s", 41), code="changed since")]
    written = notebook(before)
    assert "widgets" not in written["metadata"]
    assert read(written).messages[1].executions == before.messages[1].executions


@pytest.mark.parametrize("strange", [None, [], {"state": 3}, {"state": {"s": {"state": 1}}}])
def test_strange_widget_state_of_a_notebook_is_left_out(strange: Any) -> None:
    before = answered()
    before.messages[1].executions = [slider("s", 41)]
    written = notebook(before)
    written["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": strange}
    (execution,) = read(written).messages[1].executions
    assert execution.widgets is None
    assert VIEW in execution.outputs[0]["data"]


def test_what_changed_code_showed_stays_out_of_the_cell_and_comes_back() -> None:
    before = answered()
    before.messages[1].executions = [ran("total = 0", "none\n")]
    written = notebook(before)
    assert all(not cell.get("outputs") for cell in written["cells"])
    assert read(written).messages[1].executions == before.messages[1].executions


def run_all(written: bytes) -> nbformat.NotebookNode:
    """A notebook that was run anew."""
    opened = nbformat.reads(written.decode(), as_version=4)
    NotebookClient(opened, timeout=60, kernel_name="python3").execute()
    return opened


def test_what_was_run_again_in_jupyter_comes_back_with_its_new_outputs() -> None:
    before = answered()
    before.messages[1].executions = [ran("total = 40 + 2\nprint(total)", "old\n")]
    opened = run_all(ipynb.dump(before, NOW))
    # Jupyter keeps texts as lists of lines.
    (found,) = conversations_in(nbformat.writes(opened).encode(), NOW)
    assert isinstance(found, PortableConversation)
    first, second = found.messages[1].executions
    assert (first.outputs[0]["text"], first.execution_count) == ("42\n", 1)
    assert (first.block, first.started_at) == (0, NOW)
    assert (second.outputs[0]["data"]["text/plain"], second.block) == ("84", 2)


def test_it_runs_and_comes_back_equal() -> None:
    before = answered()
    executed = run_all(ipynb.dump(before, NOW))
    outputs = [cell.outputs for cell in executed.cells if cell.cell_type == "code"]
    assert outputs[0][0].text == "42\n"
    assert outputs[1][0].data["text/plain"] == "84"
    (found,) = conversations_in(nbformat.writes(executed).encode(), NOW)
    assert said(found) == said(before)  # type: ignore[arg-type]


def test_what_was_changed_in_jupyter_comes_back_changed() -> None:
    written = notebook(answered())
    written["cells"][0]["source"] = "# Sums again"
    written["cells"][1]["source"] = "> Multiply"
    written["cells"][3]["source"] = ["total = 6 * 7"]
    del written["cells"][4:]
    found = read(written)
    assert found.title == "Sums again"
    assert said(found) == [
        ("user", "Multiply"),
        ("assistant", "Here it is:\n\n```python\ntotal = 6 * 7\n```"),
    ]
    assert len(found.messages) == 3


CALL = {"id": "c", "name": "run_code", "arguments": '{"code": "6 * 7"}', "at": 11}


def ran_by_the_model(**fields: Any) -> PortableConversation:
    """A conversation whose model has run code between two sentences."""
    shown = {"data": {"text/plain": "42"}, "metadata": {}, "execution_count": 1}
    one = PortableExecution(
        None,
        "6 * 7",
        "python3",
        "python",
        execution_count=1,
        outputs=[{"output_type": "execute_result", **shown}],
        tool_call_id="c",
    )
    answer = PortableMessage("b", "a", "assistant", "Let me see.\n\nIt is 42.", tool_calls=[CALL])
    answer.executions = [replace(one, **fields)]
    prompt = PortableMessage("a", None, "user", "How much?")
    return PortableConversation(title="Sum", messages=[prompt, answer], current="b")


def test_what_the_model_ran_is_a_code_cell_where_it_ran_it() -> None:
    cells = notebook(ran_by_the_model())["cells"]
    assert [(one["cell_type"], "".join(one["source"])) for one in cells[2:]] == [
        ("markdown", "Let me see."),
        ("code", "6 * 7"),
        ("markdown", "It is 42."),
    ]
    assert cells[3]["outputs"][0]["data"] == {"text/plain": "42"}
    assert cells[3]["metadata"]["dost"] == {"message": "b", "call": "c"}


def test_code_that_failed_stops_nobody_who_runs_the_notebook() -> None:
    failing = ran_by_the_model(code="1 / 0", status="error")
    written = notebook(failing)
    assert written["cells"][3]["metadata"]["tags"] == ["raises-exception"]
    executed = nbformat.reads(json.dumps(written), as_version=4)
    NotebookClient(executed, timeout=60, kernel_name="python3").execute()


def test_code_that_was_stopped_is_shown_and_not_run() -> None:
    cells = notebook(ran_by_the_model(code="while True: pass", status="interrupted"))["cells"]
    assert (cells[3]["cell_type"], cells[3]["source"][0]) == ("markdown", "```python\n")


def test_around_what_the_model_ran_a_text_can_be_changed_in_jupyter() -> None:
    written = notebook(ran_by_the_model())
    written["cells"][2]["source"] = "Let me calculate that."
    written["cells"][3]["source"] = "2 * 21"
    answer = read(written).messages[1]
    assert answer.content == "Let me calculate that.\n\nIt is 42."
    assert (answer.tool_calls or [{}])[0]["at"] == len("Let me calculate that.")
    assert [(one.code, one.tool_call_id) for one in answer.executions] == [("2 * 21", "c")]


def test_a_cell_of_the_model_that_was_split_in_jupyter_loses_nothing() -> None:
    written = notebook(ran_by_the_model())
    half = {**written["cells"][3], "id": "half", "source": "print('half')"}
    written["cells"].insert(4, half)
    answer = read(written).messages[1]
    assert answer.content == "Let me see.\n\n```python\nprint('half')\n```\n\nIt is 42."
    ran = [(one.code, one.tool_call_id) for one in answer.executions]
    assert ran == [("print('half')", None), ("6 * 7", "c")]


def test_a_cell_of_the_model_in_another_notebook_keeps_what_it_shows() -> None:
    written = notebook(ran_by_the_model())
    del written["metadata"]["dost"]
    answer = read(written).messages[1]
    assert answer.executions[0].outputs[0]["data"] == {"text/plain": "42"}


def test_pictures_are_embedded_where_they_were_attached() -> None:
    before = answered()
    before.files = {"f": known("a plot (1).png", picture())}
    before.messages[0].attachments = ["f"]
    written = notebook(before)
    cell = written["cells"][2]
    assert [*cell["attachments"]] == ["0.png"]
    assert cell["source"] == ["![](attachment:0.png)"]
    found = read(written)
    assert found.messages[0].content == before.messages[0].content
    assert found.files["f"].content == picture()


def test_anybodys_notebook_becomes_a_chat_to_go_on_with() -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Waves\n", "Long ones."]},
        {
            "cell_type": "code",
            "metadata": {},
            "source": "x = 1",
            "execution_count": 3,
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]},
                {"output_type": "film"},
                {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]},
            ],
        },
        {"cell_type": "code", "metadata": {}, "source": "", "outputs": []},
        {"cell_type": "raw", "metadata": {}, "source": "as it is"},
    ]
    metadata = {"language_info": {"name": "julia"}}
    found = read({"nbformat": 4, "nbformat_minor": 2, "metadata": metadata, "cells": cells})
    assert found.title == "Waves"
    assert said(found) == [
        ("user", "Waves"),
        ("assistant", "# Waves\nLong ones.\n\n```julia\nx = 1\n```\n\nas it is"),
    ]
    (execution,) = found.messages[1].executions
    assert (execution.block, execution.code, execution.language) == (0, "x = 1", "julia")
    assert (execution.status, execution.execution_count) == ("error", 3)
    assert execution.outputs[0] == {"output_type": "stream", "name": "stdout", "text": "a\nb"}
    assert [output["output_type"] for output in execution.outputs] == ["stream", "error"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"nbformat": 3}, "the notebook is of format 3, an old one; open it in Jupyter"),
        ({"nbformat": "four"}, "the notebook does not say of which format it is"),
        ({"cells": None}, "the notebook has no list of cells"),
        ({"cells": [5]}, "cell 1 is no cell of a notebook"),
        ({"cells": [{"cell_type": "code", "source": [1]}]}, "the source of cell 1 is no text"),
        ({"cells": [{"cell_type": "film", "source": ""}]}, "cell 1 is no cell of a notebook"),
    ],
)
def test_a_broken_notebook_is_refused_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    written = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [], **changes}
    (found,) = conversations_in(json.dumps(written).encode(), NOW)
    assert isinstance(found, Skipped)
    assert reason in found.reason
