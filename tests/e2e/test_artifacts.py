"""Artifacts: what models write for the browser, alive beside the chat and without rights."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.conftest import MakePerson
from tests.e2e.hostile_script import ATTEMPTS, hostile_script, outcomes_in
from tests.e2e.person import Person
from tests.e2e.test_accessibility import LETTERS_TO_FRAMES, all_violations, sideways
from tests.support.code import fenced

OpenAnswers = Callable[..., ChatPage]

CLOCK = (
    "<!doctype html><title>Clock</title><h1>It is late</h1>"
    "<button onclick=\"this.textContent = 'pressed'\">Press</button>"
)


@pytest.fixture
def reader(make_person: MakePerson) -> Person:
    """Somebody who may not run code on the server: artifacts need no such right."""
    return make_person()


@pytest.fixture
def open_answers(reader: Person) -> OpenAnswers:
    """Opens a chat with these answers, one after the other."""

    def open_(*answers: str) -> ChatPage:
        conversation = reader.client.make_conversation(title="Artifacts")["id"]
        leaf = None
        for answer in answers:
            leaf = reader.client.add(conversation, "Please", leaf)["id"]
            leaf = reader.client.add(conversation, answer, leaf, role="assistant")["id"]
        return reader.open_chat(f"c/{conversation}")

    return open_


def pane(chat: ChatPage) -> Locator:
    """The artifact that is open."""
    return chat.page.get_by_role("complementary").filter(
        has=chat.page.get_by_role("button", name="Close")
    )


def open_artifact(chat: ChatPage, number: int = 0) -> Locator:
    """Open the artifact of one of the blocks, from 0; the pane."""
    chat.log.get_by_role("button", name="Open as artifact").nth(number).click()
    expect(pane(chat)).to_be_visible()
    return pane(chat)


def shown_in(opened: Locator) -> FrameLocator:
    """What runs in the pane."""
    return opened.frame_locator("iframe")


def test_a_page_that_a_model_wrote_lives_beside_the_chat(open_answers: OpenAnswers) -> None:
    opened = open_artifact(open_answers(f"Here:\n\n{fenced(CLOCK, 'html')}"))
    frame = shown_in(opened)
    expect(frame.get_by_role("heading", name="It is late")).to_be_visible()
    frame.get_by_role("button", name="Press").click()
    expect(frame.get_by_role("button", name="pressed")).to_be_visible()


def test_styles_and_scripts_beside_a_page_are_put_into_it(open_answers: OpenAnswers) -> None:
    answer = "\n\n".join(
        [
            fenced("<h1>Plain</h1>", "html"),
            fenced("h1 { color: rgb(1, 2, 3) }", "css"),
            fenced("document.querySelector('h1').textContent = 'Scripted'", "javascript"),
        ]
    )
    heading = shown_in(open_artifact(open_answers(answer))).get_by_role("heading")
    expect(heading).to_have_text("Scripted")
    expect(heading).to_have_css("color", "rgb(1, 2, 3)")


@pytest.mark.parametrize(
    ("language", "code", "shown"),
    [
        ("markdown", "# Read me\n\nSome **words**", "Some words"),
        ("mermaid", "flowchart LR\n  Ankara --> Bonn", "Ankara"),
    ],
)
def test_documents_and_diagrams_open_too(
    open_answers: OpenAnswers, language: str, code: str, shown: str
) -> None:
    opened = open_artifact(open_answers(fenced(code, language)))
    expect(opened.get_by_text(shown).first).to_be_visible()


def test_a_drawing_opens_in_the_frame(open_answers: OpenAnswers) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text y="5">hi</text></svg>'
    opened = open_artifact(open_answers(fenced(svg, "svg")))
    expect(shown_in(opened).get_by_text("hi")).to_be_visible()


def test_edits_are_versions_with_their_changes(open_answers: OpenAnswers) -> None:
    later = CLOCK.replace("It is late", "It is later")
    chat = open_answers(fenced(CLOCK, "html"), fenced(later, "html"))
    opened = open_artifact(chat, 1)
    expect(opened.get_by_text("2 / 2")).to_be_visible()
    opened.get_by_role("tab", name="Changes").click()
    expect(opened.get_by_text("It is later").first).to_be_visible()
    opened.get_by_role("tab", name="Preview").click()
    opened.get_by_role("button", name="Previous version").click()
    expect(opened.get_by_text("1 / 2")).to_be_visible()
    expect(shown_in(opened).get_by_role("heading", name="It is late", exact=True)).to_be_visible()


def test_what_goes_wrong_is_said_and_sent_back(open_answers: OpenAnswers, reader: Person) -> None:
    reader.watch.forgive("missing is not defined")
    broken = "<title>Game</title><script>console.log('begin'); missing.start()</script>"
    chat = open_answers(fenced(broken, "html"))
    opened = open_artifact(chat)
    opened.get_by_role("button", name="Console").click()
    expect(opened.get_by_text("begin")).to_be_visible()
    expect(opened.get_by_text("missing is not defined").first).to_be_visible()
    opened.get_by_role("button", name="Fix").click()
    prompt = chat.messages.filter(has_text="missing is not defined")
    expect(prompt.first).to_contain_text("Game")
    chat.wait_for_answer()


def test_hostile_code_of_an_artifact_reaches_nothing(
    open_answers: OpenAnswers, reader: Person
) -> None:
    reader.watch.forgive("")  # the browser says what it refuses, which is the point
    script = hostile_script(reader.server.port)
    end = "tried().then((said) => { document.body.textContent = said })"
    chat = open_answers(fenced(f"<body><script>{script}\n{end}</script>", "html"))
    outcomes = outcomes_in(shown_in(open_artifact(chat)))
    # A storage of its own, which nobody else has and which is gone with it.
    assert outcomes.pop("storage") in ("refused", "got 0")
    assert outcomes == {name: "refused" for name in ATTEMPTS if name != "storage"}
    assert reader.client.ok("GET", "auth/me")["username"]
    assert chat.page.url.endswith(chat.conversation_id)
    assert reader.watch.foreign == []


def test_an_artifact_that_leaves_for_another_address_is_taken_away(
    open_answers: OpenAnswers, reader: Person
) -> None:
    reader.watch.forgive("")
    leaving = "<p>here</p><script>location = 'https://elsewhere.invalid/?leak'</script>"
    opened = open_artifact(open_answers(fenced(leaving, "html")))
    expect(opened.get_by_text("left for another address")).to_be_visible()
    assert reader.watch.foreign == []


def test_an_artifact_is_saved_as_what_it_is(open_answers: OpenAnswers) -> None:
    chat = open_answers(fenced(CLOCK, "html"))
    opened = open_artifact(chat)
    with chat.page.expect_download() as download:
        opened.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "Clock.html"


def test_artifacts_are_accessible_in_every_theme_and_fit_a_phone(
    reader: Person, open_answers: OpenAnswers
) -> None:
    reader.watch.forgive(LETTERS_TO_FRAMES)
    chat = open_answers(fenced(CLOCK, "html"))
    expect(shown_in(open_artifact(chat)).get_by_role("heading")).to_be_visible()
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []
