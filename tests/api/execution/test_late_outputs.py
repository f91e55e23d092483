"""What comes of code after its end: of its threads, and for displays that later code changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.client import Client
from tests.support.code import Coder, fenced
from tests.support.dost_server import wait_until

THREAD = "import threading\nthreading.Timer(0.5, print, ['late']).start()\nprint('first')"
TASK = (
    "import asyncio\n"
    "go = asyncio.Event()\n"
    "async def late():\n"
    "    await go.wait()\n"
    "    print('late')\n"
    "task = asyncio.create_task(late())\n"
    "print('first')"
)
BOTH = [{"output_type": "stream", "name": "stdout", "text": "first\nlate\n"}]


def shown_by(client: Client, conversation_id: str, message_id: str) -> list[dict[str, Any]]:
    """The outputs of a message's only code as they are kept."""
    (execution,) = client.tree(conversation_id)["by_id"][message_id]["executions"]
    return list(execution["outputs"])


def test_later_code_changes_what_earlier_code_shows_and_the_tabs_are_told(coder: Coder) -> None:
    message = coder.says(fenced("handle = display('one', display_id=True)"))
    coder.shows(message, block=0)
    with coder.client.following("GET", "events") as news:
        assert coder.runs("handle.update('two')").outputs == []
        told = next(e.data for e in news if e.name == "execution" and "late" in e.data)
    assert (told["message_id"], told["block"], told["status"]) == (message, 0, "ok")
    (output,) = shown_by(coder.client, coder.conversation_id, message)
    assert output["data"]["text/plain"] == "'two'"
    with coder.client.following("GET", f"executions/{told['id']}/events") as events:
        assert [event.name for event in events] == ["execution", "done"]


@pytest.mark.parametrize(("code", "then"), [(THREAD, None), (TASK, "go.set()")])
def test_what_code_prints_after_its_end_comes_to_its_block(
    coder: Coder, code: str, then: str | None
) -> None:
    message = coder.says(fenced(code))
    assert coder.shows(message, block=0).text == "first\n"
    if then is not None:
        assert coder.runs(then).outputs == []
    wait_until(lambda: shown_by(coder.client, coder.conversation_id, message) == BOTH)


def test_what_comes_late_of_code_that_was_run_anew_is_nobodys(coder: Coder) -> None:
    message = coder.says(fenced("handle = display('one', display_id=True)"))
    other = coder.says(fenced("handle = display('other', display_id=True)"))
    coder.shows(message, block=0)
    coder.runs("first = handle")
    coder.shows(message, block=0)
    coder.shows(other, block=0)
    coder.runs("first.update('changed'); handle.update('changed')")

    def shown(one: str) -> str:
        (output,) = shown_by(coder.client, coder.conversation_id, one)
        return str(output["data"]["text/plain"])

    wait_until(lambda: shown(other) == "'changed'")
    assert shown(message) == "'one'"


def test_it_comes_to_a_temporary_chat_as_well_whose_tabs_are_told(admin: Client) -> None:
    chat = admin.ask(fenced(THREAD), temporary=True)
    answer, place = chat.message["id"], chat.conversation_id
    with admin.following("GET", "events") as news:
        with admin.following("POST", f"messages/{answer}/execute", json={"block": 0}) as events:
            list(events)
        told = next(e.data for e in news if e.name == "execution" and "late" in e.data)
    assert (told["message_id"], told["block"], told["status"]) == (answer, 0, "ok")
    with admin.following("GET", f"executions/{told['id']}/events") as events:
        assert next(events).data["outputs"] == BOTH
    wait_until(lambda: shown_by(admin, place, answer) == BOTH)
    admin.ok("DELETE", f"conversations/{place}")
