"""The model runs code: asked for or by itself, before the eyes of whoever reads along."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.person import Person
from tests.e2e.test_accessibility import all_violations, sideways
from tests.e2e.tool_page import calls, choose, line, output, runs

OpenAgent = Callable[..., ChatPage]

PLOT = (
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\nplt.show()\n"
    "print('drawn')"
)
# matplotlib looks at all fonts once in every workspace.
PLOT_MS = 60_000


@pytest.fixture
def open_agent(coder: Person) -> OpenAgent:
    """Opens a new chat with a scripted model; says whether it asks before it runs code."""

    def open_(approval: str | None = "never") -> ChatPage:
        tools = {"run_code": {"enabled": True, "approval": approval}} if approval else {}
        settings = {"default_model": "fake/script", "tools": tools}
        coder.client.ok("PATCH", "settings", json=settings)
        return coder.open_chat()

    return open_


def test_code_that_is_allowed_runs_and_the_model_goes_on(open_agent: OpenAgent) -> None:
    chat = open_agent("ask")
    chat.box.fill(runs("print(6 * 7)", "It is 42."))
    chat.page.keyboard.press("Enter")
    expect(line(chat, "Waiting for you")).to_have_attribute("aria-expanded", "true")
    expect(chat.last.get_by_role("figure")).to_contain_text("print(6 * 7)")
    expect(chat.box).to_be_focused()
    chat.last.get_by_role("button", name="Allow", exact=True).click()
    ran = line(chat, "Ran code")
    expect(ran).to_have_attribute("aria-expanded", "false")
    expect(chat.last).to_contain_text("It is 42.")
    expect(chat.last.get_by_role("figure")).to_have_count(0)
    ran.click()
    expect(output(chat)).to_have_text("42")
    expect(chat.last.get_by_role("button", name="Copy code")).to_be_visible()
    assert str(chat.last.text_content()).find("Let me see.") < str(chat.last.text_content()).find(
        "It is 42."
    )


def test_code_that_is_declined_does_not_run(open_agent: OpenAgent) -> None:
    chat = open_agent("ask")
    chat.ask(runs("print('never')", "Then not."))
    told = chat.main.locator(".sr-only[aria-live=polite]")
    expect(told).to_contain_text(re.compile("Let me see.*Waiting for you"))
    chat.last.get_by_role("button", name="Decline").click()
    expect(line(chat, "Not run: you declined")).to_be_visible()
    chat.wait_for_answer()
    expect(chat.last).to_contain_text("Then not.")
    expect(output(chat)).to_have_count(0)
    chat.page.reload()
    expect(line(chat, "Not run: you declined")).to_be_visible()


def test_what_is_allowed_from_now_on_is_not_asked_for_again(open_agent: OpenAgent) -> None:
    chat = open_agent("ask")
    chat.ask(runs("print(1)", "One."))
    chat.last.get_by_role("button", name="Allow from now on").click()
    expect(chat.notices).to_contain_text("From now on code runs without asking")
    chat.wait_for_answer()
    chat.ask_and_wait(runs("print(2)", "Two."))
    expect(chat.last).to_contain_text("Two.")
    expect(line(chat, "Ran code")).to_have_count(2)


def test_code_runs_by_itself_where_the_user_says_so(open_agent: OpenAgent) -> None:
    chat = open_agent("never")
    chat.ask_and_wait(runs("x = 41\nx + 1", "So 42."))
    expect(line(chat, "Ran code")).to_be_visible()
    chat.page.reload()
    line(chat, "Ran code").click()
    expect(output(chat)).to_have_text("42")
    expect(chat.last).to_contain_text("So 42.")


def test_a_picture_stays_in_view_while_the_rest_is_folded(open_agent: OpenAgent) -> None:
    chat = open_agent()
    chat.ask(runs(PLOT, "A curve."))
    picture = output(chat).get_by_role("img", name=re.compile("Figure"))
    expect(picture).to_be_visible(timeout=PLOT_MS)
    chat.wait_for_answer()
    expect(line(chat, "Ran code")).to_have_attribute("aria-expanded", "false")
    expect(picture).to_be_visible()
    expect(output(chat)).not_to_contain_text("drawn")
    line(chat, "Ran code").click()
    expect(output(chat)).to_contain_text("drawn")
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []


def test_stop_ends_the_code_and_the_answer(open_agent: OpenAgent) -> None:
    chat = open_agent()
    chat.ask(runs("print('on')\nwhile True: pass"))
    expect(line(chat, "Running code…")).to_have_attribute("aria-expanded", "true")
    expect(output(chat)).to_contain_text("on")
    chat.stop.click()
    expect(line(chat, "Not finished")).to_be_visible()
    expect(chat.last).to_contain_text("You stopped this answer.")
    expect(chat.page.get_by_role("button", name="Python 3: idle")).to_be_visible()
    chat.last.get_by_role("button", name="Continue").click()
    chat.wait_for_answer()


def test_an_answer_that_waits_does_so_over_a_reload(open_agent: OpenAgent) -> None:
    chat = open_agent("ask")
    chat.ask(runs("print('after all')", "There."))
    expect(line(chat, "Waiting for you")).to_be_visible()
    chat.page.reload()
    expect(line(chat, "Waiting for you")).to_have_attribute("aria-expanded", "true")
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []
    chat.last.get_by_role("button", name="Allow", exact=True).click()
    chat.wait_for_answer()
    expect(chat.last).to_contain_text("There.")
    line(chat, "Ran code").click()
    expect(output(chat)).to_have_text("after all")


def test_code_that_runs_is_followed_over_a_reload(open_agent: OpenAgent) -> None:
    chat = open_agent()
    chat.ask(runs("print('begun')\nprint('then', input('Go on? '))", "It went on."))
    expect(output(chat)).to_contain_text("begun")
    chat.page.reload()
    expect(output(chat)).to_contain_text("begun")
    output(chat).get_by_label("Go on?").fill("yes")
    output(chat).get_by_role("button", name="Answer").click()
    chat.wait_for_answer()
    expect(chat.last).to_contain_text("It went on.")
    line(chat, "Ran code").click()
    expect(output(chat)).to_contain_text("then yes")


def test_a_second_tab_sees_it_and_may_allow_it(open_agent: OpenAgent, coder: Person) -> None:
    chat = open_agent("ask")
    chat.ask(runs("print('both see', input('Ready? '))", "Both saw."))
    expect(line(chat, "Waiting for you")).to_be_visible()
    other = coder.open_chat(f"c/{chat.conversation_id}")
    other.last.get_by_role("button", name="Allow", exact=True).click()
    expect(chat.last.get_by_role("button", name="Allow", exact=True)).to_be_hidden()
    output(chat).get_by_label("Ready?").fill("it")
    output(chat).get_by_role("button", name="Answer").click()
    for tab in (chat, other):
        tab.wait_for_answer()
        expect(tab.last).to_contain_text("Both saw.")
        line(tab, "Ran code").click()
        expect(output(tab)).to_contain_text("both see it")


def test_an_error_is_read_by_the_model_which_mends_it(open_agent: OpenAgent) -> None:
    chat = open_agent()
    mended = {"reply": "I mend it.", "tool_calls": calls("print(1 / 1)")}
    script = {"reply": "", "tool_calls": calls("1 / 0"), "then": [mended, {"reply": "Mended."}]}
    chat.ask_and_wait(json.dumps(script))
    expect(line(chat, "Code failed")).to_be_visible()
    expect(line(chat, "Ran code")).to_be_visible()
    expect(chat.last).to_contain_text("Mended.")
    expect(chat.last.get_by_label("Traceback")).to_have_count(0)
    line(chat, "Code failed").click()
    expect(chat.last.get_by_label("Traceback")).to_contain_text("ZeroDivisionError")


def test_a_call_that_cannot_be_made_says_why(open_agent: OpenAgent) -> None:
    chat = open_agent()
    script = {
        "reply": "Hm.",
        "tool_calls": [{"name": "weather", "arguments": {"place": "Bonn"}}],
        "then": [{"reply": "I cannot."}],
    }
    chat.ask_and_wait(json.dumps(script))
    line(chat, "weather failed").click()
    expect(chat.last.get_by_role("figure")).to_contain_text('"place": "Bonn"')
    expect(chat.last.get_by_label("What the model was told")).to_contain_text("no tool")


def test_blocks_after_a_call_are_counted_through_the_answer(open_agent: OpenAgent) -> None:
    chat = open_agent()
    fence = "```python\nprint({})\n```"
    reply, then = (f"So:\n\n{fence.format(repr(word))}" for word in ("one", "two"))
    chat.ask_and_wait(runs("print('between')", then, reply=reply))
    chat.last.get_by_role("button", name="Run", exact=True).nth(1).click()
    expect(output(chat)).to_contain_text("two")
    chat.page.reload()
    expect(output(chat)).to_contain_text("two")
    expect(output(chat)).to_have_count(1)


def test_the_menu_remembers_what_was_chosen(open_agent: OpenAgent, coder: Person) -> None:
    chat = open_agent(None)
    tools = chat.page.get_by_role("button", name="Tools", exact=True)
    expect(tools).to_have_attribute("title", "Tools")
    other = coder.open_chat()
    choose(chat, "Ask first")
    expect(tools).to_have_attribute("title", "Tools: Run code")
    elsewhere = other.page.get_by_role("button", name="Tools", exact=True)
    expect(elsewhere).to_have_attribute("title", "Tools: Run code")
    chat.page.reload()
    chat.ask(runs("1"))
    expect(line(chat, "Waiting for you")).to_be_visible()
    chat.last.get_by_role("button", name="Decline").click()
    chat.wait_for_answer()
    choose(chat, "Off")
    expect(tools).to_have_attribute("title", "Tools")
    chat.ask_and_wait("Hello")
    expect(chat.last).to_contain_text("Hello")


def test_the_menu_is_accessible_and_fits_a_phone(open_agent: OpenAgent) -> None:
    chat = open_agent(None)
    chat.page.get_by_role("button", name="Tools", exact=True).click()
    menu = chat.page.get_by_role("dialog", name="Tools")
    code = menu.get_by_role("radiogroup", name="Run code")
    expect(code.get_by_role("radio")).to_have_count(3)
    expect(code.get_by_role("radio", name="Off")).to_be_checked()
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []


def test_a_model_that_never_ends_is_ended_and_may_go_on(open_agent: OpenAgent) -> None:
    chat = open_agent()
    again = {"reply": "Once more.", "tool_calls": calls("1")}
    chat.ask(json.dumps({**again, "then": [again]}))
    ended = chat.last.get_by_text("The model stopped after many rounds of using tools.")
    expect(ended).to_be_visible(timeout=PLOT_MS)
    made = chat.last.get_by_role("button", name="Ran code").count()
    chat.last.get_by_role("button", name="Continue").click()
    expect(chat.last.get_by_role("button", name="Ran code").nth(made)).to_be_visible()
    expect(ended).to_be_visible(timeout=PLOT_MS)
