"""The tree on the page: editing, answering differently, forking, comparing, queueing, jumping."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.person import Person
from tests.support.fake_control import FakeControl

SLOW = {"tokens": 400, "tokens_per_second": 100}
ENDLESS = {"tokens": 20_000, "tokens_per_second": 50}


def compare(chat: ChatPage, *names: str) -> None:
    """Have other models answer beside the chat's own."""
    chat.page.get_by_role("combobox", name="Model").click()
    chat.page.get_by_role("button", name="Compare models").click()
    for name in names:
        chat.page.get_by_role("option", name=name).click()
    chat.page.keyboard.press("Escape")


def side_by_side(chat: ChatPage) -> Locator:
    """The answers that stand beside each other."""
    return chat.log.get_by_role("group", name="Answers side by side")


def queued(chat: ChatPage) -> Locator:
    """The messages that wait."""
    return chat.log.get_by_role("list", name="Queued messages").get_by_role("listitem")


def test_a_prompt_is_saved_in_place_without_asking_anew(chat: ChatPage, person: Person) -> None:
    chat.ask_and_wait("a slip")
    prompt = chat.messages.first
    chat.press(prompt, "Edit")
    prompt.get_by_role("textbox", name="Edit message").fill("set right")
    prompt.get_by_role("button", name="Save").click()
    expect(prompt).to_contain_text("set right")
    expect(chat.text_of(chat.last)).to_have_text("a slip")
    chat.page.reload()
    expect(prompt).to_contain_text("set right")
    assert len(person.client.tree(chat.conversation_id)["ids"]) == 2


def test_an_answer_is_given_again_with_a_hint(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Explain tides")
    fake.queue(reply="The Moon pulls.")
    chat.press(chat.last, "Answer differently")
    chat.page.get_by_role("button", name="Shorter").click()
    expect(chat.text_of(chat.last)).to_have_text("The Moon pulls.")
    assert "Shorter" in fake.requests()[-1]["body"]["messages"][-1]["content"]
    expect(chat.messages.first).to_contain_text("Explain tides")
    expect(chat.last).to_contain_text("2 / 2")


def test_a_hint_is_given_in_ones_own_words(chat: ChatPage, fake: FakeControl) -> None:
    chat.ask_and_wait("Explain tides")
    chat.press(chat.last, "Answer differently")
    chat.page.get_by_role("textbox", name="What should be different?").fill("as a poem")
    chat.page.keyboard.press("Enter")
    expect(chat.last).to_contain_text("2 / 2")
    chat.wait_for_answer()
    assert "as a poem" in fake.requests()[-1]["body"]["messages"][-1]["content"]


def test_another_model_answers_once_more(chat: ChatPage) -> None:
    chat.ask_and_wait("Explain tides")
    chat.press(chat.last, "Answer differently")
    panel = chat.page.get_by_role("dialog", name="Answer differently")
    panel.get_by_role("searchbox", name="Search models").fill("lor")
    panel.get_by_role("option", name="lorem").click()
    expect(chat.last).to_have_accessible_name("lorem")
    chat.stop.click()
    expect(chat.page.get_by_role("combobox", name="Model")).to_contain_text("echo")


def test_a_chat_forks_from_any_message(chat: ChatPage, person: Person) -> None:
    chat.ask_and_wait("one")
    chat.ask_and_wait("two")
    before = chat.conversation_id
    chat.press(chat.messages.nth(1), "Fork")
    expect(chat.notices).to_contain_text("new chat")
    expect(chat.messages).to_have_count(2)
    assert chat.conversation_id != before
    chat.ask_and_wait("three")
    assert len(person.client.tree(before)["ids"]) == 4


def test_models_answer_side_by_side_and_one_is_picked(chat: ChatPage) -> None:
    compare(chat, "script")
    chat.ask("Both of you")
    expect(side_by_side(chat).get_by_role("article")).to_have_count(2)
    chat.page.reload()
    expect(side_by_side(chat).get_by_role("article", name="script")).to_contain_text("Both of you")
    side_by_side(chat).get_by_role("button", name="Go on with this one").nth(1).click()
    expect(side_by_side(chat)).to_have_count(0)
    expect(chat.last).to_have_accessible_name("script")
    expect(chat.last.get_by_role("group", name="Versions")).to_have_text("2 / 2")
    chat.page.reload()
    expect(chat.last).to_have_accessible_name("script")
    expect(chat.page.get_by_role("combobox", name="Model")).to_contain_text("+1")


def test_answers_side_by_side_go_on_through_a_reload(chat: ChatPage, fake: FakeControl) -> None:
    fake.queue(**SLOW, times=2)
    compare(chat, "script")
    chat.ask("Both of you")
    columns = side_by_side(chat).get_by_role("article")
    expect(columns.nth(1)).to_contain_text("ipsum")
    chat.page.reload()
    expect(columns.nth(0)).to_have_attribute("aria-busy", "true")
    expect(side_by_side(chat).get_by_role("button", name="Go on with this one")).to_have_count(2)
    for column in columns.all():
        assert len(str(chat.text_of(column).text_content()).split()) == 400


def test_one_of_several_answers_is_stopped_alone(chat: ChatPage, fake: FakeControl) -> None:
    fake.queue(**ENDLESS, times=2)
    compare(chat, "script")
    chat.ask("Never end")
    group = side_by_side(chat)
    group.get_by_role("button", name="End answer of script").click()
    expect(group.get_by_role("article", name="script")).to_contain_text("You stopped this answer.")
    expect(group.get_by_role("article", name="echo")).to_have_attribute("aria-busy", "true")
    chat.stop.click()
    expect(group.get_by_role("article", name="echo")).to_contain_text("You stopped this answer.")


def test_picking_early_stops_the_others(chat: ChatPage, fake: FakeControl) -> None:
    compare(chat, "lorem")
    fake.queue(**ENDLESS, times=2)
    chat.ask("Never end")
    group = side_by_side(chat)
    group.get_by_role("button", name="End answer of lorem").click()
    group.get_by_role("button", name="Go on with this one").click()
    expect(group).to_have_count(0)
    expect(chat.last).to_have_accessible_name("lorem")
    expect(chat.stop).to_be_hidden()


def test_a_message_sent_too_early_waits_for_the_answer(chat: ChatPage, fake: FakeControl) -> None:
    fake.queue(**SLOW)
    chat.ask("First")
    chat.wait_for_words(3)
    chat.ask("Second")
    expect(queued(chat)).to_contain_text("Sent when the answer is complete")
    chat.page.reload()
    expect(queued(chat)).to_contain_text("Second")
    expect(queued(chat)).to_have_count(0)
    expect(chat.messages).to_have_count(4)
    expect(chat.text_of(chat.last)).to_have_text("Second")


def test_a_message_stays_queued_when_the_answer_is_stopped(
    chat: ChatPage, fake: FakeControl
) -> None:
    fake.queue(**ENDLESS)
    chat.ask("First")
    chat.wait_for_words(3)
    chat.ask("Second")
    chat.stop.click()
    expect(queued(chat)).to_contain_text("Not sent yet")
    queued(chat).get_by_role("button", name="Edit queued message").click()
    queued(chat).get_by_role("textbox").fill("Second thoughts")
    queued(chat).get_by_role("button", name="Save").click()
    queued(chat).get_by_role("button", name="Send now").click()
    expect(chat.text_of(chat.last)).to_have_text("Second thoughts")
    expect(queued(chat)).to_have_count(0)


def test_a_queued_message_is_removed(chat: ChatPage, fake: FakeControl) -> None:
    fake.queue(**ENDLESS)
    chat.ask("First")
    chat.wait_for_words(3)
    chat.ask("Second")
    queued(chat).get_by_role("button", name="Remove").click()
    expect(queued(chat)).to_have_count(0)
    chat.stop.click()
    expect(chat.messages).to_have_count(2)


def test_the_overview_leads_to_a_message_of_another_branch(chat: ChatPage) -> None:
    chat.ask_and_wait("the old question")
    prompt = chat.messages.first
    chat.press(prompt, "Edit")
    prompt.get_by_role("textbox", name="Edit message").fill("the new question")
    prompt.get_by_role("button", name="Send").click()
    expect(chat.text_of(chat.last)).to_have_text("the new question")
    chat.wait_for_answer()
    chat.page.get_by_role("button", name="Chat options").click()
    chat.page.get_by_role("menuitem", name="Branches").click()
    tree = chat.page.get_by_role("tree", name="Branches")
    expect(tree.get_by_role("treeitem")).to_have_count(4)
    expect(tree.get_by_role("treeitem", selected=True)).to_have_count(2)
    chat.page.keyboard.press("Home")
    expect(tree.get_by_role("treeitem").first).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chat.text_of(chat.last)).to_have_text("the old question")
    chat.page.reload()
    expect(chat.text_of(chat.last)).to_have_text("the old question")


def test_the_palette_knows_the_branches(chat: ChatPage) -> None:
    chat.ask_and_wait("Hello")
    chat.page.keyboard.press("Control+k")
    chat.page.get_by_role("combobox", name="Search").fill("Branches")
    chat.page.keyboard.press("Enter")
    expect(chat.page.get_by_role("tree", name="Branches").get_by_role("treeitem")).to_have_count(2)


def test_the_time_of_thinking_is_known_after_a_reload(chat: ChatPage, fake: FakeControl) -> None:
    words = " ".join(["hmm"] * 120)
    fake.queue(reasoning=words, reply="Here it is.", tokens_per_second=80)
    chat.ask("Think")
    expect(chat.last).to_contain_text("Here it is.")
    chat.wait_for_answer()
    chat.page.reload()
    expect(chat.last.get_by_text(re.compile(r"^Thought for [12] s$"))).to_be_visible()


def test_an_answer_that_ends_elsewhere_is_told_of(chat: ChatPage, fake: FakeControl) -> None:
    fake.queue(**SLOW)
    chat.ask("A long story")
    chat.wait_for_words(2)
    chat.sidebar.get_by_role("link", name="New chat").click()
    expect(chat.row("A long story")).to_contain_text("An answer is being written")
    expect(chat.notices).to_contain_text("The answer in “A long story” is complete")
    expect(chat.row("A long story")).not_to_contain_text("An answer is being written")
    chat.notices.get_by_role("button", name="Open").click()
    expect(chat.messages).to_have_count(2)
