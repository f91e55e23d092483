"""The WebSocket that speaks Jupyter's protocol with a kernel."""

from __future__ import annotations

import pytest
from websocket import WebSocketBadStatusException

from dost_ext.core.kernel_wire import V1
from tests.api.conftest import SignUp
from tests.support.client import PASSWORD, Client
from tests.support.code import Coder
from tests.support.dost_server import DostServer
from tests.support.kernel_line import KernelLine, asked_by, is_idle, line_to

NONSENSE = [b"", b"\xff" * 40, b"\x02" + bytes(40), b"\x05" * 9]
SLIDER = "import ipywidgets as w\ns = w.IntSlider(value=3)\ns"


def kernel_of(coder: Coder) -> str:
    return str(coder.client.ok("POST", coder.kernel)["id"])


def said(line: KernelLine, code: str) -> str:
    """What code prints that a line runs."""
    shown = line.until_idle(line.execute(code))
    return "".join(one["content"]["text"] for one in shown if "text" in one["content"])


@pytest.mark.parametrize("protocol", [V1, None])
def test_a_client_of_jupyters_protocol_runs_code(coder: Coder, protocol: str | None) -> None:
    with line_to(coder.client, kernel_of(coder), protocol=protocol) as line:
        asked = line.execute("print(6 * 7)\n1 / 0")
        came = line.until(lambda channel, one: is_idle(one) and asked_by(one) == asked)
        if not any(channel == "shell" for channel, _ in came):
            came += line.until(lambda channel, _: channel == "shell")
    kinds = {one["header"]["msg_type"] for _, one in came if asked_by(one) == asked}
    assert kinds == {"status", "execute_input", "stream", "error", "execute_reply"}
    assert [one["content"]["text"] for _, one in came if "text" in one["content"]] == ["42\n"]


def test_it_shares_its_variables_with_the_page_and_hears_what_that_runs(coder: Coder) -> None:
    coder.runs("a = 20")
    with line_to(coder.client, kernel_of(coder)) as line:
        assert said(line, "a += 1; print(a * 2)") == "42\n"
        # What is written in two pieces, as lines are, may come in two.
        assert coder.runs("print(a, end='')").text == "21"
        came = line.until(lambda _, one: one["header"]["msg_type"] == "stream")
        assert came[-1][1]["content"]["text"] == "21"


def test_a_line_that_code_asks_for_is_asked_of_whoever_ran_it(coder: Coder) -> None:
    with line_to(coder.client, kernel_of(coder)) as line:
        line.execute("print(input('name? ') * 2, end='')")
        _, question = line.until(lambda channel, _: channel == "stdin")[-1]
        assert question["content"]["prompt"] == "name? "
        line.send("stdin", "input_reply", {"value": "ab"})
        came = line.until(lambda _, one: one["header"]["msg_type"] == "stream")
        assert came[-1][1]["content"]["text"] == "abab"


def test_what_cannot_wait_is_answered_while_code_runs(coder: Coder) -> None:
    with line_to(coder.client, kernel_of(coder)) as line:
        asked = line.execute("while True: pass")
        line.until(lambda _, one: one["header"]["msg_type"] == "execute_input")
        line.send("control", "kernel_info_request", {})
        line.until(lambda channel, _: channel == "control")
        coder.client.ok("POST", f"{coder.kernel}/interrupt")
        line.until(lambda _, one: is_idle(one) and asked_by(one) == asked)


@pytest.mark.parametrize("protocol", [V1, None])
def test_binary_values_of_widgets_go_both_ways(coder: Coder, protocol: str | None) -> None:
    coder.runs("import ipywidgets as w\ni = w.Image(value=bytes(range(4)))")
    with line_to(coder.client, kernel_of(coder), protocol=protocol) as line:
        shown = line.until_idle(line.execute("i.value = bytes([9, 8]); print(i.comm.comm_id)"))
        update = next(one for one in shown if one["header"]["msg_type"] == "comm_msg")
        assert [bytes(one) for one in update["buffers"]] == [b"\x09\x08"]
        assert update["content"]["data"]["buffer_paths"] == [["value"]]
        data = {"method": "update", "state": {}, "buffer_paths": [["value"]]}
        content = {"comm_id": update["content"]["comm_id"], "data": data}
        line.until_idle(line.send("shell", "comm_msg", content, (b"\x00\xff",)))
        assert said(line, "print(bytes(i.value))") == "b'\\x00\\xff'\n"


def test_nobody_speaks_with_anothers_kernel(coder: Coder, sign_up: SignUp) -> None:
    kernel_id = kernel_of(coder)
    for stranger in (sign_up(), sign_up(role="admin")):
        with pytest.raises(WebSocketBadStatusException) as refused:
            line_to(stranger, kernel_id).__enter__()
        assert refused.value.status_code == 404


def test_another_sites_page_gets_no_line_by_cookie(coder: Coder, server: DostServer) -> None:
    kernel_id, host = kernel_of(coder), f"127.0.0.1:{server.port}"
    with Client(server.api) as browser:
        browser.ok("POST", "auth/login", json={"username": "root", "password": PASSWORD})
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        with line_to(browser, kernel_id, Cookie=cookie, Origin=f"http://{host}") as line:
            assert said(line, "print(1)") == "1\n"
        with pytest.raises(WebSocketBadStatusException) as refused:
            line_to(browser, kernel_id, Cookie=cookie, Origin="https://evil.example").__enter__()
    assert refused.value.status_code in (403, 404)


def test_a_request_that_is_no_websocket_is_told_so(coder: Coder) -> None:
    response = coder.client.get(f"kernels/{kernel_of(coder)}/channels")
    assert response.status_code == 400


@pytest.mark.parametrize(
    "nonsense", [b"", b"\xff" * 40, b"\x02" + bytes(40), b"\x05" * 9], ids=repr
)
@pytest.mark.parametrize("protocol", [V1, None])
def test_what_is_no_message_ends_the_line_and_harms_nothing(
    coder: Coder, nonsense: bytes, protocol: str | None
) -> None:
    kernel_id = kernel_of(coder)
    with line_to(coder.client, kernel_id, protocol=protocol) as line:
        line._socket.send_binary(nonsense)
        assert line.is_closed()
    assert coder.runs("print(1)").text == "1\n"


def test_a_line_ends_with_its_kernel_and_finds_it_again(coder: Coder) -> None:
    kernel_id = kernel_of(coder)
    with line_to(coder.client, kernel_id) as line:
        coder.client.ok("POST", f"{coder.kernel}/restart")
        assert line.is_closed()
    with line_to(coder.client, kernel_id) as line:
        assert said(line, "print(1)") == "1\n"
        coder.client.ok("DELETE", coder.kernel)
        assert line.is_closed()


def test_a_line_ends_with_its_session(admin: Client, sign_up: SignUp) -> None:
    somebody = sign_up(role="admin")
    coder = Coder(somebody)
    with line_to(somebody, kernel_of(coder)) as line:
        assert said(line, "print(1)") == "1\n"
        somebody.ok("POST", "auth/logout")
        assert line.is_closed()


def test_who_follows_widgets_alone_hears_nothing_else(coder: Coder) -> None:
    kernel_id = kernel_of(coder)
    with line_to(coder.client, kernel_id, query="?only=widgets") as line:
        shown = coder.runs(f"print('x' * 100)\n{SLIDER}\ns.value = 7\ns")
        comm_id = shown.outputs[-1]["data"]["application/vnd.jupyter.widget-view+json"]["model_id"]
        came = line.until(
            lambda _, one: one["content"].get("data", {}).get("state") == {"value": 7}
        )
        assert {one["header"]["msg_type"] for _, one in came} == {"comm_open", "comm_msg"}
        shown_now = line.until_idle(line.update(comm_id, value=9))
        states = [
            one["content"]["execution_state"]
            for one in shown_now
            if "execution_state" in one["content"]
        ]
        assert states == ["busy", "idle"]
        assert coder.runs("print(s.value)").text == "9\n"
        line.execute("print('not here')")
        assert line.is_closed()
