"""The code blocks of a message, and the names of languages."""

from __future__ import annotations

import pytest

from dost_ext.execution.blocks import Block, blocks_of
from dost_ext.execution.kernels.environment import of_kernels
from dost_ext.execution.kernels.languages import speaks

TEXT = """\
Words
```python title="a.py"
x = 1

```
    indented, so no block

- in a list
  ~~~r
  y
  ~~~
> ```
> quoted
> ```
"""


def test_every_fenced_block_has_its_number() -> None:
    assert list(blocks_of(TEXT)) == [
        Block("python", "x = 1\n", (1, 5), nested=False),
        Block("r", "y", (8, 11), nested=True),
        Block("", "quoted", (11, 14), nested=True),
    ]


def test_a_text_without_fences_has_none() -> None:
    assert list(blocks_of("a\n\n    b\n")) == []


def test_an_open_fence_goes_to_the_end() -> None:
    assert [block.code for block in blocks_of("```py\nx")] == ["x"]


@pytest.mark.parametrize(
    ("language", "named", "said"),
    [
        ("python", "py", True),
        ("python", "Python3", True),
        ("R", "r", True),
        ("julia", "jl", True),
        ("C++17", "cpp", True),
        ("cpp", "c++", True),
        ("Wolfram Language", "wolfram-language", True),
        ("python", "", False),
        ("python", "bash", False),
    ],
)
def test_blocks_name_languages_in_many_ways(language: str, named: str, said: bool) -> None:
    assert speaks(language, named) is said


def test_no_secret_of_the_server_is_in_a_kernels_environment() -> None:
    secrets = {
        "DOST_DATABASE_URL": "x",
        "DATABASE_URL": "x",
        "PGPASSWORD": "x",
        "OPENAI_API_KEY": "x",
        "ANTHROPIC_APIKEY": "x",
        "HF_TOKEN": "x",
        "GITHUB_TOKEN_FILE": "x",
        "SMTP_PASSWORD": "x",
        "AWS_ACCESS_KEY_ID": "x",
        "JPY_API_TOKEN": "x",
    }
    harmless = {"PATH": "/bin", "HOME": "/home/a", "LANG": "C.UTF-8", "KEYBOARD": "de"}
    assert of_kernels({**secrets, **harmless}) == harmless
