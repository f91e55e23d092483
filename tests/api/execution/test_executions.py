"""Code of messages in real kernels: what it shows, how it ends, and what stays of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dost_ext.execution.kernels import policy
from tests.api.conftest import LoginAs
from tests.conftest import FreshDatabase, StartServer
from tests.support.client import PASSWORD, Client
from tests.support.code import Coder, Shown, fenced
from tests.support.dost_server import wait_until
from tests.support.sse import Event


def test_state_carries_over_from_block_to_block(coder: Coder) -> None:
    first = coder.runs("x = 41")
    assert first.outputs == []
    second = coder.runs("print('so')\nx + 1")
    assert second.outputs == [
        {"output_type": "stream", "name": "stdout", "text": "so\n"},
        {
            "output_type": "execute_result",
            "data": {"text/plain": "42"},
            "metadata": {},
            "execution_count": 2,
        },
    ]
    assert second.done["status"] == "ok"
    assert second.done["execution_count"] == 2


def test_what_it_shows_belongs_to_the_message(coder: Coder) -> None:
    shown = coder.runs("print(1)")
    (saved,) = coder.saved()
    assert saved["outputs"] == shown.outputs
    assert saved["code"] == "print(1)"
    assert saved["block"] == 0
    assert saved["status"] == "ok"
    assert saved["kernel_name"] == "python3"
    assert saved["language"] == "python"
    assert saved["asked"] is False
    assert saved["duration_ms"] >= 0


def test_a_block_has_what_it_showed_last(coder: Coder) -> None:
    listed = "- in a list\n  ```text\n  skipped\n  ```"
    message = coder.says(f"{fenced('n = 1')}\n\n{listed}\n\n{fenced('n')}")
    for block in (0, 2, 2):
        assert coder.shows(message, block=block).status == "ok"
    assert [(e["block"], e["code"]) for e in coder.saved()] == [(0, "n = 1"), (2, "n")]


def test_code_that_is_no_block_runs_as_well(coder: Coder) -> None:
    message = coder.says("no code")
    for _ in range(2):
        assert coder.shows(message, code="6 * 7").status == "ok"
    assert [(e["block"], e["code"]) for e in coder.saved()] == [(None, "6 * 7")] * 2


def test_an_error_has_its_traceback(coder: Coder) -> None:
    shown = coder.runs("1 / 0")
    (output,) = shown.outputs
    assert (output["ename"], output["evalue"]) == ("ZeroDivisionError", "division by zero")
    assert any("1" in line for line in output["traceback"])
    assert shown.status == "error"


def test_code_may_ask_for_input(coder: Coder) -> None:
    def answer(begun: Event) -> None:
        path = f"executions/{begun.data['id']}/input"
        coder.client.ok("POST", path, json={"text": "Ada"})
        again = coder.client.post(path, json={"text": "Bob"})
        assert again.json()["code"] == "not_asking"

    shown = coder.acts("print('Hello', input('Name? '))", "input", answer)
    assert shown.text == "Hello Ada\n"
    (asked,) = [event.data for event in shown.events if event.name == "input"]
    assert asked == {"prompt": "Name? ", "password": False}
    (saved,) = coder.saved()
    assert saved["asked"] is True


def test_what_runs_for_ever_can_be_interrupted(coder: Coder) -> None:
    shown = coder.acts(
        "print('on')\nwhile True: pass",
        "running",
        lambda _: coder.client.ok("POST", f"{coder.kernel}/interrupt"),
    )
    assert shown.status == "interrupted"
    assert coder.runs("print('and on')").text == "and on\n"


def test_a_kernel_that_is_killed_is_missed_at_once(coder: Coder) -> None:
    coder.runs("x = 1")
    shown = coder.runs("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert shown.status == "dead"
    assert "The kernel died" in shown.outputs[-1]["evalue"]
    kernel = coder.client.ok("GET", coder.kernel)
    assert (kernel["state"], kernel["reason"]) == ("dead", "died")
    assert coder.runs("x").outputs[0]["ename"] == "NameError"


def test_an_idle_kernel_that_dies_is_missed_as_well(coder: Coder) -> None:
    with coder.client.following("GET", "events") as news:
        coder.runs("import os, threading\nthreading.Timer(0.2, os._exit, [1]).start()")
        for event in news:
            if event.name == "kernel" and event.data["state"] == "dead":
                assert event.data["reason"] == "died"
                break


def test_a_restart_forgets_everything_and_ends_what_runs(coder: Coder) -> None:
    coder.runs("x = 1")
    shown = coder.acts(
        "import time\ntime.sleep(600)",
        "running",
        lambda _: coder.client.ok("POST", f"{coder.kernel}/restart"),
    )
    assert shown.status == "dead"
    assert coder.runs("x").outputs[0]["ename"] == "NameError"


def test_it_goes_on_when_nobody_listens_and_can_be_rejoined(coder: Coder) -> None:
    with coder.executing("print('begun')\nwait = input()\nprint('done', wait)") as events:
        execution = next(events).data["id"]
    with coder.client.following("GET", f"executions/{execution}/events") as events:
        seen = []
        for event in events:
            seen.append(event)
            if event.name == "input" or (event.name == "execution" and event.data["input"]):
                coder.client.ok("POST", f"executions/{execution}/input", json={"text": "now"})
    assert Shown(seen).text == "begun\ndone now\n"
    wait_until(lambda: coder.saved()[0]["status"] == "ok")
    # Who comes a little late is told all the same.
    with coder.client.following("GET", f"executions/{execution}/events") as events:
        late = Shown(list(events))
    assert (late.text, late.status) == ("begun\ndone now\n", "ok")


def test_a_hundred_megabytes_are_cut_with_a_clear_line(coder: Coder) -> None:
    shown = coder.runs("for _ in range(1000): print('x' * 100_000)")
    assert len(shown.text) < 1_001_000
    assert shown.text.rstrip().endswith("Write it to a file to have all of it.")
    assert shown.status == "ok"
    assert coder.saved()[0]["outputs"] == shown.outputs


def test_an_error_and_what_is_displayed_come_after_too_much_text(coder: Coder) -> None:
    shown = coder.runs("print('x' * 2_000_000)\ndisplay('the plot')\n1 / 0")
    kinds = [output["output_type"] for output in shown.outputs]
    assert kinds == ["stream", "stream", "display_data", "error"]
    assert "the rest of it is left out" in shown.outputs[1]["text"]
    assert shown.outputs[-1]["ename"] == "ZeroDivisionError"
    assert coder.saved()[0]["outputs"] == shown.outputs


def test_not_one_of_thousands_of_outputs_is_lost(coder: Coder) -> None:
    shown = coder.runs("for n in range(3000): display(n)")
    assert [o["data"]["text/plain"] for o in shown.outputs] == [str(n) for n in range(3000)]


def test_updates_and_clearing_are_followed(coder: Coder) -> None:
    shown = coder.runs(
        "from IPython.display import display, clear_output\n"
        "print('gone')\nclear_output()\n"
        "handle = display('one', display_id=True)\nhandle.update('two')"
    )
    assert [o["data"]["text/plain"] for o in shown.outputs] == ["'two'"]
    assert coder.saved()[0]["outputs"] == shown.outputs


def test_characters_that_the_database_refuses_do_no_harm(coder: Coder) -> None:
    shown = coder.runs("print('a\\x00b')\n{'k': '\\x00'}")
    assert shown.status == "ok"
    assert coder.saved()[0]["outputs"] == shown.outputs


def test_what_runs_at_once_takes_turns(coder: Coder) -> None:
    first = coder.says(fenced("seen = [1]\nimport time\ntime.sleep(0.3)"))
    second = coder.says(fenced("seen.append(2)\nseen"))
    path = "messages/{}/execute"
    with (
        coder.client.following("POST", path.format(first), json={"block": 0}) as one,
        coder.client.following("POST", path.format(second), json={"block": 0}) as two,
    ):
        refused = coder.client.post(path.format(first), json={"block": 0})
        assert refused.json()["code"] == "already_running"
        assert [Shown(list(one)).status, Shown(list(two)).status] == ["ok", "ok"]
    assert coder.saved()[0]["outputs"][0]["data"]["text/plain"] == "[1, 2]"


def test_a_fork_takes_the_outputs_along(coder: Coder) -> None:
    coder.runs("print('kept')")
    tree = coder.client.tree(coder.conversation_id)
    path = f"conversations/{coder.conversation_id}/fork"
    copy = coder.client.ok("POST", path, json={"message_id": tree["leaf"]})
    (message,) = coder.client.tree(copy["id"])["by_id"].values()
    (execution,) = message["executions"]
    assert execution["outputs"][0]["text"] == "kept\n"
    assert coder.client.get(f"conversations/{copy['id']}/kernel").status_code == 404


def test_a_notebook_takes_the_outputs_out_and_in_again(coder: Coder) -> None:
    coder.runs("print('shown')\n1 / 0")
    path = f"conversations/{coder.conversation_id}/export"
    for kind in ("ipynb", "json"):
        file = coder.client.get(path, params={"format": kind}).content
        report = coder.client.ok("POST", "conversations/import", files={"file": ("a", file)})
        copy = report["imported"][0]["id"]
        (message,) = coder.client.tree(copy)["by_id"].values()
        assert [{**one, "id": None} for one in message["executions"]] == [
            {**one, "id": None} for one in coder.saved()
        ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid"),
        ({"block": 5}, 404, "no_block"),
        ({"block": -1}, 422, "invalid"),
        ({"code": " \n"}, 422, "invalid"),
        ({"block": 0, "language": "R"}, 422, "invalid"),
    ],
)
def test_what_cannot_run_is_refused(
    coder: Coder, body: dict[str, object], status: int, code: str
) -> None:
    message = coder.says(fenced("1"))
    response = coder.client.post(f"messages/{message}/execute", json=body)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_nobody_reaches_anothers_code(coder: Coder, login_as: LoginAs) -> None:
    message = coder.says(fenced("1"))
    with coder.executing("input()") as events:
        execution = next(events).data["id"]
        other = login_as("admin")
        tries = [
            other.post(f"messages/{message}/execute", json={"block": 0}),
            other.get(f"executions/{execution}/events"),
            other.post(f"executions/{execution}/input", json={"text": "x"}),
            other.get(coder.kernel),
            other.post(coder.kernel, json={}),
            other.post(f"{coder.kernel}/interrupt"),
            other.post(f"{coder.kernel}/restart"),
            other.delete(coder.kernel),
        ]
        assert [response.status_code for response in tries] == [404] * len(tries)
        assert other.ok("GET", "kernels")["items"] == []
        coder.client.ok("DELETE", coder.kernel)


def test_without_a_sandbox_only_an_administrator_runs_code(
    start_server: StartServer, new_database: FreshDatabase, tmp_path: Path
) -> None:
    server = start_server(tmp_path, "--DostApp.sandbox=False", database_url=new_database())
    with Client(server.api) as anonymous:
        for name in ("root", "ada"):
            body = {"username": name, "password": PASSWORD}
            token = anonymous.ok("POST", "auth/register", json=body)["access_token"]
    user = Client(server.api, token)
    coder = Coder(user)
    message = coder.says(fenced("1"))
    for response in (
        user.post(f"messages/{message}/execute", json={"block": 0}),
        user.post(coder.kernel, json={}),
    ):
        assert (response.status_code, response.json()["code"]) == (403, "no_sandbox")
    assert "switched off" in response.json()["detail"]
    specs = user.ok("GET", "kernelspecs")
    assert (specs["may_run"], specs["no_sandbox"]) == (False, policy.SWITCHED_OFF)
    assert user.get(coder.kernel).status_code == 404


def test_a_temporary_chat_runs_code_and_leaves_nothing(admin: Client) -> None:
    chat = admin.ask(fenced("print('hush')"), temporary=True)
    answer = chat.message["id"]
    with admin.following("POST", f"messages/{answer}/execute", json={"block": 0}) as events:
        assert Shown(list(events)).text == "hush\n"
    tree = admin.tree(chat.conversation_id)
    assert tree["by_id"][answer]["executions"][0]["outputs"][0]["text"] == "hush\n"
    admin.ok("DELETE", f"conversations/{chat.conversation_id}")
    wait_until(lambda: not kernels_of(admin, chat.conversation_id))


def kernels_of(client: Client, conversation_id: str) -> list[object]:
    found = client.ok("GET", "kernels")["items"]
    return [kernel for kernel in found if kernel["conversation_id"] == conversation_id]


def test_a_temporary_chat_that_is_kept_keeps_its_outputs(admin: Client) -> None:
    chat = admin.ask(fenced("print('kept')"), temporary=True)
    answer = chat.message["id"]
    with admin.following("POST", f"messages/{answer}/execute", json={"block": 0}) as events:
        list(events)
    admin.ok("POST", f"conversations/{chat.conversation_id}/keep")
    message = admin.tree(chat.conversation_id)["by_id"][answer]
    assert message["executions"][0]["outputs"][0]["text"] == "kept\n"
    assert kernels_of(admin, chat.conversation_id)
