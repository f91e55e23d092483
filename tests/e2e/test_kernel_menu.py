"""The kernel's menu says that it is busy whoever has it run something, and interrupts that."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.code_page import OpenCode, output_of, run
from tests.e2e.person import Person
from tests.support.code import fenced

ENDLESS = "print('on')\nwhile True: pass"
BUTTON = (
    "import ipywidgets as w\n"
    "def work(_):\n    while True: pass\n"
    "b = w.Button(description='Work')\nb.on_click(work)\nb"
)


def interrupt_from_the_menu(chat: ChatPage) -> None:
    """Do so where the kernel is busy, which is to show."""
    chat.page.get_by_role("button", name="Python 3: busy").click()
    chat.page.get_by_role("menuitem", name="Interrupt").click()
    expect(chat.page.get_by_role("button", name="Python 3: idle")).to_be_visible()


def test_code_of_another_version_of_an_answer_makes_it_busy(
    open_code: OpenCode, coder: Person
) -> None:
    chat = open_code("print('the first')")
    prompt = coder.client.tree(chat.conversation_id)["ids"][0]
    place = chat.conversation_id
    coder.client.add(place, fenced(ENDLESS), prompt, role="assistant")
    chat.page.reload()
    expect(run(chat)).to_contain_text("on")
    versions = chat.last.get_by_role("group", name="Versions")
    versions.get_by_role("button", name="Previous version").press("Enter")
    expect(chat.log).to_contain_text("the first")
    interrupt_from_the_menu(chat)
    versions.get_by_role("button", name="Next version").press("Enter")
    expect(output_of(chat)).to_contain_text("Interrupted")


def test_a_widgets_callback_makes_it_busy(open_code: OpenCode) -> None:
    chat = open_code(BUTTON)
    button = run(chat).frame_locator("iframe").get_by_role("button", name="Work")
    expect(chat.page.get_by_role("button", name="Python 3: idle")).to_be_visible()
    button.click()
    interrupt_from_the_menu(chat)
