"""WebRTC obeys no content security policy; what is tried by it in a frame reaches nobody."""

from __future__ import annotations

import json
import re
import select
import socket
from collections.abc import Iterable, Iterator
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
# What a policy does govern, each with a place of its own.
REQUESTS = {
    "beacon": "<script>navigator.sendBeacon('PLACE', 'x')</script>",
    "kept": "<script>fetch('PLACE', { mode: 'no-cors', keepalive: true })</script>",
    "events": "<script>new EventSource('PLACE')</script>",
    "worker": (
        "<script>new Worker(URL.createObjectURL(new Blob(["
        "`fetch('PLACE', { mode: 'no-cors' })`])))</script>"
    ),
    "import": "<script>import('PLACE')</script>",
    "ping": '<a id=ping href="#x" ping="PLACE">x</a><script>ping.click()</script>',
    "background": '<b style="background: url(PLACE)">x</b>',
    "font": (
        "<style>@font-face { font-family: far; src: url(PLACE) }</style>"
        '<b style="font-family: far">x</b>'
    ),
    "video": '<video src="PLACE" autoplay></video>',
    "poster": '<video poster="PLACE"></video>',
    "drawing": '<svg><image href="PLACE" /></svg>',
    "prefetch": '<link rel=prefetch href="PLACE">',
    "preload": '<link rel=preload as=image href="PLACE">',
    "module": '<link rel=modulepreload href="PLACE">',
    "frame": '<iframe src="PLACE"></iframe>',
    "object": '<object data="PLACE"></object>',
    "embed": '<embed src="PLACE">',
    "window": "<script>open('PLACE')</script>",
    "form": '<form id=f action="PLACE" target=_blank></form><script>f.submit()</script>',
    # Scripts below it would wait for it.
    "sheet": "<style>@import url(PLACE)</style>",
}


class Ears:
    """A socket for each way, at which somebody out there would hear what was sent."""

    def __init__(
        self, stack: ExitStack, ways: Iterable[str], kind: socket.SocketKind = socket.SOCK_DGRAM
    ) -> None:
        self._sockets: dict[str, socket.socket] = {}
        for way in ways:
            ear = stack.enter_context(socket.socket(socket.AF_INET, kind))
            ear.bind(("127.0.0.1", 0))
            if kind == socket.SOCK_STREAM:
                ear.listen()
            self._sockets[way] = ear
        self.ports = {way: ear.getsockname()[1] for way, ear in self._sockets.items()}

    def heard(self) -> set[str]:
        """The ways that something came by."""
        ready, _, _ = select.select(list(self._sockets.values()), [], [], 0)
        return {way for way, ear in self._sockets.items() if ear in ready}


@pytest.fixture
def ears() -> Iterator[Ears]:
    """Who would hear it."""
    with ExitStack() as stack:
        yield Ears(stack, [*WAYS, *MARKUP])


@pytest.fixture
def places() -> Iterator[Ears]:
    """Who would be asked."""
    with ExitStack() as stack:
        yield Ears(stack, REQUESTS, socket.SOCK_STREAM)


def asking_page(places: Ears) -> str:
    """A page that asks each of the places."""
    parts = (
        code.replace("PLACE", f"http://127.0.0.1:{places.ports[way]}/")
        for way, code in REQUESTS.items()
    )
    end = "<script>setTimeout(() => document.body.append('all were asked'), 1000)</script>"
    return "\n".join(["<!doctype html><body>", end, *parts])


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
    page.set_content(hostile_page(ears), wait_until="commit")
    wait_until(lambda: ears.heard() == {*WAYS, *MARKUP}, 20)
    page.close()


def test_outside_of_the_frame_every_request_is_sent(browser: Browser, places: Ears) -> None:
    page = browser.new_page()
    page.set_content(asking_page(places), wait_until="commit")
    wait_until(lambda: places.heard() == set(REQUESTS), 20)
    page.close()


@pytest.mark.parametrize("knows_allowlist", [True, False])
def test_an_artifact_asks_nobody(
    open_answers: OpenAnswers, reader: Person, places: Ears, knows_allowlist: bool
) -> None:
    reader.watch.forgive("")  # the browser says what it refuses, which is the point
    if not knows_allowlist:
        reader.context.route("**/artifact/frame", without_allowlist)
    opened = open_artifact(open_answers(fenced(asking_page(places), "html")))
    expect(shown_in(opened).get_by_text("all were asked")).to_be_visible()
    assert places.heard() == set()
    reader.watch.foreign.clear()  # Refused ones are requests to it, too.


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
