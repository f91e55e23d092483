"""What a model says must not run in the notebook of who asked."""

import re

import pytest

from dost_magic.safety import JOINER, harmless

ALIVE = re.compile(
    r"<[A-Za-z/!?]|&(?:#|[A-Za-z])|(?:javascript|vbscript|data)\s*\\?:", re.IGNORECASE
)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onmouseover=alert(1)>b</b>",
        "<!-- --><svg/onload=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JavaScript\\:alert(1))",
        "[x](javascript&#58;alert(1))",
        "[x](javascript&colon;alert(1))",
        "![x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x]: <javascript:alert(1)>",
        "`<script>`",
        "- ```\n  ```\n<script>alert(1)</script>\n",
        "> ```\n<script>alert(1)</script>\n```\n",
        "   ```\n<script>alert(1)</script>\n   ```\n<img src=x onerror=alert(1)>",
        "```a`b\n<script>alert(1)</script>\n",
    ],
)
def test_nothing_stays_alive(text: str) -> None:
    assert not ALIVE.search(harmless(text))


def test_code_between_fences_can_be_copied_as_it_is() -> None:
    text = "Use this:\n\n```html\n<p>&amp;</p>\n```\n\nand go.\n"
    assert harmless(text) == text


def test_what_follows_the_code_is_disarmed() -> None:
    text = "```html\n<p>\n```\n<script>"
    assert harmless(text) == f"```html\n<p>\n```\n<{JOINER}script>"


def test_a_fence_that_is_still_open_is_code() -> None:
    assert harmless("```c\nvector<int> v;") == "```c\nvector<int> v;"


def test_the_text_reads_as_before() -> None:
    text = "If a < b and b > c, R&D says: `x<y>` is *fine*."
    assert harmless(text).replace(JOINER, "") == text


def test_plain_comparisons_are_left_alone() -> None:
    assert harmless("1 < 2 & 3 > 2") == "1 < 2 & 3 > 2"
