"""The words after `%dost`."""

from __future__ import annotations

import pytest

from dost_magic.errors import BadOption
from dost_magic.options import Options, parse


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("", Options()),
        ("what's a kernel?", Options(rest="what's a kernel?")),
        ("--model fake/echo --new", Options("fake/echo", True)),
        ("--model=fake/echo why --new?", Options("fake/echo", rest="why --new?")),
        ("--docs a.pdf --docs Towns why?", Options(docs=("a.pdf", "Towns"), rest="why?")),
        ("--docs 'My report.pdf' it's why?", Options(docs=("My report.pdf",), rest="it's why?")),
        ('--docs="My report.pdf" why?', Options(docs=("My report.pdf",), rest="why?")),
    ],
)
def test_options_come_before_the_question(line: str, options: Options) -> None:
    assert parse(line) == options


@pytest.mark.parametrize(
    "line", ["--model", "--model --new", "--modle x", "--new=1", "--docs", "--docs=", "--docs ''"]
)
def test_a_wrong_option_is_refused(line: str) -> None:
    with pytest.raises(BadOption):
        parse(line)
