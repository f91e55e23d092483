"""The kernel of a conversation: started, found again, changed and ended."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from tests.api.conftest import LoginAs
from tests.conftest import FreshDatabase, StartServer
from tests.support.client import PASSWORD, Client
from tests.support.code import Coder, Shown, fenced, pid_of
from tests.support.dost_server import DostServer, wait_until

# When the kernel's process began, in seconds since the machine did.
BIRTH = (
    "import os\nticks = open('/proc/self/stat').read().rpartition(')')[2].split()[19]\n"
    "print(int(ticks) / os.sysconf('SC_CLK_TCK'))"
)
# Longer than a tick of that clock, and shorter than any kernel takes to be ready.
MOMENT = 0.1


def test_the_installed_kernels_are_listed(admin: Client) -> None:
    specs = admin.ok("GET", "kernelspecs")
    assert specs["default"] == "python3"
    assert specs["may_run"] is True
    (python,) = [spec for spec in specs["items"] if spec["name"] == "python3"]
    assert python["language"] == "python"
    assert "py" in python["aliases"]


def test_a_conversation_has_one_kernel(coder: Coder) -> None:
    missing = coder.client.get(coder.kernel)
    assert (missing.status_code, missing.json()["code"]) == (404, "no_kernel")
    started = coder.client.ok("POST", coder.kernel, json={})
    assert (started["name"], started["state"]) == ("python3", "idle")
    again = coder.client.ok("POST", coder.kernel, json={"name": "python3"})
    assert again["id"] == started["id"]
    assert coder.client.ok("GET", coder.kernel)["id"] == started["id"]


def test_an_unknown_kernel_is_refused_and_nothing_changes(coder: Coder) -> None:
    refused = coder.client.post(coder.kernel, json={"name": "klingon"})
    assert (refused.status_code, refused.json()["code"]) == (404, "no_kernelspec")
    assert coder.client.get(coder.kernel).status_code == 404


def test_it_is_ended_on_demand(coder: Coder) -> None:
    process = pid_of(coder)
    coder.client.ok("DELETE", coder.kernel)
    assert coder.client.get(coder.kernel).status_code == 404
    wait_until(lambda: not psutil.pid_exists(process))


def test_it_goes_with_its_conversation(coder: Coder, server: DostServer) -> None:
    process = pid_of(coder)
    place = server.data_dir / "workspaces" / coder.conversation_id
    coder.runs("open('written', 'w').close()")
    assert (place / "written").is_file()
    coder.client.ok("DELETE", f"conversations/{coder.conversation_id}")
    wait_until(lambda: not psutil.pid_exists(process))
    wait_until(lambda: not place.exists())


def test_the_one_left_alone_longest_makes_room_for_another(login_as: LoginAs) -> None:
    client = login_as("admin")
    coders = [Coder(client) for _ in range(9)]
    for coder in coders[:8]:
        client.ok("POST", coder.kernel, json={})
    coders[0].runs("1")
    client.ok("POST", coders[8].kernel, json={})
    states = [client.ok("GET", coder.kernel) for coder in coders]
    assert [kernel["state"] for kernel in states] == ["idle", "dead", *["idle"] * 7]
    assert states[1]["reason"] == "room"
    client.ok("DELETE", "conversations")


def test_one_account_has_no_more_than_its_share(login_as: LoginAs) -> None:
    client = login_as("admin")
    coders = [Coder(client) for _ in range(9)]
    messages = [coder.says(fenced("input()")) for coder in coders]
    for message in messages[:-1]:
        with client.following("POST", f"messages/{message}/execute", json={"block": 0}) as events:
            next(events)
    refused = client.post(f"messages/{messages[-1]}/execute", json={"block": 0})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_kernels")
    client.ok("DELETE", "conversations")


def test_a_spare_kernel_waits_for_who_runs_code_next(admin: Client, server: DostServer) -> None:
    admin.ok("GET", "kernelspecs")

    def was_there() -> bool:
        coder = Coder(admin)
        began = time.clock_gettime(time.CLOCK_BOOTTIME)
        born = coder.runs(f"{BIRTH}\nopen('written', 'w').close()").text
        written = server.data_dir / "workspaces" / coder.conversation_id / "written"
        assert written.is_file()
        admin.ok("DELETE", f"conversations/{coder.conversation_id}")
        return float(born) < began - MOMENT

    wait_until(was_there)


def test_one_waits_of_each_kind_that_is_used(bilingual: Coder) -> None:
    client = bilingual.client
    client.ok("POST", bilingual.kernel, json={"name": "klingon"})

    def was_there(name: str) -> bool:
        coder = Coder(client)
        began = time.clock_gettime(time.CLOCK_BOOTTIME)
        assert client.ok("POST", coder.kernel, json={"name": name})["name"] == name
        born = coder.shows(coder.says(fenced(BIRTH, language="")), block=0).text
        client.ok("DELETE", f"conversations/{coder.conversation_id}")
        return float(born) < began - MOMENT

    wait_until(lambda: was_there("klingon"))
    wait_until(lambda: was_there("python3") and was_there("klingon"))


def test_no_history_of_what_ran_is_written(coder: Coder, server: DostServer) -> None:
    mark = "a_name_that_nobody_else_gives"
    shown = coder.runs(f"{mark} = 1\nprint(get_ipython().history_manager.hist_file)")
    assert shown.text == ":memory:\n"
    assert coder.runs("print(In[1])").text.startswith(mark)
    written = [path for path in server.data_dir.rglob("*") if path.is_file()]
    assert not any(mark.encode() in path.read_bytes() for path in written)


def test_secrets_of_the_server_are_not_in_its_environment(coder: Coder) -> None:
    shown = coder.runs("import os\nprint(*sorted(os.environ))")
    assert "DOST_" not in shown.text
    assert "PATH" in shown.text


@pytest.fixture
def alone(start_server: StartServer, new_database: FreshDatabase) -> DostServer:
    """A server for this test alone, which may kill it."""
    return start_server(database_url=new_database())


@pytest.fixture
def bilingual(
    start_server: StartServer, new_database: FreshDatabase, tmp_path: Path
) -> Iterator[Coder]:
    """Somebody on a server with a second kernel, whose language is called Klingon."""
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Klingon",
        "language": "klingon",
    }
    directory = tmp_path / "kernels" / "klingon"
    directory.mkdir(parents=True)
    (directory / "kernel.json").write_text(json.dumps(spec))
    environment = {"JUPYTER_PATH": str(tmp_path)}
    server = start_server(database_url=new_database(), environment=environment)
    with Client(server.api) as anonymous:
        body = {"username": "root", "password": PASSWORD}
        token = anonymous.ok("POST", "auth/register", json=body)["access_token"]
    with Client(server.api, token) as client:
        yield Coder(client)


def test_the_kernel_is_that_of_the_first_blocks_language(bilingual: Coder) -> None:
    message = bilingual.says(fenced("'Qapla'", "Klingon"))
    assert bilingual.shows(message, block=0).status == "ok"
    assert bilingual.client.ok("GET", bilingual.kernel)["name"] == "klingon"
    assert bilingual.saved()[0]["language"] == "klingon"


def test_another_kernel_takes_the_place_of_the_first_when_it_is_chosen(bilingual: Coder) -> None:
    bilingual.runs("x = 1")
    message = bilingual.says(fenced("'x' in globals()", "klingon"))
    path = f"messages/{message}/execute"
    refused = bilingual.client.post(path, json={"block": 0})
    assert (refused.status_code, refused.json()["code"]) == (409, "other_language")
    chosen = bilingual.client.ok("POST", bilingual.kernel, json={"name": "klingon"})
    assert (chosen["display_name"], chosen["state"]) == ("Klingon", "idle")
    assert bilingual.shows(message, block=0).outputs[0]["data"]["text/plain"] == "False"


def test_what_waits_for_its_turn_ends_with_the_kernel(coder: Coder) -> None:
    messages = [coder.says(fenced("input()")) for _ in range(3)]
    streams = [("POST", f"messages/{message}/execute") for message in messages]
    with ExitStack() as stack:
        followed = [
            stack.enter_context(coder.client.following(*stream, json={"block": 0}))
            for stream in streams
        ]
        wait_until(lambda: coder.client.ok("GET", coder.kernel)["state"] == "busy")
        coder.client.ok("DELETE", coder.kernel)
        assert [Shown(list(events)).status for events in followed] == ["dead"] * 3


def test_a_server_that_was_killed_says_that_the_kernel_is_gone(alone: DostServer) -> None:
    with Client(alone.api) as anonymous:
        body = {"username": "root", "password": PASSWORD}
        token = anonymous.ok("POST", "auth/register", json=body)["access_token"]
    client = Client(alone.api, token)
    coder = Coder(client)
    process = pid_of(coder)
    with coder.executing("print('kept', flush=True)\ninput()") as events:
        for event in events:
            if event.name == "input":
                break
        wait_until(lambda: coder.saved()[0]["outputs"])
        alone.kill()
    alone.start()
    kernel = client.ok("GET", coder.kernel)
    assert (kernel["state"], kernel["reason"]) == ("dead", "server_stopped")
    wait_until(lambda: not psutil.pid_exists(process))
    wait_until(lambda: coder.saved()[0]["status"] == "dead")
    assert coder.saved()[0]["outputs"][0]["text"] == "kept\n"
    assert coder.runs("1 + 1").status == "ok"
    assert client.ok("GET", coder.kernel)["state"] == "idle"
    client.close()


def test_a_server_that_stops_ends_what_runs_and_saves_it(alone: DostServer) -> None:
    with Client(alone.api) as anonymous:
        body = {"username": "root", "password": PASSWORD}
        token = anonymous.ok("POST", "auth/register", json=body)["access_token"]
    client = Client(alone.api, token)
    coder = Coder(client)
    with coder.executing("print('so far', flush=True)\nimport time\ntime.sleep(600)") as events:
        for event in events:
            if event.name == "output":
                break
        alone.terminate()
    alone.start()
    (saved,) = coder.saved()
    assert saved["status"] == "dead"
    assert saved["outputs"][0]["text"] == "so far\n"
    client.close()


def test_no_kernel_is_found_for_what_does_not_exist(admin: Client) -> None:
    assert admin.get(f"conversations/{uuid4()}/kernel").status_code == 404
