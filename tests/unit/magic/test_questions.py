"""What IPython makes of questions after `%dost`."""

from __future__ import annotations

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from dost_magic.questions import Question


def made_of(cell: str) -> str:
    """The code that a cell becomes."""
    manager = TransformerManager()
    manager.token_transformers.append(Question)
    return str(manager.transform_cell(cell))


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("%dost what is a kernel?", "run_line_magic('dost', 'what is a kernel?')"),
        ("%dost it's what?", """run_line_magic('dost', "it's what?")"""),
        ("x = 1\n%dost why?\ny = 2", "x = 1\nget_ipython().run_line_magic('dost', 'why?')\ny = 2"),
        ("if x:\n    %dost why?", "if x:\n    get_ipython().run_line_magic('dost', 'why?')"),
        ("%dost why?\n%dost how?", "'why?')\nget_ipython().run_line_magic('dost', 'how?')"),
        ("%dost --new why?  ", "run_line_magic('dost', '--new why?"),
        ("%dost say so", "run_line_magic('dost', 'say so')"),
    ],
)
def test_a_question_is_asked(cell: str, code: str) -> None:
    assert code in made_of(cell)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("%dost?", "run_line_magic('pinfo', '%dost')"),
        ("%time?", "run_line_magic('pinfo', '%time')"),
        ("len?", "run_line_magic('pinfo', 'len')"),
        ("s = '''\n%dost why?\n'''", "s = '''\n%dost why?\n'''"),
        ("%%dost\nwhy?", "run_cell_magic('dost', '', 'why?"),
    ],
)
def test_all_else_is_as_it_was(cell: str, code: str) -> None:
    assert code in made_of(cell)
