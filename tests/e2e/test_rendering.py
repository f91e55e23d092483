"""Footnotes, diagrams, pictures and code as a reader uses them, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.hostile import CODE, DIAGRAMS, FOOTNOTES, FORMULAS, HTML, LINKS, NAMESPACES
from tests.e2e.markdown_page import show
from tests.e2e.person import Person
from tests.e2e.test_accessibility import all_violations, sideways, violations
from tests.support.fake_control import FakeControl

PICTURE = (
    "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20width='60'%20height='40'/%3E"
)
FLOW = "```mermaid\ngraph LR\n  A[Question] --> B[Answer]\n```\n"


@pytest.fixture
def page(markdown_page: Page) -> Page:
    return markdown_page


def begin(page: Page, text: str) -> None:
    page.evaluate("text => markdownPage.begin(text)", text)


def go_on(page: Page, text: str, *, streaming: bool = True) -> None:
    page.evaluate("([text, on]) => markdownPage.set(text, on)", [text, streaming])


def test_a_footnote_is_numbered_and_leads_there_and_back(page: Page) -> None:
    show(page, "One[^b] and two[^a].\n\n" + "word\n\n" * 60 + "[^a]: Second.\n[^b]: *First*.")
    notes = page.get_by_role("group", name="Footnotes").get_by_role("listitem")
    expect(notes).to_have_text(["First. ↩", "Second. ↩"])
    page.locator("#page").get_by_text("One").get_by_text("1", exact=True).click()
    expect(notes.first).to_be_focused()
    expect(notes.first).to_be_in_viewport()
    notes.first.get_by_label("Back to where footnote 1 is referred to").click()
    expect(page.get_by_text("One")).to_be_in_viewport()
    assert "#" not in page.url


def test_a_footnote_has_its_number_before_its_text_has_come(page: Page) -> None:
    begin(page, "See[^note] there.\n\nMore.\n\nAnd")
    paragraph = page.locator("#page p").first
    expect(paragraph).to_have_text("See1 there.")
    go_on(page, "See[^note] there.\n\nMore.\n\nAnd more.\n\n[^note]: Here")
    expect(paragraph.get_by_label("Footnote 1")).to_have_text("1")
    go_on(page, "See[^note] there.\n\nMore.\n\nAnd more.", streaming=False)
    expect(paragraph).to_have_text("See[^note] there.")


def test_code_is_highlighted_by_a_worker(page: Page) -> None:
    with page.expect_event("worker"):
        show(page, "```python\n" + "if x: pass\n" * 3_000 + "```")
    expect(page.locator(".hljs-keyword").nth(5_999)).to_be_attached()
    assert page.locator("code").inner_text().split("\n") == ["if x: pass"] * 3_000


def test_a_diagram_is_drawn_when_it_is_complete_and_nothing_moves(page: Page) -> None:
    begin(page, FLOW.removesuffix("```\n"))
    figure = page.get_by_role("figure", name="Mermaid code")
    expect(figure).to_contain_text("Drawn when complete")
    height = figure.bounding_box()
    go_on(page, FLOW)
    expect(figure.locator("svg.flowchart")).to_be_visible()
    assert figure.bounding_box() == height
    expect(figure).not_to_contain_text("Drawn when complete")
    figure.get_by_role("button", name="Show code").click()
    expect(figure.locator("pre")).to_be_visible()
    expect(figure.locator("svg.flowchart")).to_be_hidden()
    assert figure.bounding_box() == height


def test_a_diagram_out_of_view_is_not_drawn(page: Page) -> None:
    show(page, "word\n\n" * 200 + FLOW)
    page.evaluate("markdownPage.idle(30)")
    expect(page.locator("svg.flowchart")).to_have_count(0)
    page.get_by_role("figure").scroll_into_view_if_needed()
    expect(page.locator("svg.flowchart")).to_be_visible()


def test_a_diagram_takes_on_the_theme(page: Page) -> None:
    show(page, FLOW)
    label = page.locator("svg .nodeLabel, svg .node text").first
    fill = "e => getComputedStyle(e).fill"
    light = label.evaluate(fill)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(
        "light => getComputedStyle(document.querySelector('svg .node text')).fill != light",
        arg=light,
    )


def test_what_is_no_diagram_stays_code_with_a_hint(page: Page) -> None:
    show(page, "```mermaid\ngraph LR\n  A -->\n```")
    figure = page.get_by_role("figure")
    expect(figure).to_contain_text("Not a valid diagram")
    expect(figure.locator("pre")).to_be_visible()
    expect(figure.get_by_role("button", name="Copy code")).to_be_visible()


@pytest.mark.parametrize(
    ("text", "button", "dialog"),
    [
        (f"![A cat]({PICTURE})", "Enlarge image: A cat", "A cat"),
        (FLOW, "Enlarge diagram", "Diagram"),
    ],
)
def test_what_is_enlarged_closes_and_gives_the_focus_back(
    page: Page, text: str, button: str, dialog: str
) -> None:
    show(page, text)
    opener = page.get_by_role("button", name=button)
    opener.press("Enter")
    shown = page.get_by_role("dialog", name=dialog)
    expect(shown).to_be_visible()
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    shown.get_by_role("button", name="Close").click()
    expect(shown).to_have_count(0)


def test_a_file_has_the_name_that_the_fence_gives_it(page: Page) -> None:
    show(page, '```python title="src/app.py"\nx = 1\n```')
    with page.expect_download() as download:
        page.get_by_role("button", name="Download code").click()
    assert download.value.suggested_filename == "app.py"


def test_two_messages_keep_their_footnotes_and_diagrams_apart(
    person: Person, fake: FakeControl
) -> None:
    fake.queue(reply=f"One[^1].\n\n{FLOW}\n[^1]: The first.")
    first = person.client.ask("Draw")
    fake.queue(reply=f"Two[^1].\n\n{FLOW}\n[^1]: The second.")
    person.client.ask("Again", conversation_id=first.conversation_id)
    chat = person.open(f"c/{first.conversation_id}")
    expect(chat.last.locator("svg.flowchart")).to_be_visible()
    chat.last.get_by_text("1", exact=True).first.click()
    expect(chat.page.locator(":focus")).to_contain_text("The second.")
    ids = chat.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_diagrams_and_pictures_are_accessible_and_fit(person: Person, fake: FakeControl) -> None:
    broken = "```mermaid\ngraph LR\n  A -->\n```"
    fake.queue(reply=f"A note[^1].\n\n{FLOW}\n{broken}\n\n![A cat]({PICTURE})\n\n[^1]: It.")
    answer = person.client.ask("Draw")
    chat = person.open(f"c/{answer.conversation_id}")
    expect(chat.last.locator("svg.flowchart")).to_be_visible()
    expect(chat.last).to_contain_text("Not a valid diagram")
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []
    chat.last.get_by_role("button", name="Enlarge diagram").click()
    chat.page.get_by_role("dialog", name="Diagram").wait_for()
    assert violations(chat.page) == []


def test_hostile_messages_do_nothing_to_the_chat(person: Person, fake: FakeControl) -> None:
    # The page's own policy speaks up about what it stopped; that nothing left is checked as ever.
    person.watch.forgive("Content Security Policy")
    conversation = None
    for texts in (HTML, NAMESPACES, FORMULAS, CODE, FOOTNOTES, LINKS, DIAGRAMS):
        fake.queue(reply="\n\n".join(texts))
        answer = person.client.ask("Be hostile", conversation_id=conversation)
        conversation = answer.conversation_id
    chat = person.open(f"c/{conversation}")
    expect(chat.messages).to_have_count(14)
    for index in range(14):
        chat.messages.nth(index).scroll_into_view_if_needed()
    expect(chat.last.locator("svg").first).to_be_attached()
    assert chat.page.evaluate("typeof alarm") == "undefined"
    expect(chat.send).to_be_visible()
