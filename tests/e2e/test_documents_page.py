"""Documents: sent in every way, read, listed, asked, and shown at the page where it is said."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.chat_page import ChatPage, payload
from tests.e2e.conftest import MakePerson
from tests.e2e.person import FAILED_REQUEST, NO_NETWORK, Person
from tests.e2e.test_accessibility import all_violations, sideways
from tests.support.documents import pdf, word
from tests.support.worker import when_over, worker  # noqa: F401  (a fixture)

pytestmark = pytest.mark.usefixtures("worker")

CODE = "The access code of the northern station is heron-41."
# Pages that are passages of their own.
PAGES = tuple(
    "\n".join(
        [title, said, *(f"{title} {n} has {n * 7} lamps and {n + 30} steps." for n in range(25))]
    )
    for title, said in (
        ("Opening hours", "The stations open at dawn."),
        ("Northern station", CODE),
        ("Southern station", "Its door is never locked."),
    )
)
MANUAL = pdf(*PAGES, chapters={1: [(0, "Opening hours")], 2: [(0, "Northern station")]})
NOTES = b"# Notes\n\nSome words.\n\n## Bees\n\nBees dance to tell each other where flowers are.\n"
# Files, and a folder with one in it, as a drop brings them.
DROP = """([name, content]) => {
    const data = new DataTransfer();
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], name));
    return data;
}"""


def add(page: Page, *files: tuple[str, bytes]) -> None:
    """Choose documents to add, as the button's dialog does."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add documents").click()
    chooser.value.set_files([payload(name, content) for name, content in files])


def row(page: Page, name: str) -> Locator:
    """A document in the list."""
    listed = page.get_by_role("list", name="Documents listed").get_by_role("listitem")
    return listed.filter(has=page.get_by_role("link", name=name, exact=True))


def ask(page: Page, words: str, box: str = "Search in documents") -> None:
    """Ask documents something."""
    page.get_by_role("searchbox", name=box).fill(words)
    page.get_by_role("searchbox", name=box).press("Enter")


def marked(page: Page) -> Locator:
    """The words that are marked in what is shown of a document."""
    return page.get_by_role("group", name=re.compile("^Preview of")).locator("mark")


def sent(person: Person, name: str, content: bytes, **fields: str) -> str:
    """A document that has been read; its id."""
    document = person.client.send_document(name, content, **fields)
    when_over(person.client, document["id"])
    return str(document["id"])


def collection(person: Person, name: str, **fields: object) -> str:
    """A collection of somebody's; its id."""
    return str(person.client.ok("POST", "collections", json={"name": name} | fields)["id"])


def test_a_pdf_is_sent_read_asked_and_shown_where_it_says_so(person: Person) -> None:
    chat = person.open_chat()
    page = chat.page
    chat.sidebar.get_by_role("link", name="Documents").click()
    expect(page).to_have_title("Documents · dost")
    expect(page.get_by_text("No documents yet")).to_be_visible()
    add(page, ("manual.pdf", MANUAL))
    expect(row(page, "manual.pdf")).to_contain_text("3 pages")
    expect(row(page, "manual.pdf")).to_contain_text("PDF")
    ask(page, "northern station access code")
    found = page.get_by_role("region", name="Passages found").get_by_role("link")
    expect(found.first).to_contain_text("heron-41")
    expect(found.first).to_contain_text("Page 2")
    found.first.click()
    expect(page).to_have_url(re.compile(r"/documents/[\w-]+\?page=2&text="))
    expect(marked(page).filter(has_text="heron-41")).to_be_in_viewport()
    expect(page.get_by_role("spinbutton", name="Page")).to_have_value("2")
    page.reload()
    expect(marked(page).filter(has_text="heron-41")).to_be_in_viewport()
    page.go_back()
    expect(found.first).to_contain_text("heron-41")


def test_progress_is_told_as_it_goes_on(person: Person) -> None:
    page = person.open("documents").page
    page.evaluate(
        """() => {
            window.said = new Set();
            new MutationObserver(() => {
                const list = document.querySelector('[aria-label="Documents listed"]');
                if (list) window.said.add(list.innerText);
            }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
    long = pdf(
        *[
            f"Chapter {n}\n" + f"Sentence {n} says that {n} is a number.\n" * 30
            for n in range(1, 21)
        ]
    )
    add(page, ("long.pdf", long))
    expect(row(page, "long.pdf")).to_contain_text("20 pages", timeout=240_000)
    said = "\n".join(page.evaluate("() => [...window.said]"))
    assert "Waiting to be read" in said
    assert re.search(r"Reading page \d+ of 20|Embedding", said)


def test_a_file_that_cannot_be_read_says_why_and_is_tried_again(person: Person) -> None:
    page = person.open("documents").page
    add(page, ("locked.pdf", pdf("Secret", password="x")))
    locked = row(page, "locked.pdf")
    expect(locked).to_contain_text(re.compile("password", re.IGNORECASE))
    with page.expect_response("**/retry"):
        locked.get_by_role("button", name="Retry locked.pdf").click()
    expect(locked).to_contain_text(re.compile("password", re.IGNORECASE))
    page.get_by_role("radio", name="Ready").check(force=True)
    expect(page.get_by_text("No document is like that.")).to_be_visible()
    page.get_by_role("radio", name="Failed").check(force=True)
    expect(locked).to_be_visible()


def test_the_same_file_is_there_already(person: Person) -> None:
    sent(person, "notes.md", NOTES)
    page = person.open("documents").page
    expect(row(page, "notes.md").or_(row(page, "Notes"))).to_be_visible()
    add(page, ("again.md", NOTES))
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads).to_contain_text("Already there")
    uploads.get_by_role("button", name="Dismiss again.md").click()
    expect(uploads).to_be_hidden()


def test_what_is_too_large_is_not_sent(person: Person) -> None:
    page = person.open("documents").page
    page.get_by_role("button", name="Add documents").wait_for()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(100 * 1024 * 1024 + 1)], 'huge.pdf'));
            const over = { dataTransfer: data, bubbles: true };
            document.body.dispatchEvent(new DragEvent('dragenter', over));
            document.body.dispatchEvent(new DragEvent('drop', over));
        }"""
    )
    expect(page.get_by_role("region", name="Uploads")).to_contain_text("Larger than 100 MB")
    assert person.client.ok("GET", "documents")["items"] == []


def test_a_folder_is_sent_with_its_paths(person: Person, tmp_path: Path) -> None:
    folder = tmp_path / "handbook"
    (folder / "north").mkdir(parents=True)
    (folder / "notes.md").write_bytes(NOTES)
    (folder / "north" / "station.txt").write_text(CODE)
    (folder / ".hidden").write_text("Nobody's business")
    page = person.open("documents").page
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add a folder").click()
    chooser.value.set_files(folder)
    expect(row(page, "station.txt")).to_contain_text("handbook/north")
    expect(row(page, "station.txt")).to_contain_text("1 passage")
    names = {item["filename"] for item in person.client.ok("GET", "documents")["items"]}
    assert names == {"handbook/notes.md", "handbook/north/station.txt"}


def test_files_are_dropped_anywhere(person: Person) -> None:
    chat = person.open("documents")
    page = chat.page
    page.get_by_role("button", name="Add documents").wait_for()
    content = base64.b64encode(NOTES).decode()
    over = {"dataTransfer": page.evaluate_handle(DROP, ["dropped.md", content])}
    chat.sidebar.dispatch_event("dragenter", over)
    expect(page.get_by_text("Drop to add")).to_be_visible()
    chat.sidebar.dispatch_event("drop", over)
    expect(page.get_by_text("Drop to add")).to_be_hidden()
    expect(page.get_by_role("list", name="Documents listed")).to_contain_text("1 passage")


def test_a_collection_is_made_shared_and_deleted(make_person: MakePerson) -> None:
    owner, other = make_person(), make_person()
    page = owner.open("documents").page
    page.get_by_role("button", name="New collection").click()
    dialog = page.get_by_role("dialog", name="New collection")
    dialog.get_by_role("textbox", name="Name").fill("Stations")
    dialog.get_by_role("textbox", name="Description").fill("Where they stand")
    dialog.get_by_role("textbox", name="Share with people").fill(other.client.username)
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Stations")).to_be_visible()
    expect(page.get_by_text(f"Shared with {other.client.username}")).to_be_visible()
    add(page, ("manual.pdf", MANUAL))
    expect(row(page, "manual.pdf")).to_contain_text("3 pages")

    theirs = other.open("documents").page
    theirs.get_by_role("navigation", name="Collections").get_by_role(
        "link", name="Stations"
    ).click()
    expect(row(theirs, "manual.pdf")).to_be_visible()
    expect(theirs.get_by_text(f"Shared by {owner.client.username}").last).to_be_visible()
    expect(theirs.get_by_role("button", name="Add documents")).to_be_disabled()
    expect(theirs.get_by_role("button", name="Options of collection Stations")).to_be_hidden()

    page.get_by_role("button", name="Options of collection Stations").click()
    page.get_by_role("menuitem", name="Edit collection").click()
    edited = page.get_by_role("dialog", name="Edit collection")
    edited.get_by_role("textbox", name="Name").fill("Lighthouses")
    edited.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Options of collection Lighthouses").click()
    page.get_by_role("menuitem", name="Delete collection").click()
    sure = page.get_by_role("dialog", name="Delete collection")
    expect(sure).to_contain_text("the document in it")
    sure.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile(r"/documents$"))
    assert owner.client.ok("GET", "documents")["items"] == []


def test_who_is_not_there_cannot_be_shared_with(person: Person) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*4(00|22).*collections")
    page = person.open("documents").page
    page.get_by_role("button", name="New collection").click()
    dialog = page.get_by_role("dialog", name="New collection")
    dialog.get_by_role("textbox", name="Name").fill("Mine")
    dialog.get_by_role("textbox", name="Share with people").fill("nobody-of-that-name")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("nobody-of-that-name")


def test_a_deletion_can_be_undone(person: Person) -> None:
    sent(person, "letter.txt", b"Dear reader, this is a letter.")
    tab = person.open("documents")
    letter = row(tab.page, "letter.txt")
    letter.hover()
    letter.get_by_role("button", name="Options of letter.txt").click()
    tab.page.get_by_role("menuitem", name="Delete").click()
    expect(letter).to_have_count(0)
    tab.undo()
    expect(letter).to_be_visible()
    letter.get_by_role("link", name="letter.txt").click()
    tab.page.get_by_role("button", name="Delete", exact=True).click()
    expect(tab.page.get_by_text("No documents yet")).to_be_visible()
    with tab.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        tab.notices.get_by_role("button", name="Dismiss").click()
    tab.page.reload()
    expect(tab.page.get_by_text("No documents yet")).to_be_visible()


def test_text_is_shown_with_the_passage_marked(person: Person) -> None:
    document = sent(person, "notes.md", NOTES)
    page = person.open(f"documents/{document}").page
    expect(page).to_have_title("Notes · dost")
    expect(page.get_by_role("heading", name="Bees")).to_be_visible()
    ask(page, "How do bees speak?", "Search in this document")
    page.get_by_role("region", name="Passages found").get_by_role("link").first.click()
    expect(marked(page).filter(has_text="Bees dance")).to_be_visible()
    page.get_by_role("region", name="Outline").get_by_role("link", name="Bees").click()
    expect(marked(page)).to_have_text(["Bees"])


def test_what_is_shown_as_it_was_read_can_be_saved_as_it_is(person: Person) -> None:
    letter = word(("Heading 1", "Greetings"), ("Normal", "Dear reader"))
    document = sent(person, "letter.docx", letter)
    page = person.open(f"documents/{document}").page
    preview = page.get_by_role("group", name="Preview of letter.docx")
    expect(preview.get_by_role("heading", name="Greetings")).to_be_visible()
    expect(preview.get_by_text("Dear reader")).to_be_visible()
    expect(page.get_by_role("region", name="Outline")).to_contain_text("Greetings")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "letter.docx"
    assert download.value.path().read_bytes() == letter


def test_what_another_tab_does_is_seen(person: Person) -> None:
    page = person.open("documents").page
    expect(page.get_by_text("No documents yet")).to_be_visible()
    document = sent(person, "letter.txt", b"Dear reader, this is a letter.")
    expect(row(page, "letter.txt")).to_contain_text("1 passage")
    person.client.ok("DELETE", f"documents/{document}")
    expect(page.get_by_text("No documents yet")).to_be_visible()


def test_what_is_not_there_says_so(person: Person) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*404.*documents")
    page = person.open("documents/0199aaaa-0000-7000-8000-000000000000").page
    expect(page.get_by_text("This document does not exist")).to_be_visible()


def test_without_a_network_the_page_says_so_and_goes_on(person: Person) -> None:
    person.watch.forgive(NO_NETWORK)
    sent(person, "letter.txt", b"Dear reader, this is a letter.")
    page = person.open("documents").page
    expect(row(page, "letter.txt")).to_be_visible()
    person.context.set_offline(True)
    expect(page.get_by_role("button", name="Add documents")).to_be_disabled()
    person.context.set_offline(False)
    expect(page.get_by_role("button", name="Add documents")).to_be_enabled()


def empty(person: Person) -> Page:
    page = person.open("documents").page
    expect(page.get_by_text("No documents yet")).to_be_visible()
    return page


def full(person: Person) -> Page:
    shelf = collection(person, "Stations with a rather long name", description="Lamps")
    sent(person, "manual.pdf", MANUAL, collection_id=shelf)
    sent(person, "locked.pdf", pdf("Secret", password="x"), collection_id=shelf)
    sent(person, "notes.md", NOTES, collection_id=shelf, path="a/long/path/" + "x" * 90 + ".md")
    page = person.open(f"documents?collection={shelf}").page
    expect(row(page, "manual.pdf")).to_be_visible()
    expect(page.get_by_role("heading", name="Stations with")).to_be_visible()
    return page


def passages(person: Person) -> Page:
    sent(person, "manual.pdf", MANUAL)
    page = person.open("documents?ask=northern+access+code").page
    expect(
        page.get_by_role("region", name="Passages found").get_by_role("link").first
    ).to_be_visible()
    return page


def a_pdf(person: Person) -> Page:
    document = sent(person, "manual.pdf", MANUAL)
    page = person.open(f"documents/{document}?page=2&text=northern station is heron-41").page
    expect(marked(page).first).to_be_visible()
    return page


def a_text(person: Person) -> Page:
    document = sent(person, "notes.md", NOTES)
    page = person.open(f"documents/{document}?text=Bees dance to tell").page
    expect(marked(page).first).to_be_visible()
    return page


def a_dialog(person: Person) -> Page:
    page = person.open("documents").page
    page.get_by_role("button", name="New collection").click()
    return page


@pytest.mark.parametrize(
    "reach", [empty, full, passages, a_pdf, a_text, a_dialog], ids=lambda reach: reach.__name__
)
def test_it_is_accessible_and_fits(person: Person, reach: Callable[[Person], Page]) -> None:
    page = reach(person)
    assert all_violations(page) == {}
    assert sideways(page) == []


def test_the_palette_leads_there(chat: ChatPage) -> None:
    chat.page.keyboard.press("Control+k")
    chat.page.get_by_role("combobox", name="Search").fill("Documents")
    chat.page.keyboard.press("Enter")
    expect(chat.page.get_by_role("heading", name="Documents", exact=True)).to_be_visible()
