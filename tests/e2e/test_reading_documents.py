"""Documents of every kind as they are read: in their order, at the passage that is cited."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import MakePerson
from tests.e2e.person import Person
from tests.e2e.test_accessibility import all_violations, sideways
from tests.e2e.test_documents_page import DROP, ask, row, sent
from tests.support.documents import book, mail, notebook, slides, word, workbook, zipped
from tests.support.fake_control import FakeControl
from tests.support.worker import worker  # noqa: F401  (a fixture)

pytestmark = pytest.mark.usefixtures("worker")

CODE = "The access code of the northern station is heron-41."
BEFORE, AFTER = "The stations open at dawn.", "The door of the southern one is never locked."
LAMPS = " ".join(f"Lamp {n} is lit by hand, and put out by hand again." for n in range(14))
EACH = (("Opening hours", BEFORE), ("Northern station", CODE), ("Southern station", AFTER))
HTML = "".join(f"<h2>{title}</h2><p>{said}</p><p>{LAMPS}</p>" for title, said in EACH)
ROWS = [[f"Station {n}", f"code-{n * 37}", "lit by hand"] for n in range(400)]
# What is asked of each kind of document, what is cited, and what stands around it.
KINDS = {
    "manual.docx": word(
        *(
            paragraph
            for title, said in EACH
            for paragraph in (("Heading 1", title), ("Normal", said), ("Normal", LAMPS))
        ),
    ),
    "manual.pptx": slides(*((title, f"{said}\n{LAMPS}") for title, said in EACH)),
    "manual.html": f"<!doctype html><title>Manual</title><body>{HTML}</body>".encode(),
    "manual.epub": book({title: f"<p>{said}</p><p>{LAMPS}</p>" for title, said in EACH}),
    "manual.zip": zipped({f"{title}.txt": f"{said}\n\n{LAMPS}" for title, said in EACH}),
    "manual.eml": mail(
        "Hours", f"{BEFORE}\n\n{LAMPS}", {f"{t}.txt": f"{s}\n\n{LAMPS}".encode() for t, s in EACH}
    ),
}
PLACES = {
    "manual.pptx": "Slide 2",
    "manual.epub": "Chapter 2 · Northern station",
    "manual.zip": "Northern station.txt",
    "manual.eml": "Northern station.txt",
}


def reading(page: Page) -> Locator:
    """A document as it is read."""
    return page.get_by_role("group", name=re.compile("^Preview of"))


def passage(page: Page) -> Locator:
    """What is highlighted of it."""
    return reading(page).locator(".cited")


def cite(person: Person, fake: FakeControl, document: str, said: str) -> ChatPage:
    """A conversation whose answer points at the passage that says something."""
    found = person.client.ok(
        "POST", "retrieve", json={"query": said, "document_ids": [document], "k": 3}
    )
    assert said in found["items"][0]["text"]
    fake.queue(reply="It is so [1].")
    answer = person.client.ask(said, attachments=[{"document_id": document, "use": "passages"}])
    chat = person.open_chat(f"c/{answer.conversation_id}")
    chat.text_of(chat.last).get_by_role("link", name=re.compile("^Source 1")).click()
    return chat


@pytest.mark.parametrize("name", KINDS)
def test_a_number_opens_the_document_at_the_passage(
    person: Person, fake: FakeControl, name: str
) -> None:
    chat = cite(person, fake, sent(person, name, KINDS[name]), CODE)
    expect(passage(chat.page).filter(has_text="heron-41")).to_be_in_viewport()
    expect(passage(chat.page).filter(has_text=BEFORE)).to_have_count(0)
    expect(reading(chat.page).get_by_text(BEFORE).first).to_be_attached()
    expect(reading(chat.page).get_by_text(AFTER).first).to_be_attached()
    if name in PLACES:
        expect(reading(chat.page).get_by_text(PLACES[name], exact=True)).to_be_visible()
    # In Documents it is the same place, and the file is there beside it.
    chat.page.get_by_role("link", name="Open in Documents").click()
    expect(passage(chat.page).filter(has_text="heron-41")).to_be_in_viewport()
    expect(chat.page.get_by_role("button", name="Download")).to_be_visible()


def test_a_workbook_is_one_table_with_its_rows_highlighted(
    person: Person, fake: FakeControl
) -> None:
    book_of = workbook({"Codes": [["Name", "Code", "Lamp"], *ROWS], "Other": [["Item"], ["x"]]})
    chat = cite(person, fake, sent(person, "codes.xlsx", book_of), "Station 200")
    cited = passage(chat.page).get_by_role("row").filter(has_text="Station 200")
    expect(cited).to_be_in_viewport()
    # Its rows are of many passages, and its header stands once.
    expect(reading(chat.page).get_by_role("columnheader", name="Code")).to_have_count(1)
    expect(reading(chat.page).get_by_role("heading", name="Codes")).to_be_attached()


def test_a_table_of_values_is_a_table(person: Person) -> None:
    document = sent(person, "codes.csv", b"Name,Code\nNorth,heron-41\nSouth,gull-7\n")
    page = person.open(f"documents/{document}").page
    expect(reading(page).get_by_role("row", name="North heron-41")).to_be_visible()


def test_cells_of_a_notebook_are_code_with_what_it_printed(person: Person) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "42 lamps\n"}
    made = notebook(
        {"cell_type": "markdown", "metadata": {}, "source": "# Lamps\n\nHow *many* there are."},
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": 1,
            "source": "lamps = 6 * 7\nprint(lamps, 'lamps')",
            "outputs": [output],
        },
    )
    page = person.open(f"documents/{sent(person, 'lamps.ipynb', made)}").page
    expect(reading(page).get_by_role("heading", name="Lamps")).to_be_visible()
    expect(reading(page).get_by_role("figure", name="Python")).to_contain_text("lamps = 6 * 7")
    expect(reading(page).get_by_text("42 lamps", exact=True)).to_be_visible()


def test_what_a_document_says_is_no_html_and_fetches_nothing(person: Person) -> None:
    evil = (
        "<img src=x onerror=alert(1)> ![logo](https://example.org/a.png) <script>alert(2)</script>"
    )
    document = sent(person, "evil.docx", word(("Normal", evil), ("Normal", "The end.")))
    page = person.open(f"documents/{document}").page
    expect(reading(page).get_by_text("The end.")).to_be_visible()
    expect(reading(page).locator("img, script")).to_have_count(0)


def test_a_long_document_is_loaded_around_the_place_and_on_as_one_scrolls(
    person: Person,
) -> None:
    chapters = [
        paragraph
        for n in range(300)
        for paragraph in (("Heading 1", f"Chapter {n}"), ("Normal", f"It is {n}. {LAMPS}"))
    ]
    document = sent(person, "long.docx", word(*chapters))
    page = person.open(f"documents/{document}").page
    heading = reading(page).get_by_role("heading")
    expect(heading.first).to_have_text("Chapter 0")
    page.get_by_role("region", name="Outline").get_by_role("link", name="Chapter 200").click()
    wanted = heading.filter(has_text=re.compile("^Chapter 200$"))
    expect(wanted).to_be_in_viewport()
    expect(wanted.locator("mark")).to_have_text("Chapter 200")
    # Of what comes above and below what is looked at does not move.
    expect(heading.filter(has_text=re.compile("^Chapter 180$"))).to_be_attached()
    expect(wanted).to_be_in_viewport()
    for n in range(200, 300, 4):
        heading.filter(has_text=re.compile(f"^Chapter {n}$")).scroll_into_view_if_needed()
    reading(page).focus()
    page.keyboard.press("End")
    expect(heading.filter(has_text="Chapter 299")).to_be_in_viewport()
    page.keyboard.press("Home")
    expect(heading.filter(has_text=re.compile("^Chapter 0$"))).to_be_in_viewport()
    assert reading(page).locator("[data-passage]").count() < 450


def test_passages_that_are_found_lead_to_their_place(person: Person) -> None:
    sent(person, "manual.docx", KINDS["manual.docx"])
    page = person.open("documents").page
    ask(page, "Which is the access code of the northern station?")
    page.get_by_role("region", name="Passages found").get_by_role("link").first.click()
    expect(passage(page).filter(has_text="heron-41")).to_be_in_viewport()
    expect(page.get_by_role("group", name="The passage", exact=True)).to_be_visible()


def test_on_a_phone_the_passage_is_a_page_of_its_own(
    make_person: MakePerson, fake: FakeControl
) -> None:
    person = make_person(viewport={"width": 390, "height": 844})
    chat = cite(person, fake, sent(person, "manual.docx", KINDS["manual.docx"]), CODE)
    expect(passage(chat.page).filter(has_text="heron-41")).to_be_in_viewport()
    assert sideways(chat.page) == []


@pytest.mark.parametrize("name", ["manual.docx", "manual.zip", "codes.xlsx"])
def test_what_is_read_is_accessible(person: Person, name: str) -> None:
    made = {**KINDS, "codes.xlsx": workbook({"Codes": [["Name", "Code", "Lamp"], *ROWS[:60]]})}
    document = sent(person, name, made[name])
    page = person.open(f"documents/{document}?around=0&text=Northern").page
    expect(reading(page).locator("[data-passage]").first).to_be_visible()
    assert all_violations(page) == {}


def test_a_file_that_is_pasted_is_added(person: Person) -> None:
    page = person.open("documents").page
    expect(page.get_by_text("No documents yet")).to_be_visible()
    data = page.evaluate_handle(DROP, ["letter.txt", "RGVhciByZWFkZXIu"])
    page.evaluate(
        """(data) => document.body.dispatchEvent(new ClipboardEvent(
            'paste', { clipboardData: data, bubbles: true, cancelable: true }))""",
        data,
    )
    expect(row(page, "letter.txt")).to_contain_text("1 passage")
