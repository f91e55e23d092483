"""Exported notebooks run to their end under nbclient, whatever their code did in the chat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient

from dost_ext.files.contents import known
from dost_ext.notebooks import ipynb
from dost_ext.notebooks.portable import PortableConversation, PortableExecution, PortableMessage
from dost_ext.notebooks.reading import conversations_in
from dost_ext.notebooks.settle import settle
from dost_ext.tools.calls import calls_of, dumped
from tests.support.conversations import NOW
from tests.support.pictures import picture
from tests.unit.notebooks.test_ipynb import answered, notebook, ran, read, slider

# Seconds after which a cell is taken to hang.
LONGEST = 20


class Runner:
    """Runs notebooks under nbclient in one kernel, which forgets between them what it had."""

    def __init__(self) -> None:
        self._kernel = AsyncKernelManager(kernel_name="python3")

    def run(self, written: bytes) -> nbformat.NotebookNode:
        """A notebook that was run to its end. Raises what nbclient does."""
        opened = nbformat.reads(written.decode(), as_version=4)
        nbformat.validate(opened)
        assert opened.metadata.kernelspec.name == "python3"
        opened.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
        client = NotebookClient(opened, km=self._kernel, timeout=LONGEST)
        try:
            client.execute()
        except BaseException:
            self.end()  # the next notebook has another kernel
            self._kernel = AsyncKernelManager(kernel_name="python3")
            raise
        finally:
            if client.kc is not None:
                client.kc.stop_channels()
        del opened.cells[0]
        return opened

    def end(self) -> None:
        """End the kernel."""
        run_sync(self._kernel.shutdown_kernel)(now=True)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    found = Runner()
    yield found
    found.end()


@dataclass(frozen=True)
class Code:
    """Code of a chat, and how it ends where somebody runs it there."""

    written: str
    ends: Literal["ok", "error", "interrupted", "dead", "never"] = "ok"
    fence: str = "python"
    gives: str | None = None
    needs: str | None = None
    asks: bool = False
    shows: str = ""


# What does not end by itself, or ends the kernel.
STOPPED = ("interrupted", "dead")
CODE = [
    Code("x = 1", gives="x"),
    Code("print(x)", needs="x", fence="py"),
    Code("1 / 0", ends="error"),
    Code("y = int(input('How many? '))", gives="y", asks=True),
    Code("print(y)", needs="y", fence=""),
    Code("z = 1\nwhile True: pass", ends="interrupted", gives="z"),
    Code("print(z)", needs="z"),
    Code("import os\nos._exit(1)", ends="dead"),
    Code("def ask():\n    return input()", gives="ask"),
    Code("answer = ask()", needs="ask", asks=True),
    Code("from getpass import getpass\ngetpass()", asks=True),
    Code("%time input()", asks=True),
    Code("if x > 1: input()", needs="x"),
    Code(""),
    Code("  \n\t"),
    Code("print('Öğle 🌙')"),
    Code("s = '\u2028\x85\x1c\x0b\u202e\ufeff\U0010ffff e\u0301 👩‍👩‍👧'"),
    Code("1", shows="odd"),
    Code("print('x' * 10_000_000)", shows="x" * 10_000_000),
    Code("import ipywidgets\nipywidgets.IntSlider()", shows="slider"),
    Code("ls -l", fence="sh", ends="never"),
    Code("Qapla'", fence="klingon", ends="never"),
]


@dataclass(frozen=True)
class Placed:
    """Code in a message: a block of it, or what a model has run by a call."""

    message: PortableMessage
    code: Code
    block: int | None = None
    call: str | None = None

    @property
    def may_run(self) -> bool:
        """Whether somebody may have run it in the chat."""
        return self.code.ends != "never" and bool(self.code.written.strip())


@st.composite
def chats(draw: st.DrawFn) -> PortableConversation:
    """A tree of answers, some of whose code ran in one kernel, in any order."""
    messages: list[PortableMessage] = []
    placed: list[Placed] = []
    for number in range(draw(st.integers(1, 3))):
        above = draw(st.sampled_from([None, *(one.key for one in messages)]))
        message = PortableMessage(f"m{number}", above, "assistant", "So:\n\n")
        codes = draw(st.lists(st.sampled_from(CODE), max_size=4))
        placed += [place(message, code, by_model=draw(st.booleans())) for code in codes]
        message.tool_calls = dumped(calls_of(message.tool_calls))
        messages.append(message)
    order = draw(st.permutations([one for one in placed if one.may_run]))
    some = draw(st.integers(0, len(order)))
    # What does not end by itself must have run, for nobody could know it otherwise.
    stopped = [one for one in order[some:] if one.code.ends in STOPPED]
    live([*order[:some], *stopped], noted=draw(st.booleans()))
    current = draw(st.sampled_from(messages)).key
    return settle(PortableConversation("Runs", messages, current=current), NOW)


def place(message: PortableMessage, code: Code, *, by_model: bool) -> Placed:
    """Put code at the end of a message."""
    if by_model and code.ends != "never" and code.written.strip():
        calls = message.tool_calls = message.tool_calls or []
        call = f"c{len(calls)}"
        at = len(message.content)
        calls.append({"id": call, "name": "run_code", "arguments": "{}", "at": at})
        message.content += "And then:\n\n"
        return Placed(message, code, call=call)
    block = message.content.count("```") // 2
    message.content += f"```{code.fence}\n{code.written}\n```\n"
    return Placed(message, code, block)


def live(order: list[Placed], *, noted: bool = True) -> None:
    """Note what became of code that ran in this order, and maybe whether it asked for input."""
    names: set[str | None] = {None}
    count = 0
    for number, one in enumerate(order):
        count += 1
        status = one.code.ends if one.code.needs in names else "error"
        assert status != "never"
        execution = PortableExecution(one.block, one.code.written, "python3", "python", status)
        execution.execution_count = count
        execution.tool_call_id = one.call
        execution.asked = one.code.asks and status == "ok" if noted else None
        if one.code.shows == "slider":
            shown = slider(f"s{number}", 41)
            execution.outputs, execution.widgets = shown.outputs, shown.widgets
        elif one.code.shows == "odd":
            data = {"application/x-nobody+knows": "\u2028\ufeff", "application/odd+json": [None]}
            execution.outputs = [{"output_type": "display_data", "data": data, "metadata": {}}]
        elif one.code.shows:
            text = {"output_type": "stream", "name": "stdout", "text": one.code.shows}
            execution.outputs = [text]
        one.message.executions.append(execution)
        if status == "dead":
            names, count = {None}, 0
        elif status != "error":
            names.add(one.code.gives)


def everything() -> PortableConversation:
    """A chat with all that code of a chat may do, once run and once not."""
    messages = [PortableMessage(key, None, "assistant", "So:\n\n") for key in ("ran", "not")]
    messages[1].parent = "ran"
    for message in messages:
        codes = [code for code in CODE if message.key == "ran" or code.ends not in STOPPED]
        placed = [place(message, code, by_model=False) for code in codes]
        if message.key == "ran":
            live([one for one in placed if one.may_run])
    return settle(PortableConversation("Runs", messages, current="not"), NOW)


@settings(max_examples=20, deadline=None)
@example(everything())
@given(chats())
def test_what_is_exported_runs_to_its_end_and_comes_back_equal(
    runner: Runner, conversation: PortableConversation
) -> None:
    written = ipynb.dump(conversation, NOW)
    run = [cell.source for cell in runner.run(written).cells if "execution" in cell.metadata]
    (found,) = conversations_in(written, NOW)
    assert found == conversation
    # What looks as if it asked for input is left out as well where nobody noted whether it did.
    if all(one.asked is not None for m in conversation.messages for one in m.executions):
        assert Counter(ended(conversation)) <= Counter(run)


def ended(conversation: PortableConversation) -> list[str]:
    """The shown code that ran to its end and asked for nothing."""
    ran = [one for message in conversation.branch for one in message.executions]
    return [one.code for one in ran if one.status in ("ok", "error") and not one.asked]


def tags(found: PortableConversation) -> list[list[str]]:
    """Those of each code cell."""
    cells = notebook(found)["cells"]
    return [one["metadata"].get("tags", []) for one in cells if one["cell_type"] == "code"]


def chat(*codes: Code, noted: bool = True) -> PortableConversation:
    """An answer whose code ran, each block after the one before."""
    message = PortableMessage("m", None, "assistant", "")
    live([place(message, code, by_model=False) for code in codes], noted=noted)
    return PortableConversation("Runs", [message], current="m")


X, PRINT_X, FAILS, ASKS = CODE[:4]
PLAIN = Code("print(1)")


def test_what_ran_in_a_row_is_expected_to_run_again() -> None:
    assert tags(chat(X, PRINT_X, FAILS, PLAIN)) == [[], [], ["raises-exception"], []]


@pytest.mark.parametrize("ends", ["interrupted", "dead"])
def test_code_that_was_stopped_is_not_run_and_what_follows_may_miss_it(ends: Any) -> None:
    stopped = chat(X, Code("while True: pass", ends=ends), PLAIN)
    assert tags(stopped)[1:] == [["skip-execution"], ["raises-exception"]]


@pytest.mark.parametrize(
    "code",
    [
        "input()",
        "if True:\n    name = input('Who? ')",
        "import getpass\ngetpass.getpass()",
        "breakpoint()",
        "%time input()",
    ],
)
def test_code_that_asks_for_a_line_is_not_run(code: str) -> None:
    for how in ({"asks": True, "noted": True}, {"asks": False, "noted": False}):
        asking = chat(Code(code, asks=how["asks"]), PLAIN, noted=how["noted"])
        assert tags(asking) == [["skip-execution"], ["raises-exception"]]


def test_code_in_any_language_that_asked_for_a_line_is_not_run() -> None:
    asked = answered("```r\nname <- readline()\n```\n```r\nname\n```")
    asked.messages[1].executions = [
        PortableExecution(0, "name <- readline()", "ir", "R", execution_count=1, asked=True),
        PortableExecution(1, "name", "ir", "R", execution_count=2, asked=False),
    ]
    assert tags(asked) == [["skip-execution"], ["raises-exception"]]


def test_of_code_in_another_language_that_ran_elsewhere_nobody_knows_whether_it_asks() -> None:
    ran_elsewhere = answered("```r\nreadline()\n```")
    ran_elsewhere.messages[1].executions = [
        PortableExecution(0, "readline()", "ir", "R", execution_count=1)
    ]
    assert tags(ran_elsewhere) == [["raises-exception"]]
    ran_elsewhere.messages[1].executions[0].asked = False
    assert tags(ran_elsewhere) == [[]]


@pytest.mark.parametrize("code", ["form.input()", "print('input()')", "# input()", "output(1)"])
def test_what_only_looks_like_it_is_run(code: str) -> None:
    assert tags(chat(Code(code), PLAIN, noted=False)) == [[], []]


def test_code_that_might_have_asked_and_did_not_is_run() -> None:
    spared = chat(X, Code("if x > 1: input()", needs="x"))
    assert tags(spared) == [[], ["raises-exception"]]


def test_code_that_makes_a_function_that_asks_is_run(runner: Runner) -> None:
    codes = (Code("def ask():\n    return input()"), Code("ask()", asks=True))
    assert tags(chat(*codes)) == [[], ["skip-execution"]]
    unknown = chat(*codes, noted=False)
    assert tags(unknown) == [["raises-exception"], ["raises-exception"]]
    runner.run(ipynb.dump(unknown, NOW))


def test_code_that_never_ran_may_fail() -> None:
    assert tags(answered()) == [["raises-exception"], ["raises-exception"]]


def test_code_that_never_ran_and_would_ask_for_a_line_is_not_run() -> None:
    assert tags(answered("```python\nname = input()\n```")) == [["skip-execution"]]


def test_code_that_was_changed_after_it_ran_may_fail() -> None:
    changed = chat(X, PRINT_X)
    changed.messages[0].executions[0].code = "x = 2"
    assert tags(changed) == [["raises-exception"], ["raises-exception"]]


def test_code_that_ran_in_another_order_may_fail() -> None:
    late = answered()
    late.messages[1].executions = [ran("total = 40 + 2\nprint(total)", "42\n", count=3)]
    assert tags(late)[0] == ["raises-exception"]


def test_code_of_a_kernel_that_began_anew_may_fail() -> None:
    died = Code("import os\nos._exit(1)", ends="dead")
    assert tags(chat(X, died, PLAIN))[0] == ["raises-exception"]


def test_code_that_may_need_what_the_notebook_lacks_may_fail() -> None:
    elsewhere = chat(X)
    other = PortableMessage("o", None, "assistant", "")
    other.executions = [ran("y = 1", "", count=2)]
    elsewhere.messages.append(other)
    assert tags(elsewhere) == [["raises-exception"]]
    attached = chat(X)
    attached.files = {"f": known("plot.png", picture())}
    attached.messages[0].attachments = ["f"]
    assert tags(attached) == [["raises-exception"]]
    named = chat(X)
    named.messages[0].sources = [{"kind": "document", "id": "d", "name": "notes.md"}]
    assert tags(named) == [["raises-exception"]]
    named.messages[0].sources = [{"kind": "collection", "id": "c", "name": "Notes"}]
    assert tags(named) == [[]]


def foreign(*cells: dict[str, Any]) -> dict[str, Any]:
    shared: dict[str, Any] = {"cell_type": "code", "execution_count": None, "outputs": []}
    written = [{**shared, **cell} for cell in cells]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": written}


@pytest.mark.parametrize(
    "given",
    [["skip-execution"], ["raises-exception", "parameters"], ['odd `]\\[ "tag"', "çok\nsatır"]],
)
def test_the_tags_that_an_author_gave_stay(given: list[str]) -> None:
    code = {"source": "input()", "metadata": {"tags": given}}
    found = read(foreign({"source": "1", "metadata": {}}, code))
    (first, second) = tags(found)
    assert first == ["raises-exception"]
    assert second == [*given, *(["skip-execution"] if "skip-execution" not in given else [])]
    assert read(notebook(found)) == found


def test_tags_that_are_none_are_passed_over() -> None:
    metadata: list[Any] = [{"tags": 5}, {"tags": ["a,b", 5, "", "c", "c"]}, {}]
    cells = [{"source": f"x{n}", "metadata": one} for n, one in enumerate(metadata)]
    found = read(foreign(*cells))
    assert tags(found) == [["raises-exception"], ["c", "raises-exception"], ["raises-exception"]]
    assert tags(answered("```python tags=[5\n1\n```"))[0] == ["raises-exception"]


def test_a_tag_that_was_given_in_jupyter_comes_back() -> None:
    written = notebook(answered())
    written["cells"][3]["metadata"]["tags"].append("parameters")
    assert '```python tags=["parameters"]\ntotal' in read(written).messages[1].content
