"""Notebooks of conversations as people read them elsewhere: a page that prints well, and a script.

By nbconvert, which takes seconds for a long one. So this is a program of its own that reads a
notebook: `python -m dost_ext.notebooks.published html|py < notebook` (`publishing` calls it).
"""

from __future__ import annotations

import gc
import html
import os
import re
import sys
from typing import Any

import nbformat
from bs4 import BeautifulSoup
from jinja2 import pass_context
from latex2mathml.converter import convert as to_mathml
from nbconvert.exporters import HTMLExporter, PythonExporter, TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

WIDGET = "application/vnd.jupyter.widget-view+json"
UNTITLED = "Notebook"
NO_DESCRIPTION = "No description has been provided for this image"
# The server's answers come before this.
NICENESS = 5

# Opened from a disk or a mail the file runs nothing and asks nobody for anything.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "media-src data:; form-action 'none'; base-uri 'none'"
)
# What would act, load or lead away.
ACTIVE = "script, iframe, object, embed, form, base, link, meta[http-equiv], template, portal"

# Code, in which nothing is a formula, or a formula in the delimiters that Jupyter does not know.
_CODE_OR_FORMULA = re.compile(
    r"(?P<code>^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[^\n]*$|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|\\\((?P<inline>.+?)\\\)|\\\[(?P<block>.+?)\\\]",
    re.DOTALL | re.MULTILINE,
)
_DOLLARS = re.compile(r"^\s*(\${1,2})(.*?)\1\s*$", re.DOTALL)
_SCROLLED = ["jp-Cell-inputWrapper", "jp-OutputArea-output"]
_PRINT = """
@page { margin: 18mm 16mm }
body { max-width: 54rem; margin: 0 auto; padding: 1rem }
.jp-InputPrompt, .jp-OutputPrompt { display: none }
@media print {
  body { max-width: none; padding: 0 }
  pre, .jp-RenderedImage, tr, math[display=block] { break-inside: avoid }
  h1, h2, h3 { break-after: avoid }
}
"""


def page(written: bytes) -> bytes:
    """A notebook as one file of HTML, which loads nothing and runs nothing."""
    notebook = _notebook(written)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _CODE_OR_FORMULA.sub(_in_dollars, cell.source)
        for output in cell.get("outputs", ()):
            _show_formula(output)
            # Widgets would want a script; what they are in words is shown.
            output.get("data", {}).pop(WIDGET, None)
    notebook.metadata.pop("widgets", None)
    exporter = _Page(template_name="lab", embed_images=False)  # type: ignore[no-untyped-call]
    title = notebook.metadata.get("dost", {}).get("conversation", {}).get("title")
    resources = {"metadata": {"name": title or UNTITLED}}
    return _finished(exporter.written(notebook, resources)).encode()


def script(written: bytes) -> bytes:
    """The code of a notebook in Python as a script, and what was said as its comments."""
    notebook = _notebook(written)
    for cell in notebook.cells:
        # Python ends a line, and so a comment, where nbconvert does not.
        cell.source = cell.source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    exporter = _Script()  # type: ignore[no-untyped-call]
    source, _ = exporter.from_notebook_node(notebook)
    return str(source).encode("utf-8", "replace")


def _notebook(written: bytes) -> NotebookNode:
    notebook: NotebookNode = nbformat.reads(written.decode(), as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def _in_dollars(match: re.Match[str]) -> str:
    if (inline := match["inline"]) is not None:
        return f"${inline.strip()}$"
    if (block := match["block"]) is not None:
        return f"$${block}$$"
    return match[0]


def _show_formula(output: NotebookNode) -> None:
    """Give an output that has LaTeX and nothing better what a browser shows by itself."""
    data = output.get("data", {})
    written = data.get("text/latex")
    if written is None or any(kind in data for kind in ("text/html", "image/png", "image/svg+xml")):
        return
    if isinstance(written, list):
        written = "".join(written)
    within = _DOLLARS.match(written)
    data["text/html"] = _formula(within[2] if within else written, block=True)
    del data["text/latex"]


def _formula(latex: str, *, block: bool) -> str:
    """MathML, which browsers show and print without a script; the source where it is no LaTeX."""
    try:
        return str(to_mathml(latex, display="block" if block else "inline"))
    except Exception:  # of whatever kind: it is somebody else's text
        return f"<code>{html.escape(latex)}</code>"


def _as_it_is(written: str) -> str:
    return written


class _Renderer(IPythonRenderer):
    """Markdown with formulas that are there already."""

    def block_math(self, body: str) -> str:
        return _formula(body, block=True)

    def inline_math(self, body: str) -> str:
        return _formula(body, block=False)

    def multiline_math(self, text: str) -> str:
        return text

    def latex_environment(self, name: str, body: str) -> str:
        return _formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)


class _Trusting(TemplateExporter):
    """nbconvert without its checks: the notebook is dost's own, and they take half of the time."""

    def _validate_preprocessor(self, nbc: NotebookNode, preprocessor: Any) -> None:
        """Take the notebook as it is after each of eleven steps."""


class _Script(_Trusting, PythonExporter):
    """nbconvert's script."""


class _Page(_Trusting, HTMLExporter):
    """nbconvert's page, for `_finished` to look through: parsing it once is enough."""

    def written(self, notebook: NotebookNode, resources: dict[str, Any]) -> str:
        """The page as its templates have it."""
        language = notebook.metadata.language_info.name
        highlight = Highlight2HTML(pygments_lexer=language, parent=self)  # type: ignore[no-untyped-call]
        self.register_filter("highlight_code", highlight)  # type: ignore[no-untyped-call]
        # It is for code alone, which was marked up just now.
        self.register_filter("clean_html", _as_it_is)  # type: ignore[no-untyped-call]
        page, _ = TemplateExporter.from_notebook_node(self, notebook, resources)
        return str(page)

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Markdown as HTML. No picture is read from the server's disk."""
        attachments = context.get("cell", {}).get("attachments", {})
        renderer = _Renderer(escape=False, attachments=attachments, exclude_anchor_links=True)
        return str(MarkdownWithMath(renderer=renderer).render(source))


def _finished(written: str) -> str:
    """The page without what acts, with a policy against what is left of it, for every reader."""
    soup = BeautifulSoup(written, "html.parser")
    for element in soup.select(ACTIVE):
        element.decompose()
    for picture in soup.find_all("img", alt=False):
        picture["alt"] = NO_DESCRIPTION
    # What is wider than the page is scrolled to by keys.
    for wide in soup.find_all("div", class_=_SCROLLED):
        wide["tabindex"] = "0"
    policy = soup.new_tag("meta", attrs={"http-equiv": "Content-Security-Policy"})
    policy["content"] = POLICY
    assert soup.head is not None
    soup.head.insert(0, policy)
    style = soup.new_tag("style")
    style.string = _PRINT
    soup.head.append(style)
    return str(soup)


def main(wanted: str) -> None:
    """Write a notebook in another format."""
    os.nice(NICENESS)
    gc.disable()  # nothing is thrown away before the end, and looking takes a fifth of the time
    publish = {"html": page, "py": script}[wanted]
    sys.stdout.buffer.write(publish(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main(sys.argv[1])
