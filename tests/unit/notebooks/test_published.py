"""Conversations as pages that print well, and as Python scripts."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings

from dost_ext.execution.blocks import blocks_of
from dost_ext.notebooks import ipynb, published
from dost_ext.notebooks.portable import PortableConversation, PortableExecution, PortableMessage
from tests.support.conversations import NOW, conversations


def conversation(
    *answers: str, outputs: list[dict[str, object]] | None = None, title: str = "T"
) -> PortableConversation:
    """A question, and its answers in a row; the first block of the first one has run."""
    messages = [PortableMessage("q", None, "user", "Why?")]
    for number, answer in enumerate(answers):
        messages.append(PortableMessage(f"a{number}", messages[-1].key, "assistant", answer))
    if outputs is not None:
        messages[1].executions = [
            PortableExecution(
                block=0,
                code=next(iter(blocks_of(answers[0]))).code,
                kernel_name="python3",
                language="python",
                status="ok",
                execution_count=1,
                outputs=outputs,
            )
        ]
    return PortableConversation(title=title, messages=messages, current=messages[-1].key)


def notebook(*answers: str, **how: object) -> bytes:
    """The notebook of a conversation."""
    return ipynb.dump(conversation(*answers, **how), NOW)  # type: ignore[arg-type]


def shown(answer: str, **how: object) -> BeautifulSoup:
    """The page of a conversation."""
    written = published.page(notebook(answer, **how)).decode()
    return BeautifulSoup(written, "html.parser")


def displayed(**data: object) -> dict[str, object]:
    return {
        "output_type": "display_data",
        "data": {k.replace("_", "/"): v for k, v in data.items()},
        "metadata": {},
    }


def test_a_page_has_the_words_the_code_and_what_it_showed() -> None:
    printed = {"output_type": "stream", "name": "stdout", "text": "forty-two\n"}
    page = shown("See **this**:\n\n```python\nprint(1)\n```", outputs=[printed], title="A <b>")
    assert page.title is not None
    assert page.title.text == "A <b>"
    assert page.strong is not None
    assert page.strong.text == "this"
    assert "forty-two" in page.text
    assert "print" in page.text
    assert "Why?" in page.text


@pytest.mark.parametrize("formula", ["$x^2$", r"\(x^2\)", "$$x^2$$", "\n\\[x^2\\]\n"])
def test_formulas_are_shown_without_a_script(formula: str) -> None:
    page = shown(f"So {formula} it is")
    (math,) = page.find_all("math")
    assert math.find("msup") is not None
    assert "$" not in page.text.replace("\n", "").partition("So")[2][:20]


def test_code_is_no_formula() -> None:
    page = shown("`\\(x\\)` and\n\n```text\n\\[y\\]\n```")
    assert page.find("math") is None
    assert "\\(x\\)" in page.text
    assert "\\[y\\]" in page.text


def test_what_is_no_latex_is_shown_as_it_is() -> None:
    assert "\\left" in shown("$\\left($").text


def test_latex_that_code_shows_is_a_formula() -> None:
    page = shown("```python\nx\n```", outputs=[displayed(text_latex="$$\\frac{1}{2}$$")])
    assert page.find("mfrac") is not None


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)><iframe src=/></iframe>"
    '<meta http-equiv="refresh" content="0; url=https://example.com/"><base href="//example.com">'
    '<form action="https://example.com/"><button>b</button></form><b>kept</b>'
)


@pytest.mark.parametrize("where", ["answer", "output", "title"])
def test_a_page_runs_nothing_and_loads_nothing(where: str) -> None:
    if where == "output":
        page = shown("```python\nx\n```", outputs=[displayed(text_html=HOSTILE)])
    elif where == "title":
        page = shown("Well", title=HOSTILE)
    else:
        page = shown(f"So:\n\n{HOSTILE}\n\nand {HOSTILE}")
    assert page.select("script, iframe, form, base, link") == []
    (policy,) = page.select("meta[http-equiv]")
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert policy.find_previous_sibling() is None
    assert "default-src 'none'" in policy["content"]
    assert "script-src" not in policy["content"]
    assert "kept" in page.text


def test_no_file_of_the_server_is_put_into_a_page(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"secret")
    page = shown(f"![]({secret}) <img src='{secret}'> ![](file://{secret})")
    assert "c2VjcmV0" not in str(page)


def test_a_script_has_the_code_and_the_words_as_comments() -> None:
    answer = "Look:\n\n```python\nx = 6\n%timeit x\nprint(x * 7)\n```"
    written = published.script(notebook(answer)).decode()
    assert "# Look:" in written
    assert "# > Why?" in written
    assert [type(node).__name__ for node in ast.parse(written).body] == ["Assign", "Expr", "Expr"]


def test_words_never_become_code() -> None:
    hostile = "a\rimport os\r\nb\x0cimport os\x0bc\u2028import os\x85import os\x1cd"
    written = published.script(notebook(hostile, title=hostile)).decode()
    assert ast.parse(written).body == []


@given(conversations())
@settings(max_examples=25)
def test_every_conversation_has_a_page(found: PortableConversation) -> None:
    page = published.page(ipynb.dump(found, NOW))
    assert page.startswith(b"<!DOCTYPE html>")


def test_widgets_are_shown_in_words() -> None:
    view = {"model_id": "s", "version_major": 2, "version_minor": 0}
    output = displayed(text_plain="IntSlider(value=41)")
    output["data"] |= {"application/vnd.jupyter.widget-view+json": view}  # type: ignore[operator]
    page = shown("```python\ns\n```", outputs=[output])
    assert "IntSlider(value=41)" in page.get_text()
    assert page.find("script") is None
