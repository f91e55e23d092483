"""Artifacts: what models write for the browser, alive beside the chat and without rights."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.artifact_page import OpenAnswers, open_artifact, shown_in
from tests.e2e.hostile_script import ATTEMPTS, hostile_script, outcomes_in
from tests.e2e.person import Person
from tests.e2e.test_accessibility import LETTERS_TO_FRAMES, all_violations, sideways
from tests.support.code import fenced

CLOCK = (
    "<!doctype html><title>Clock</title><h1>It is late</h1>"
    "<button onclick=\"this.textContent = 'pressed'\">Press</button>"
)


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


def test_a_script_alone_has_an_empty_page_and_its_console(open_answers: OpenAnswers) -> None:
    code = "document.body.append('drawn')\nconsole.log(6 * 7)"
    opened = open_artifact(open_answers(fenced(code, "javascript")))
    expect(shown_in(opened).get_by_text("drawn")).to_be_visible()
    expect(opened.get_by_role("group", name="Console")).to_contain_text("42")


def test_what_goes_wrong_in_a_script_alone_is_said_with_its_line(
    open_answers: OpenAnswers, reader: Person
) -> None:
    reader.watch.forgive("missing is not defined")
    opened = open_artifact(open_answers(fenced("let a = 1\n\nmissing()", "js")))
    line = opened.get_by_role("group", name="Console").get_by_role("listitem")
    expect(line).to_contain_text("missing is not defined")
    expect(line).to_contain_text("Line 3")


def test_a_script_for_a_server_does_not_open(open_answers: OpenAnswers) -> None:
    chat = open_answers(fenced("const fs = require('fs')", "javascript"), fenced("<p>", "html"))
    expect(chat.log.get_by_role("button", name="Open as artifact")).to_have_count(1)


def test_a_style_alone_is_shown_on_a_sample(open_answers: OpenAnswers) -> None:
    code = "h1, .card { color: rgb(1, 2, 3) }"
    frame = shown_in(open_artifact(open_answers(fenced(code, "css"))))
    expect(frame.get_by_role("heading", level=1)).to_have_css("color", "rgb(1, 2, 3)")
    expect(frame.get_by_text("card")).to_have_css("color", "rgb(1, 2, 3)")
    for role in ("link", "button", "list", "table", "textbox"):
        expect(frame.get_by_role(role)).to_be_visible()


def test_a_style_beside_a_page_opens_the_page(open_answers: OpenAnswers) -> None:
    answer = f"{fenced(CLOCK, 'html')}\n\n{fenced('p { color: red }', 'css')}"
    opened = open_artifact(open_answers(answer), 1)
    expect(shown_in(opened).get_by_role("heading", name="It is late")).to_be_visible()


def test_a_page_that_shows_pages_and_writes_itself_works(open_answers: OpenAnswers) -> None:
    code = """<!doctype html><body><script>
    document.write('<p>written</p>')
    document.body.insertAdjacentHTML('beforeend', '<b onclick="this.id = 1">inserted</b>')
    const frame = document.createElement('iframe')
    frame.srcdoc = '<!doctype html><script>document.write(document.compatMode)<\\/script>'
    document.body.append(frame)
    setTimeout('document.body.append(eval("20 + 22"))')
    </script>"""
    frame = shown_in(open_artifact(open_answers(fenced(code, "html"))))
    expect(frame.get_by_text("written")).to_be_visible()
    frame.get_by_text("inserted").click()
    expect(frame.get_by_text("inserted")).to_have_id("1")
    expect(frame.get_by_text("42")).to_be_visible()
    expect(frame.frame_locator("iframe").get_by_text("CSS1Compat")).to_be_visible()


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


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("html", CLOCK, "Clock.html"),
        ("css", "p { color: red }", "artifact.css"),
        ("js", "1 + 1", "artifact.js"),
        ("mermaid", "flowchart LR\n  A --> B", "artifact.mmd"),
        ("markdown", "# Read me", "Read-me.md"),
    ],
)
def test_an_artifact_is_saved_as_what_it_is(
    open_answers: OpenAnswers, language: str, code: str, name: str
) -> None:
    chat = open_answers(fenced(code, language))
    opened = open_artifact(chat)
    with chat.page.expect_download() as download:
        opened.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == name
    assert download.value.path().read_text() == code


def test_an_artifact_is_copied(open_answers: OpenAnswers, reader: Person) -> None:
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat = open_answers(fenced(CLOCK, "html"))
    opened = open_artifact(chat)
    opened.get_by_role("button", name="Copy").click()
    expect(opened.get_by_text("Copied")).to_be_attached()
    assert chat.page.evaluate("navigator.clipboard.readText()") == CLOCK


def test_an_artifact_fills_the_screen_and_leaves_it_alive(open_answers: OpenAnswers) -> None:
    opened = open_artifact(open_answers(fenced(CLOCK, "html")))
    frame = shown_in(opened)
    frame.get_by_role("button", name="Press").click()
    opened.get_by_role("button", name="Full screen", exact=True).click()
    leave = opened.page.get_by_role("button", name="Leave full screen")
    expect(leave).to_be_visible()
    box, size = opened.locator("iframe").bounding_box(), opened.page.viewport_size
    assert box is not None
    assert size is not None
    assert box["width"] == size["width"]
    leave.click()
    expect(opened.get_by_role("button", name="Full screen", exact=True)).to_be_visible()
    expect(frame.get_by_role("button", name="pressed")).to_be_visible()


def test_artifacts_are_accessible_in_every_theme_and_fit_a_phone(
    reader: Person, open_answers: OpenAnswers
) -> None:
    reader.watch.forgive(LETTERS_TO_FRAMES)
    chat = open_answers(fenced(CLOCK, "html"))
    expect(shown_in(open_artifact(chat)).get_by_role("heading")).to_be_visible()
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []
