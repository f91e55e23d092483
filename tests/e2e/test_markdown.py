"""Markdown written by others, in a real browser: it must neither run nor hang, and never flash."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hostile import DIAGRAMS, MARKUP
from tests.e2e.markdown_page import show

FORBIDDEN = (
    "script, iframe, object, embed, form, link, base, meta, "
    "[srcdoc], [onerror], [onclick], [onload]"
)
# Styles come with drawings only, and those are checked.
STYLED = "style:not(svg style), [style*='position:fixed'], [style*='url(']:not(svg *)"


# The page is built once for all of them.
pytestmark = pytest.mark.xdist_group("markdown page")


@pytest.fixture
def page(markdown_page: Page) -> Page:
    return markdown_page


def click_everything(page: Page) -> None:
    page.evaluate(
        """for (const element of document.querySelectorAll('#page *'))
            if (!element.closest('a[href]')) element.click?.();
        document.querySelectorAll('#page dialog').forEach(dialog => dialog.close())"""
    )


@pytest.mark.parametrize("kind", MARKUP)
def test_hostile_markup_neither_runs_nor_asks(page: Page, kind: str) -> None:
    for text in MARKUP[kind]:
        show(page, text)
        click_everything(page)
        page.evaluate("text => markdownPage.begin(text)", text)
        page.evaluate("markdownPage.idle(3)")
        click_everything(page)
        assert page.locator("#page").locator(f"{FORBIDDEN}, {STYLED}").count() == 0, text
        assert page.evaluate("window.alarm") == 0, text


@pytest.mark.parametrize("text", DIAGRAMS)
def test_a_hostile_diagram_neither_runs_nor_asks_when_it_is_drawn(page: Page, text: str) -> None:
    show(page, text)
    drawn_or_not = page.locator(".dost-diagram svg").or_(page.locator(".dost-code-hint"))
    expect(drawn_or_not.first).to_be_attached()
    click_everything(page)
    expect(page.locator("#page").locator(f"{FORBIDDEN}, svg a")).to_have_count(0)
    assert (
        page.evaluate(
            "[...document.querySelectorAll('svg style')].map(e => e.textContent)"
            ".filter(css => /url\\((?!.?#)|@import/.test(css))"
        )
        == []
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alarm=1",
        "JaVaScRiPt:alarm=1",
        "java&#115;cript:alarm=1",
        "vbscript:x",
        "data:text/html,<script>alarm=1</script>",
        "&#1;javascript:alarm=1",
        "#top",
    ],
)
def test_a_link_that_could_run_leads_nowhere(page: Page, address: str) -> None:
    show(page, f'[link]({address}) <a href="{address}">raw</a>')
    expect(page.locator("#page a[href]")).to_have_count(0)


def test_a_link_opens_elsewhere_and_tells_nothing(page: Page) -> None:
    show(page, "[link](https://example.org)")
    link = page.get_by_role("link", name="link")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")


def test_neither_ids_names_styles_nor_classes_pass(page: Page) -> None:
    html = show(page, '<b id="dost" name="x" style="position:fixed" class="fixed inset-0">x</b>')
    assert "<b>x</b>" in html


@pytest.mark.parametrize(
    "text",
    [
        "word " * 200_000,
        "a" * 1_000_000,
        "`" + "x" * 1_000_000,
        "```\n" + "x" * 1_000_000,
        "$" + "x" * 1_000_000 + "$",
        "<b>" * 6_000,
        "<div>" * 6_000 + "x",
        ">" * 10_000 + " deep",
        "- " * 10_000 + "deep",
        "\n".join("  " * depth + "- x" for depth in range(1_000)),
        "|" * 10_000 + "\n" + "|-" * 10_000 + "|",
        "$" + "{" * 3_000 + "}" * 3_000 + "$",
        "$$\\def\\a{\\a\\a}\\a$$",
    ],
    ids=lambda text: text[:12].encode("unicode_escape").decode(),
)
def test_a_monstrous_text_is_shown_in_bounded_time(page: Page, text: str) -> None:
    spent = page.evaluate(
        "async text => { const start = performance.now(); await markdownPage.begin(text);"
        "markdownPage.set(text, false); await markdownPage.idle(2);"
        "return performance.now() - start }",
        text,
    )
    assert spent < 10_000


ANSWER = """# Title

Some **bold text**, `code`, a [link](https://example.org), *soft* and $x^2$ words.

1. one
2. two with **bold**

| a | b |
|---|---|
| 1 | **2** |

```python
def f(): pass
```

$$
x + y
$$

Last *words* here.
"""


def test_a_growing_text_never_shows_its_marks(page: Page) -> None:
    page.evaluate(
        """async text => {
            window.seen = new Set();
            const note = () => seen.add(document.querySelector('#page').innerText);
            new MutationObserver(note).observe(document.querySelector('#page'), {
                childList: true, characterData: true, subtree: true });
            await markdownPage.begin('');
            await markdownPage.grow([...text]);
            await markdownPage.idle(2);
        }""",
        ANSWER,
    )
    seen = page.evaluate("[...seen]")
    assert len(seen) > 30
    marks = ("**", "`", "](", "|", "$", "# ", "--")
    shown = {
        text[max(0, text.find(mark) - 20) :][:40] for mark in marks for text in seen if mark in text
    }
    assert sorted(shown) == []


def test_a_finished_text_shows_what_the_growing_one_showed(page: Page) -> None:
    page.evaluate(
        "async t => { await markdownPage.begin(''); await markdownPage.grow([...t]) }", ANSWER
    )
    page.evaluate("text => markdownPage.set(text, false)", ANSWER)
    page.wait_for_selector(".katex-display")
    page.wait_for_selector(".hljs-keyword")
    grown = page.locator("#page").inner_text()
    show(page, ANSWER)
    page.wait_for_selector(".hljs-keyword")
    assert page.locator("#page").inner_text() == grown


def test_code_can_be_copied_wrapped_and_named(page: Page) -> None:
    show(page, "```py\nx = 1\n```")
    block = page.get_by_role("figure", name="Python code")
    expect(block.get_by_role("button", name="Copy code")).to_be_visible()
    block.get_by_role("button", name="Wrap lines").click()
    expect(block.get_by_role("button", name="Wrap lines")).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as download:
        block.get_by_role("button", name="Download code").click()
    assert download.value.suggested_filename == "code.py"
    assert download.value.path().read_text() == "x = 1"
