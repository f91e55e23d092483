"""The files that a chat's code works with, in the pane beside it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.chat_page import ChatPage, payload
from tests.e2e.code_page import OpenCode, run
from tests.e2e.test_accessibility import all_violations, sideways
from tests.support.pictures import picture

WRITES = "import os\nos.mkdir('out')\nopen('out/a.txt', 'w').write('hello')\nprint('done')"


def open_files(chat: ChatPage) -> Locator:
    """Open the pane."""
    chat.page.get_by_role("button", name="Files", exact=True).click()
    pane = chat.page.get_by_role("complementary", name="Files")
    expect(pane).to_be_visible()
    return pane


def entry(pane: Locator, name: str) -> Locator:
    """A file or directory that is listed."""
    return pane.get_by_role("button", name=re.compile(rf"^{re.escape(name)}\b")).first


def test_what_code_writes_appears_and_is_saved(open_code: OpenCode) -> None:
    chat = open_code(WRITES)
    pane = open_files(chat)
    expect(pane.get_by_text("Nothing here yet")).to_be_visible()
    expect(run(chat)).to_contain_text("done")
    entry(pane, "out").click()
    with chat.page.expect_download() as download:
        pane.get_by_role("button", name="Download a.txt").click()
    assert Path(download.value.path()).read_text() == "hello"


def test_a_file_is_put_there_for_code_to_read(open_code: OpenCode) -> None:
    chat = open_code("print(len(open('cities.csv').readlines()), 'lines')")
    pane = open_files(chat)
    with chat.page.expect_file_chooser() as chooser:
        pane.get_by_role("button", name="Choose files").click()
    chooser.value.set_files([payload("cities.csv", b"a\nb\nc\n")])
    expect(
        pane.get_by_role("list", name="Files of the code").get_by_text("cities.csv")
    ).to_be_visible()
    expect(run(chat)).to_contain_text("3 lines")


def test_a_deleted_file_comes_back_by_undo_and_goes_without(open_code: OpenCode) -> None:
    chat = open_code(WRITES, "import os\nprint(os.listdir('out'))")
    run(chat, 0)
    pane = open_files(chat)
    entry(pane, "out").click()
    pane.get_by_role("button", name="Delete a.txt").click()
    expect(pane.get_by_role("button", name="Delete a.txt")).to_have_count(0)
    chat.notices.get_by_role("button", name="Undo").click()
    expect(pane.get_by_role("button", name="Delete a.txt")).to_be_visible()
    expect(run(chat, 1)).to_contain_text("a.txt")
    pane.get_by_role("button", name="Delete a.txt").click()
    pane.get_by_role("button", name="Close").click()
    chat.page.reload()
    pane = open_files(chat)
    entry(pane, "out").click()
    expect(pane.get_by_role("button", name="Delete out")).to_be_visible()
    expect(pane.get_by_role("button", name="Delete a.txt")).to_have_count(0)


def test_an_attached_table_is_where_code_looks_for_it(open_code: OpenCode) -> None:
    chat = open_code("import pandas as pd\nprint(pd.read_csv('birds.csv').m.sum())")
    chat.attach(("birds.csv", b"bird,m\nstork,2\ncrane,3\n"))
    chat.ask_and_wait("Plot this")
    expect(run(chat)).to_contain_text("5")
    expect(open_files(chat).get_by_text("birds.csv")).to_be_visible()


def test_a_picture_is_looked_at(open_code: OpenCode) -> None:
    chat = open_code("pass")
    pane = open_files(chat)
    with chat.page.expect_file_chooser() as chooser:
        pane.get_by_role("button", name="Choose files").click()
    chooser.value.set_files([payload("p.png", picture())])
    entry(pane, "p.png").click()
    expect(chat.page.get_by_role("dialog").get_by_role("img")).to_be_visible()


def test_the_pane_is_accessible_in_every_theme_and_fits_a_phone(open_code: OpenCode) -> None:
    chat = open_code(WRITES)
    run(chat)
    pane = open_files(chat)
    entry(pane, "out").click()
    expect(pane.get_by_role("button", name="Download a.txt")).to_be_visible()
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []
