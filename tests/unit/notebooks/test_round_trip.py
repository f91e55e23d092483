"""A conversation that goes out as a notebook comes in as it was, whatever is in it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import nbformat
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dost_ext.execution.blocks import blocks_of, lines_ended_alike
from dost_ext.notebooks import ipynb
from dost_ext.notebooks.portable import PortableConversation, PortableMessage
from dost_ext.notebooks.reading import conversations_in
from dost_ext.notebooks.settle import settle
from tests.support.conversations import NOW, TEXT, conversations
from tests.unit.notebooks.test_ipynb import ran, slider

# What ends a line in one language and not in another, what is not seen, and what is many in one.
ODD = "\u2028a\x85b\x1cc\x0bd\x0ce\u202ef\ufeffg\u200b\ud7ff\uffff\U0010ffff e\u0301 👩‍👩‍👧"
PIECES = [
    "```python\nx = 1\n```\n",
    "```python\n```\n",
    "```python\n \n\n```\n",
    f"```python\n# {ODD}\n```\n",
    ODD,
    "```py title=a\n",
    "```sh title=a\n$ ls\n```\n",
    '```python tags=["a", "raises-exception"]\ny = 1\n```\n',
    "```cpp\nint x;\n```\n",
    "```\n",
    "~~~~ r\n# no\n~~~~",
    "- a\n  ```python\n  y\n  ```\n",
    "> ```python\n",
    "    indented\n",
    "\n\n",
    "\r\n",
    "\r",
    "`````python\n```\n`````",
    "# Heading\n",
    "<div>\n",
    "words",
]
MARKDOWN = st.lists(st.sampled_from(PIECES) | TEXT, max_size=6).map("".join)


def displayed(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}}


# Ten megabytes, which dost just keeps: of text, of what nobody knows, and of what is no text.
MUCH = ("ü" * 99 + "\n") * 50_000
LARGE = {
    "printed": [{"output_type": "stream", "name": "stdout", "text": MUCH}],
    "unknown": [displayed(**{"application/x-nobody+knows": MUCH})],
    "json": [displayed(**{"application/odd+json": [["ü"] * 10] * 190_000})],
}
SHOWING = st.sampled_from(["printed", "s", "t"])


@st.composite
def chats(draw: st.DrawFn) -> PortableConversation:
    """A conversation with blocks of code, and of most what ran there."""
    found = draw(conversations())
    for message in found.messages:
        message.content = draw(MARKDOWN)
        blocks = [block.code for block in blocks_of(lines_ended_alike(message.content))]
        for one in message.executions:
            # Most of what ran is what is written.
            if one.block is not None and one.block < len(blocks) and draw(st.booleans()):
                one.code = blocks[one.block]
                if draw(st.integers(0, 2)) == 2:
                    shows = draw(SHOWING)
                    like = slider(shows, 41)
                    large = LARGE.get(shows)
                    one.outputs = large or like.outputs
                    one.widgets = None if large else like.widgets
    return found


def with_all() -> PortableConversation:
    """Odd words, empty cells, and ten megabytes of each kind."""
    blocks = ["x = 1", "", " \n", f"# {ODD}", "y"]
    said = ODD + "".join(f"\n\n```python\n{code}\n```\n" for code in blocks)
    answer = PortableMessage("a", "q", "assistant", said)
    shown = [LARGE["printed"], [], [], LARGE["unknown"], LARGE["json"]]
    answer.executions = [
        replace(ran(code, "", number + 1, number), outputs=outputs)
        for number, (code, outputs) in enumerate(zip(blocks, shown, strict=True))
    ]
    messages = [PortableMessage("q", None, "user", ODD), answer]
    found = settle(PortableConversation(ODD, messages, current="a"), NOW)
    assert [one.outputs for one in found.messages[1].executions] == shown
    return found


@settings(max_examples=100, deadline=None)
@example(with_all())
@given(chats())
def test_a_conversation_comes_back_as_it_went(conversation: PortableConversation) -> None:
    written = ipynb.dump(conversation, NOW)
    nbformat.validate(nbformat.reads(written.decode(), as_version=4))
    (found,) = conversations_in(written, NOW)
    assert found == conversation
