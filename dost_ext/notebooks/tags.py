"""Tags of code cells: what their authors gave them, and what lets a notebook run to its end."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from typing import Any

from dost_ext.execution.kernels.languages import speaks
from dost_ext.notebooks.kernelspecs import PYTHON
from dost_ext.notebooks.portable import (
    PortableConversation,
    PortableExecution,
    PortableKernel,
    PortableMessage,
)

# What nbclient, and so `jupyter execute` and nbconvert, make of tags: the error of such a cell ends
# nothing, and such a cell is not run at all.
MAY_FAIL = "raises-exception"
SKIPPED = "skip-execution"

# A fence may name tags as Jupytext's Markdown does.
_TAGS = re.compile(r"\stags=(\[[^\]]*\])")
_ASKING = frozenset({"input", "raw_input", "getpass", "breakpoint", "set_trace"})
_MAYBE_ASKING = re.compile(rf"\b(?:{'|'.join(sorted(_ASKING))})\s*\(")


def tags_of(found: Any) -> tuple[str, ...]:
    """Tags as the schema of notebooks has them: each once, with something in it and no comma."""
    known = found if isinstance(found, list) else []
    kept = (tag for tag in known if isinstance(tag, str) and tag and "," not in tag)
    return tuple(dict.fromkeys(kept))


def tags_in(fence: str) -> tuple[str, ...]:
    """The tags that the first line of a code block names: `python tags=["one", "two"]`."""
    if (written := _TAGS.search(fence)) is None:
        return ()
    try:
        return tags_of(json.loads(written[1]))
    except ValueError:
        return ()


def with_tags(name: str, tags: Sequence[str]) -> str:
    """What follows the fence of a code block that has tags."""
    if not tags:
        return name
    written = ", ".join(json.dumps(tag, ensure_ascii=False) for tag in tags)
    for character in "`[]":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return f"{name} tags=[{written}]"


def is_alone(found: PortableConversation, shown: Sequence[PortableMessage]) -> bool:
    """Whether code needs nothing, as far as is known, that a notebook of these messages lacks.

    That is attached files and documents, what ran in other branches, and what ran before a kernel
    began anew.
    """
    ran = [one for message in found.messages for one in message.executions]
    counts = [one.execution_count for one in ran if one.execution_count is not None]
    return (
        len(ran) == sum(len(message.executions) for message in shown)
        and len(counts) == len(set(counts))
        and not any(message.attachments or _names_documents(message) for message in shown)
    )


def _names_documents(message: PortableMessage) -> bool:
    return any(one.get("kind") == "document" for one in message.sources or ())


class Replay:
    """Tells of cell after cell what becomes of it when the notebook is run from its beginning.

    Cells do again what they did only as long as they are all that the kernel ran, in the same
    order. After that, a name may be missing that other code, or a line of input, had given.
    """

    def __init__(self, kernel: PortableKernel, *, alone: bool) -> None:
        """`alone`, the code needs nothing that is not in the notebook (`is_alone`)."""
        self._kernel = kernel
        self._is_python = speaks(kernel.language, PYTHON.language)
        self._certain = alone
        self._due = 1

    def tag(
        self, code: str, given: Sequence[str], execution: PortableExecution | None
    ) -> str | None:
        """The tag that the next code cell needs to end nothing, besides those it was given."""
        if not code.strip():
            return None
        status = execution.status if execution is not None else "ok"
        asks, may_ask = self._asks(code, execution)
        stopped = status not in ("ok", "error")
        skipped = SKIPPED in given or stopped or asks
        self._certain &= not skipped and not may_ask and self._ran_next(execution)
        self._due += 1
        if skipped:
            return None if SKIPPED in given else SKIPPED
        fails = status == "error" or not self._certain
        return MAY_FAIL if fails and MAY_FAIL not in given else None

    def _ran_next(self, execution: PortableExecution | None) -> bool:
        return (
            execution is not None
            and execution.execution_count == self._due
            and execution.kernel_name == self._kernel.name
        )

    def _asks(self, code: str, execution: PortableExecution | None) -> tuple[bool, bool]:
        """Whether code asks for a line of input, and whether it or what follows may do so, too.

        Nobody is there to answer when a notebook is run by a program. What ran in dost is known to
        have asked or not; of what never ran, or ran elsewhere, code in Python tells.
        """
        now, later = _asks(code) if self._is_python else (False, True)
        if execution is None or execution.asked is None:
            return now, now or later
        return execution.asked, now


def _asks(code: str) -> tuple[bool, bool]:
    """Whether Python code asks for a line as it runs, and whether functions that it makes do."""
    if not _MAYBE_ASKING.search(code):
        return False, False
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True, True  # such as magics of IPython
    now = later = False
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, within = waiting.pop()
        if isinstance(node, ast.Call) and _is_asking(node.func):
            now, later = now or not within, later or within
        within = within or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        waiting += [(child, within) for child in ast.iter_child_nodes(node)]
    return now, later


def _is_asking(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        # `getpass.getpass`, `pdb.set_trace`; any object may have a method `input`.
        return called.attr in ("getpass", "set_trace")
    return isinstance(called, ast.Name) and called.id in _ASKING
