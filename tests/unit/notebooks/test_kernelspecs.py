"""Notebooks in any language: the kernel that a chat's code has, or a notebook names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from dost_ext.execution.blocks import blocks_of
from dost_ext.notebooks import ipynb
from dost_ext.notebooks.portable import (
    PortableConversation,
    PortableExecution,
    PortableKernel,
    PortableMessage,
)
from tests.support import shell_kernel
from tests.support.conversations import NOW
from tests.unit.notebooks.test_ipynb import answered, notebook, read, sources

BASH = PortableKernel("bash", "Bash", "bash")


def executed(code: str, kernel: PortableKernel, block: int = 0) -> PortableExecution:
    return PortableExecution(block, code, kernel.name, kernel.language, execution_count=1)


def chat(
    answer: str, own: PortableKernel | None = None, *ran: PortableExecution
) -> PortableConversation:
    found = answered(answer)
    found.kernel = own
    found.messages[1].executions = [*ran]
    return found


def code(found: PortableConversation) -> list[str]:
    return [source for kind, source in sources(notebook(found)) if kind == "code"]


def spec(found: PortableConversation) -> tuple[str, str, str]:
    named = notebook(found)["metadata"]["kernelspec"]
    return named["name"], named["display_name"], named["language"]


@pytest.mark.parametrize(
    ("kernel", "fence"),
    [
        (BASH, "sh"),
        (PortableKernel("deno", "Deno", "typescript"), "ts"),
        (PortableKernel("javascript", "JavaScript (Node.js)", "javascript"), "js"),
        (PortableKernel("xcpp17", "C++17", "C++17"), "cpp"),
        (PortableKernel("xcpp20", "C++20 (xeus)", "cpp"), "c++"),
        (PortableKernel("rust", "Rust", "rust"), "rs"),
        (PortableKernel("julia-1.11", "Julia 1.11.2", "julia"), "jl"),
        (PortableKernel("wl", "Mathematica", "Wolfram Language"), "wolfram-language"),
    ],
)
def test_code_of_the_kernel_that_was_picked_is_in_code_cells(
    kernel: PortableKernel, fence: str
) -> None:
    picked = chat(f"```{fence}\none\n```\n\n```text\ntwo\n```", kernel)
    assert spec(picked) == (kernel.name, kernel.display_name, kernel.language)
    assert code(picked) == ["one"]
    assert read(notebook(picked)).kernel == kernel
    written = notebook(picked)
    written["cells"][2]["source"] = "three"
    again = read(written)
    assert code(again)[0] == "three"
    assert spec(again) == spec(picked)


def test_the_kernel_in_which_code_ran_is_the_notebooks() -> None:
    ran = chat("```bash\nls\n```\n```py\n1\n```\n```py\n2\n```", None, executed("ls", BASH))
    assert spec(ran) == ("bash", "bash", "bash")
    assert code(ran) == ["ls"]
    ran.kernel = PortableKernel("bash", "Bash 5", "bash")
    assert spec(ran)[1] == "Bash 5"


def test_a_kernel_that_was_picked_for_nothing_is_not_the_notebooks() -> None:
    assert spec(chat("```r\n1\n```", BASH))[0] == "ir"
    assert spec(chat("no code", BASH))[0] == "bash"


def test_code_that_is_called_nothing_is_a_cell_where_it_ran() -> None:
    ran = chat("```\nls\n```\n```\ntotal 0\n```", None, executed("ls", BASH))
    assert code(ran) == ["ls"]
    found = read(notebook(ran))
    assert [one.code for one in found.messages[1].executions] == ["ls"]
    assert found.messages[1].content == ran.messages[1].content


def test_what_another_kernel_is_given_to_show_leaves_the_chat_as_it_was() -> None:
    before = chat("```r title=x\n1\n```", None)
    written = notebook(before)
    # As JupyterLab does where R is not installed.
    written["metadata"]["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    written["metadata"]["language_info"] = {"name": "python", "version": "3.11"}
    assert read(written).messages[1].content == before.messages[1].content


def test_what_is_shown_is_put_to_the_block_that_was_run_among_equal_ones() -> None:
    written = notebook(chat("```text\nls\n```\n```bash\nls\n```", BASH))
    written["cells"][3]["execution_count"] = 5
    (one,) = read(written).messages[1].executions
    assert (one.block, one.execution_count, one.kernel_name) == (1, 5, "bash")


def bash_notebook(metadata: dict[str, Any]) -> dict[str, Any]:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# Files"},
        {
            "cell_type": "code",
            "metadata": {},
            "source": "echo $((6 * 7))",
            "outputs": [],
            "execution_count": None,
        },
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


@pytest.mark.parametrize(
    ("metadata", "named"),
    [
        ({"kernelspec": {"name": "sh5", "display_name": "Sh", "language": "bash"}}, "sh5"),
        ({"kernelspec": {"name": "bash", "display_name": "Bash"}}, "bash"),
        ({"language_info": {"name": "bash"}}, "bash"),
        ({"kernelspec": {"name": "sh5"}, "language_info": {"name": "bash"}}, "sh5"),
    ],
)
def test_anybodys_bash_keeps_its_cells_and_its_kernel(metadata: dict[str, Any], named: str) -> None:
    found = read(bash_notebook(metadata))
    (block,) = blocks_of(found.messages[1].content)
    assert block.language == "bash"
    assert code(found) == ["echo $((6 * 7))"]
    assert spec(found)[0] == named
    assert spec(found)[2] == "bash"


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, "python"),
        ({"kernelspec": {"name": "my-project", "display_name": "Mine"}}, "python"),
        ({"kernelspec": {"name": "ir", "display_name": "R"}}, "R"),
        ({"kernelspec": {"name": "julia-1.10", "display_name": "Julia"}}, "julia"),
        ({"kernelspec": 5, "language_info": {"name": 5}}, "python"),
        # What the installed kernel calls it, by which a block finds that kernel.
        ({"kernelspec": {"language": "C#"}, "language_info": {"name": "polyglot-notebook"}}, "C#"),
    ],
)
def test_a_notebook_says_its_language_in_many_ways(metadata: Any, language: str) -> None:
    assert spec(read(bash_notebook(metadata)))[2] == language


def test_a_bash_notebook_runs_in_its_own_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = shell_kernel.install(tmp_path, "shell-of-tests")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    found = read(bash_notebook({"kernelspec": named}))
    kernel = PortableKernel(**named)
    found.messages[1].executions = [executed("echo $((6 * 7))", kernel)]
    more = PortableMessage("more", "cells", "assistant", "```sh\nfalse\n```")
    more.executions = [replace(executed("false", kernel), status="error")]
    found.messages.append(more)
    found.current = "more"
    opened = nbformat.reads(ipynb.dump(found, NOW).decode(), as_version=4)
    NotebookClient(opened, timeout=60).execute()
    first, second = [cell for cell in opened.cells if cell.cell_type == "code"]
    assert first.outputs[0].text == "42\n"
    assert second.outputs[0].output_type == "error"
    for one in read(opened).messages[1:]:
        (execution,) = one.executions
        assert (execution.kernel_name, execution.language) == ("shell-of-tests", "bash")
