"""Kernels that are at a gateway: a Jupyter Server that runs them for others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FreshDatabase, StartServer
from tests.support.client import PASSWORD, Client
from tests.support.code import Coder
from tests.support.dost_server import DostServer, wait_until
from tests.support.gateway import Gateway, running_gateway
from tests.support.kernel_line import line_to
from tests.support.owner import let_models_run_code, queue


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """A gateway of the test's own."""
    with running_gateway(tmp_path / "gateway") as found:
        yield found


@pytest.fixture
def served(
    start_server: StartServer, new_database: FreshDatabase, tmp_path: Path, gateway: Gateway
) -> DostServer:
    """A server whose kernels are there."""
    return start_server(tmp_path / "dost", *gateway.options, database_url=new_database())


def registered(server: DostServer, name: str) -> Client:
    """A new account; the first one administers."""
    with Client(server.api) as anonymous:
        body = {"username": name, "password": PASSWORD}
        return Client(server.api, anonymous.ok("POST", "auth/register", json=body)["access_token"])


def test_code_runs_at_a_gateway_as_it_does_here(served: DostServer, gateway: Gateway) -> None:
    client = registered(served, "root")
    coder = Coder(client)
    assert coder.runs("x = 41\nprint('so')").text == "so\n"
    assert coder.runs("x + 1").outputs[0]["data"] == {"text/plain": "42"}
    assert coder.runs("1 / 0").outputs[0]["ename"] == "ZeroDivisionError"
    many = coder.runs("for n in range(5000): print(n)").text
    assert many.split() == [str(n) for n in range(5000)]

    def reply(event: object) -> None:
        execution = coder.saved()[0]["id"]
        client.ok("POST", f"executions/{execution}/input", json={"text": "Ada"})

    assert coder.acts("print('Hello', input('? '))", "input", reply).text == "Hello Ada\n"

    def interrupt(_: object) -> None:
        client.ok("POST", f"{coder.kernel}/interrupt")

    assert coder.acts("print('on')\nwhile True: pass", "output", interrupt).status == "interrupted"

    client.ok("POST", f"{coder.kernel}/restart")
    assert coder.runs("x").outputs[0]["ename"] == "NameError"

    # The gateway would start it anew by itself, as if nothing had happened.
    shown = coder.runs("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert shown.status == "dead"
    assert "died" in shown.outputs[-1]["evalue"]
    wait_until(lambda: client.ok("GET", coder.kernel)["state"] == "dead")
    assert coder.runs("print('again')").text == "again\n"

    running = client.ok("GET", coder.kernel)["id"]
    assert running in gateway.kernels()
    client.ok("DELETE", coder.kernel)
    assert running not in gateway.kernels()


def test_a_model_runs_code_at_a_gateway_and_is_stopped_there(served: DostServer) -> None:
    client = registered(served, "root")
    let_models_run_code(client, "never")
    queue(client, reply="", tool_calls=[{"name": "run_code", "arguments": {"code": "x = 42; x"}}])
    loop = "print('on')\nwhile True: pass"
    queue(client, reply="", tool_calls=[{"name": "run_code", "arguments": {"code": loop}}])
    with client.sending("Compute", tools=["run_code"]) as events:
        run = next(events).data
        came = []
        for event in events:
            came.append(event)
            if event.name == "execution" and event.data["code"] == loop:
                client.ok("POST", f"runs/{run['run_id']}/cancel")
    (result,) = [event.data for event in came if event.name == "tool_result"]
    assert result["content"] == "42"
    message = came[-1].data["message"]
    assert message["status"] == "cancelled"
    assert [one["status"] for one in message["executions"]] == ["ok", "interrupted"]


def test_widgets_of_a_kernel_at_a_gateway_live(served: DostServer) -> None:
    coder = Coder(registered(served, "root"))
    shown = coder.runs(
        "import ipywidgets as w\ni = w.Image(value=bytes(range(4)))\n"
        "@w.interact(x=(0, 9))\ndef double(x=2):\n    print(x * 2)\ni"
    )
    found = coder.client.ok("GET", f"executions/{shown.events[0].data['id']}/widgets")
    models = {one["model_name"]: key for key, one in found["widgets"]["state"].items()}
    image = found["widgets"]["state"][models["ImageModel"]]
    assert image["buffers"] == [{"path": ["value"], "encoding": "base64", "data": "AAECAw=="}]
    with line_to(coder.client, found["kernel_id"], query="?only=widgets") as line:
        line.update(models["IntSliderModel"], value=8)
        came = line.until(lambda _, one: "16" in str(one["content"].get("data")))
    assert came[-1][1]["content"]["comm_id"] == models["OutputModel"]


def test_how_a_gateway_keeps_kernels_apart_is_unknown(served: DostServer) -> None:
    registered(served, "root")
    user = registered(served, "ada")
    specs = user.ok("GET", "kernelspecs")
    assert specs["may_run"] is False
    assert "elsewhere" in specs["no_sandbox"]


def test_a_gateway_that_is_away_is_named(served: DostServer, gateway: Gateway) -> None:
    client = registered(served, "root")
    gateway.process.terminate()
    gateway.process.wait()
    refused = client.get("kernelspecs")
    assert (refused.status_code, refused.json()["code"]) == (503, "gateway_away")
    assert client.ok("GET", "health")["status"] == "ok"
    refused = client.get(f"conversations/{Coder(client).conversation_id}/files")
    assert (refused.status_code, refused.json()["code"]) == (503, "gateway_away")


def test_of_a_gateway_that_keeps_no_files_none_are_shown(
    start_server: StartServer, new_database: FreshDatabase, tmp_path: Path
) -> None:
    with running_gateway(tmp_path / "gateway", keeps_files=False) as gateway:
        served = start_server(tmp_path / "dost", *gateway.options, database_url=new_database())
        coder = Coder(registered(served, "root"))
        file = coder.client.attach("a.csv", b"x")["id"]
        where = {"conversation_id": coder.conversation_id, "attachments": [{"file_id": file}]}
        coder.client.ask("Plot this", **where)
        assert coder.runs("import os\nprint('a.csv' in os.listdir())").text == "False\n"
        refused = coder.client.get(f"conversations/{coder.conversation_id}/files")
        assert (refused.status_code, refused.json()["code"]) == (404, "files_elsewhere")


def test_an_attached_file_that_lay_there_before_dost_started_anew_stays_as_it_is(
    served: DostServer, gateway: Gateway
) -> None:
    """When it was placed nobody knows any more."""
    client = registered(served, "root")
    coder = Coder(client)
    file = client.attach("a.csv", b"first")["id"]
    where = {"conversation_id": coder.conversation_id, "attachments": [{"file_id": file}]}
    client.ask("Plot this", **where)
    assert coder.runs("open('a.csv', 'a').write(' mine')").status == "ok"
    served.stop()
    served.start()
    assert coder.runs("print(open('a.csv').read())").text == "first mine\n"
