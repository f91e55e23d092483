"""WebRTC obeys no content security policy; what is tried by it in a frame reaches nobody."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.e2e.artifact_page import OpenAnswers, open_artifact, shown_in
from tests.e2e.code_page import OpenCode, run
from tests.e2e.person import Person
from tests.e2e.test_widgets_page import frame_of
from tests.support.code import fenced
from tests.support.dost_server import wait_until

SCRIPT = Path(__file__).with_name("ways_out.js").read_text()
WAYS = re.findall(r"^  (\w+): \(\) =>", SCRIPT, re.MULTILINE)
MARKUP = ["static", "staticAddress"]


class Ears:
    """A socket for each way, at which somebody out there would hear what was sent."""

    def __init__(self, stack: ExitStack) -> None:
        self._sockets: dict[str, socket.socket] = {}
        for way in [*WAYS, *MARKUP]:
            ear = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            ear.bind(("127.0.0.1", 0))
            ear.setblocking(False)
            self._sockets[way] = ear
        self.ports = {way: ear.getsockname()[1] for way, ear in self._sockets.items()}

    def heard(self) -> set[str]:
        """The ways that something came by."""
        return {way for way, ear in self._sockets.items() if _has_heard(ear)}


def _has_heard(ear: socket.socket) -> bool:
    try:
        return bool(ear.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False


@pytest.fixture
def ears() -> Iterator[Ears]:
    """Who would hear it."""
    with ExitStack() as stack:
        yield Ears(stack)


def call(ears: Ears, way: str) -> str:
    """A script that asks one of the ears."""
    server = {"iceServers": [{"urls": f"stun:127.0.0.1:{ears.ports[way]}"}]}
    return (
        f"const line = new RTCPeerConnection({json.dumps(server)}); line.createDataChannel('leak');"
        "line.createOffer().then((offer) => line.setLocalDescription(offer))"
    )


def hostile_page(ears: Ears) -> str:
    """A page that tries all ways."""
    inside = escape(f"<script>{call(ears, 'static')}</script>")
    address = escape(f"javascript:{call(ears, 'staticAddress')}")
    frames = f'<iframe srcdoc="{inside}"></iframe><iframe src="{address}"></iframe>'
    script = f"const PORTS = {json.dumps(ears.ports)}\n{SCRIPT}".replace("</script", r"<\/script")
    return f"<!doctype html><body>{frames}\n<script>{script}</script>"


def test_outside_of_the_frame_every_way_leads_out(browser: Browser, ears: Ears) -> None:
    page = browser.new_page()
    page.set_content(hostile_page(ears))
    wait_until(lambda: ears.heard() == {*WAYS, *MARKUP}, 20)
    page.close()


def without_allowlist(route: Route) -> None:
    """The frame as a browser has it that does not know the header."""
    answer = route.fetch()
    headers = {k: v for k, v in answer.headers.items() if k != "connection-allowlist"}
    assert len(headers) < len(answer.headers)
    route.fulfill(response=answer, headers=headers)


def with_webrtc(route: Route) -> None:
    """The frame with its policies alone."""
    answer = route.fetch()
    body = answer.text()
    assert "delete self[name]" in body
    route.fulfill(response=answer, body=body.replace("delete self[name]", "0"))


@pytest.mark.parametrize("knows_allowlist", [True, False])
def test_an_artifact_sends_nothing_by_webrtc(
    open_answers: OpenAnswers, reader: Person, ears: Ears, knows_allowlist: bool
) -> None:
    reader.watch.forgive("")  # the browser says what it refuses, which is the point
    if not knows_allowlist:
        reader.context.route("**/artifact/frame", without_allowlist)
    opened = open_artifact(open_answers(fenced(hostile_page(ears), "html")))
    expect(shown_in(opened).get_by_text("all ways were tried")).to_be_visible()
    assert ears.heard() == set()


def test_a_browser_that_knows_how_holds_webrtc_back_by_itself(
    open_answers: OpenAnswers, reader: Person, ears: Ears
) -> None:
    reader.context.route("**/artifact/frame", with_webrtc)
    said = "line.onicegatheringstatechange = () => document.body.append(line.iceGatheringState)"
    page = f"<body><script>{call(ears, 'itself')};{said}</script>"
    opened = open_artifact(open_answers(fenced(page, "html")))
    expect(shown_in(opened).get_by_text("complete")).to_be_visible()
    assert ears.heard() == set()


def test_a_widget_sends_nothing_by_webrtc(open_code: OpenCode, coder: Person, ears: Ears) -> None:
    coder.watch.forgive("")
    inside = f'<script src="data:text/javascript,{quote(call(ears, "static"))}"></script>'
    render = f"""
    export default {{ render({{ el }}) {{
      const frame = Object.assign(document.createElement('iframe'), {{ srcdoc: {inside!r} }})
      frame.onload = () => setTimeout(() => el.append('loaded'), 500)
      el.append(frame)
      try {{ {call(ears, "itself")} }} catch {{ el.append('refused') }}
    }} }}"""
    chat = open_code(f"import anywidget\nclass W(anywidget.AnyWidget):\n    _esm = {render!r}\nW()")
    expect(frame_of(run(chat)).get_by_text("refusedloaded")).to_be_visible()
    assert ears.heard() == set()
