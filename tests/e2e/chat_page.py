"""The page as its readers know it: by names and roles, never by classes."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect


def payload(name: str, content: bytes) -> FilePayload:
    """A file as a dialog hands it over: its type by its name."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {"name": name, "mimeType": kind, "buffer": content}


class ChatPage:
    """One tab on dost's page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.main = page.get_by_role("main")
        self.box = page.get_by_role("textbox", name="Message", exact=True)
        self.send = page.get_by_role("button", name="Send")
        self.stop = page.get_by_role("button", name="Stop")
        self.log = page.get_by_role("log", name="Conversation")
        self.messages = self.log.get_by_role("article")
        self.last = self.messages.last
        self.tray = page.get_by_role("list", name="Attached files")
        self.sidebar = page.get_by_role("navigation", name="Chats")
        self.notices = page.get_by_role("region", name="Notices")

    @property
    def conversation_id(self) -> str:
        """The conversation in the address."""
        self.page.wait_for_url(re.compile(r"/c/[\w-]+$"))
        return self.page.url.rpartition("/")[2]

    def ask(self, prompt: str) -> None:
        """Send a prompt; returns at once."""
        self.box.fill(prompt)
        self.send.click()

    def ask_and_wait(self, prompt: str) -> None:
        """Send a prompt; returns when its answer is complete."""
        self.ask(prompt)
        self.wait_for_answer()

    def attach(self, *files: tuple[str, bytes]) -> None:
        """Choose files to go with the next prompt, as the button's dialog does."""
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("button", name="Attach files").click()
        chooser.value.set_files([payload(name, content) for name, content in files])

    def attach_file(self, path: Path) -> None:
        """Choose a file of this machine, as large as it may be."""
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("button", name="Attach files").click()
        chooser.value.set_files(path)

    def choose_model(self, name: str) -> None:
        """Choose the model that answers from now on."""
        self.page.get_by_role("combobox", name="Model").click()
        self.page.get_by_role("option", name=name).click()

    def wait_for_answer(self) -> None:
        """Wait until nothing is being written and the last message can be acted upon."""
        expect(self.last.get_by_role("button", name="Regenerate")).to_be_attached()
        expect(self.stop).to_be_hidden()

    def wait_for_words(self, count: int) -> str:
        """Wait until the answer being written has that many words; returns it."""
        expect(self.stop).to_be_visible()
        expect(self.text_of(self.last)).to_have_text(re.compile(rf"^\s*(\S+\s+){{{count}}}"))
        return self.seen()

    def text_of(self, message: Locator) -> Locator:
        """The words of an answer without the buttons around them."""
        return message.locator(".dost-markdown")

    def seen(self) -> str:
        """The words of the last answer as they stand on the page."""
        return str(self.text_of(self.last).text_content()).strip()

    def message(self, words: str) -> Locator:
        """The message that says these words."""
        return self.messages.filter(has_text=words)

    def press(self, message: Locator, button: str) -> None:
        """Press one of a message's buttons as a mouse does: they show under it."""
        message.hover()
        message.get_by_role("button", name=button, exact=True).click()

    def row(self, title: str) -> Locator:
        """A conversation in the sidebar."""
        rows = self.sidebar.get_by_role("listitem").filter(
            has=self.page.get_by_role("link", name=title)
        )
        return rows.last  # the folder that it lies in is a row, too

    def choose(self, title: str, item: str) -> None:
        """Choose from the menu of a conversation in the sidebar."""
        self.row(title).hover()
        self.row(title).get_by_role("button", name=f"Options of {title}").click()
        self.page.get_by_role("menuitem", name=item).click()

    def undo(self) -> None:
        """Take the last deletion back."""
        self.notices.get_by_role("button", name="Undo").click()
