"""A chat whose model runs code, as its reader sees it."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Locator, expect

from tests.e2e.chat_page import ChatPage


def calls(*codes: str) -> list[dict[str, Any]]:
    """Calls that a scripted model makes."""
    return [{"name": "run_code", "arguments": {"code": code}} for code in codes]


def runs(code: str, *then: str, reply: str = "Let me see.") -> str:
    """A prompt that has the scripted model run code, and say more once it is told of that."""
    rounds: list[dict[str, Any]] = [{"reply": one} for one in then or ("Done.",)]
    return json.dumps({"reply": reply, "tool_calls": calls(code), "then": rounds})


def line(chat: ChatPage, words: str) -> Locator:
    """The line of a call, by what it says."""
    return chat.log.get_by_role("button", name=words)


def output(chat: ChatPage) -> Locator:
    """What the code of calls shows."""
    return chat.log.get_by_role("group", name="Output")


def choose(chat: ChatPage, choice: str, tool: str = "Run code") -> None:
    """Choose in the menu of tools."""
    chat.page.get_by_role("button", name="Tools", exact=True).click()
    menu = chat.page.get_by_role("dialog", name="Tools")
    menu.get_by_role("radiogroup", name=tool).get_by_role("radio", name=choice).check()
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_role("dialog", name="Tools")).to_be_hidden()
