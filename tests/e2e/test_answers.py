"""What can be done with an answer on the page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.person import Person
from tests.support.fake_control import FakeControl

ENDLESS = {"tokens": 20_000, "tokens_per_second": 50}
# Notes what is put into live regions, the conversation's own aside while it is busy.
HEAR = """() => {
    window.heard = [];
    new MutationObserver((changes) => {
        for (const { target, addedNodes } of changes)
            if (target.closest('[aria-live]') && !target.closest('[aria-busy=true], [role=log]'))
                for (const node of addedNodes)
                    if (node.textContent) heard.push(node.textContent);
    }).observe(document.querySelector('main'), { childList: true, subtree: true });
}"""


def test_an_answer_streams_below_its_prompt(chat: ChatPage, fake: FakeControl) -> None:
    fake.queue(tokens=60, tokens_per_second=100)
    chat.ask("Say something long")
    early = chat.wait_for_words(3)
    chat.wait_for_answer()
    assert chat.seen().startswith(early)
    assert len(chat.seen().split()) == 60
    expect(chat.messages.first).to_have_accessible_name("You")
    expect(chat.messages.first).to_contain_text("Say something long")


def test_a_screen_reader_hears_sentences_and_no_tokens(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Hello")
    chat.page.evaluate(HEAR)
    said = " ".join(f"This is sentence number {n} of many." for n in range(12))
    fake.queue(reply=said, tokens_per_second=30)
    chat.ask_and_wait("Tell me")
    chat.page.wait_for_function("() => window.heard.join(' ').endsWith('11 of many.')")
    heard = chat.page.evaluate("window.heard")
    assert " ".join(heard) == said
    assert len(heard) > 1
    assert all(words.endswith(".") for words in heard)
    expect(chat.log.locator("[aria-busy=true]")).to_have_count(0)


def test_stop_keeps_exactly_what_was_seen(
    chat: ChatPage, person: Person, fake: FakeControl
) -> None:
    fake.queue(**ENDLESS)
    chat.ask("Never end")
    seen = chat.wait_for_words(5)
    chat.stop.click()
    chat.wait_for_answer()
    kept = chat.seen()
    assert kept.startswith(seen)
    assert person.answer(chat.conversation_id)["content"] == kept
    chat.page.reload()
    expect(chat.text_of(chat.last)).to_have_text(kept)
    expect(chat.last).to_contain_text("You stopped this answer.")


def test_regenerating_keeps_both_versions(chat: ChatPage, fake: FakeControl) -> None:
    fake.queue(reply="first answer")
    chat.ask_and_wait("Try")
    fake.queue(reply="second answer")
    chat.press(chat.last, "Regenerate")
    expect(chat.text_of(chat.last)).to_have_text("second answer")
    versions = chat.last.get_by_role("group", name="Versions")
    expect(versions).to_have_text("2 / 2")
    versions.get_by_role("button", name="Previous version").click()
    expect(chat.text_of(chat.last)).to_have_text("first answer")
    expect(versions).to_have_text("1 / 2")
    chat.page.reload()
    expect(versions).to_have_text("1 / 2")
    versions.get_by_role("button", name="Next version").click()
    expect(chat.text_of(chat.last)).to_have_text("second answer")


def test_editing_a_prompt_branches_off(chat: ChatPage) -> None:
    chat.ask_and_wait("the old question")
    prompt = chat.messages.first
    chat.press(prompt, "Edit")
    prompt.get_by_role("textbox", name="Edit message").fill("the new question")
    prompt.get_by_role("button", name="Send").click()
    expect(chat.text_of(chat.last)).to_have_text("the new question")
    expect(prompt.get_by_role("group", name="Versions")).to_have_text("2 / 2")
    prompt.hover()
    prompt.get_by_role("button", name="Previous version").click()
    expect(chat.text_of(chat.last)).to_have_text("the old question")


def test_an_answer_is_edited_in_place(chat: ChatPage, person: Person) -> None:
    chat.ask_and_wait("a slip")
    chat.press(chat.last, "Edit")
    chat.last.get_by_role("textbox", name="Edit message").fill("set **right**")
    chat.last.get_by_role("button", name="Save").click()
    expect(chat.last.locator("strong")).to_have_text("right")
    assert person.answer(chat.conversation_id)["content"] == "set **right**"
    expect(chat.messages).to_have_count(2)


def test_an_answer_is_called_good_or_bad_and_neither_again(chat: ChatPage, person: Person) -> None:
    chat.ask_and_wait("well?")
    good = chat.last.get_by_role("button", name="Good answer")
    bad = chat.last.get_by_role("button", name="Bad answer")
    chat.press(chat.last, "Good answer")
    expect(good).to_have_attribute("aria-pressed", "true")
    chat.press(chat.last, "Bad answer")
    expect(bad).to_have_attribute("aria-pressed", "true")
    expect(good).to_have_attribute("aria-pressed", "false")
    assert person.answer(chat.conversation_id)["rating"] == -1
    chat.page.reload()
    expect(bad).to_have_attribute("aria-pressed", "true")
    chat.press(chat.last, "Bad answer")
    expect(bad).to_have_attribute("aria-pressed", "false")
    assert person.answer(chat.conversation_id)["rating"] is None


def test_a_deleted_answer_comes_back_with_undo(chat: ChatPage, person: Person) -> None:
    chat.ask_and_wait("keep me")
    chat.press(chat.last, "Delete")
    expect(chat.messages).to_have_count(1)
    chat.undo()
    expect(chat.messages).to_have_count(2)
    chat.page.reload()
    expect(chat.text_of(chat.last)).to_have_text("keep me")


def test_a_deletion_that_is_not_undone_lasts(chat: ChatPage, person: Person) -> None:
    chat.ask_and_wait("forget me")
    chat.press(chat.last, "Delete")
    chat.notices.get_by_role("button", name="Dismiss").click()
    expect(chat.notices).to_be_empty()
    chat.page.reload()
    expect(chat.messages).to_have_count(1)


# The new page asks for the deletion again, which may be done by then.
DELETED_ALREADY = r"404.*/messages/"


def test_leaving_the_page_carries_a_deletion_out(chat: ChatPage, person: Person) -> None:
    person.watch.forgive(DELETED_ALREADY)
    chat.ask_and_wait("forget me")
    chat.press(chat.last, "Delete")
    expect(chat.notices).to_contain_text("Message deleted")
    chat.page.reload()
    expect(chat.messages).to_have_count(1)


def test_a_deletion_that_a_reload_overtakes_is_carried_out_first(
    chat: ChatPage, person: Person
) -> None:
    person.watch.forgive(r"net::ERR_FAILED .*/messages/")
    chat.ask_and_wait("forget me")
    chat.press(chat.last, "Delete")
    expect(chat.notices).to_contain_text("Message deleted")
    lost: list[Route] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "DELETE" and not lost:
            lost.append(route)
            route.abort()
        else:
            route.continue_()

    chat.page.route("**/api/v1/messages/*", lose_the_first)
    chat.page.reload()
    expect(chat.messages).to_have_count(1)
    assert lost


def test_an_answer_is_copied_as_it_was_written(chat: ChatPage, person: Person) -> None:
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.ask_and_wait("**bold** words")
    chat.press(chat.last, "Copy")
    clip = chat.page.wait_for_function("() => navigator.clipboard.readText()").json_value()
    assert clip == "**bold** words"


BEFORE_TEXT = {
    "refused": "closed the connection without an answer",
    "timeout": "did not answer within 1 seconds",
    "401": "refused the API key",
    "404": "does not know “echo”",
    "429": "is being asked too often",
    "500": "failed (500)",
}
MID_TEXT = {
    "cut": "closed the connection before the answer was complete",
    "malformed": "sent a piece that is not JSON",
    "silence": "sent nothing for 1 seconds",
    "error_in_stream": "ran out of imagination",
}


@pytest.mark.parametrize("fault", BEFORE_TEXT)
def test_a_model_that_fails_at_once_is_explained_and_can_be_tried_again(
    chat: ChatPage, fake: FakeControl, fault: str
) -> None:
    fake.queue(fault=fault, times=20, retry_after=0)
    chat.ask("Tell me")
    expect(chat.last).to_contain_text(BEFORE_TEXT[fault])
    fake.reset()
    chat.last.get_by_role("button", name="Retry").click()
    expect(chat.text_of(chat.last)).to_have_text("Tell me")
    expect(chat.last).not_to_contain_text(BEFORE_TEXT[fault])


@pytest.mark.parametrize("fault", MID_TEXT)
def test_a_model_that_fails_midway_is_explained_and_can_be_continued(
    chat: ChatPage, person: Person, fake: FakeControl, fault: str
) -> None:
    fake.queue(fault=fault, reply="Once upon a time", after=2)
    chat.ask("Tell me a story")
    expect(chat.last).to_contain_text(MID_TEXT[fault])
    expect(chat.text_of(chat.last)).to_have_text("Once upon")
    chat.page.reload()
    expect(chat.last).to_contain_text(MID_TEXT[fault])
    fake.queue(reply=" a time.")
    chat.last.get_by_role("button", name="Continue").click()
    expect(chat.text_of(chat.last)).to_have_text("Once upon a time.")
    chat.wait_for_answer()
    expect(chat.last).not_to_contain_text(MID_TEXT[fault])
    assert person.answer(chat.conversation_id)["content"] == "Once upon a time."


def test_thoughts_are_folded_above_the_answer(chat: ChatPage, fake: FakeControl) -> None:
    fake.queue(reasoning="let me see", reply="Here it is.")
    chat.ask_and_wait("Think")
    chat.last.get_by_text(re.compile("^Thought for|^Thoughts")).click()
    expect(chat.last.get_by_text("let me see")).to_be_visible()
    expect(chat.text_of(chat.last)).to_have_text("Here it is.")


HOSTILE = """\
<script>window.alarm = 1</script>
<img src="https://evil.example/a.png" onerror="window.alarm = 2">
![x](https://evil.example/b.png) [click](javascript:window.alarm=3)
<a id="link" href="javascript:window.alarm=4">here</a>
<svg onload="window.alarm = 5"><use href="https://evil.example/c.svg#x"/></svg>
<iframe src="https://evil.example/"></iframe>
<style>@import "https://evil.example/d.css"; p { background: url(//evil.example/e) }</style>
<form action="https://evil.example/"><button>Send</button></form>
<details open ontoggle="window.alarm = 6">x</details>
```html
<img src=x onerror="window.alarm = 7">
```
$\\href{javascript:window.alarm=8}{x}$ done
"""


def test_a_hostile_answer_runs_nothing_and_asks_for_nothing(
    chat: ChatPage, person: Person, fake: FakeControl
) -> None:
    # Chromium reports the handlers already where the sanitiser reads them, in an inert document.
    person.watch.forgive("Executing inline event handler violates")
    fake.queue(reply=HOSTILE, tokens_per_second=200)
    chat.ask_and_wait("Attack me")
    expect(chat.last).to_contain_text("done")
    chat.page.reload()
    expect(chat.last).to_contain_text("done")
    # Links with an address that is none of a script's would lead away, as links do.
    for link in chat.text_of(chat.last).locator("a:not([href]), a[href^='javascript:' i]").all():
        link.click()
    assert chat.page.evaluate("window.alarm") is None
    assert chat.page.url.endswith(f"/c/{chat.conversation_id}")
