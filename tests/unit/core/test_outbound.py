"""What a user or a model may have opened: nothing that is not public, however it is spelt."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from dost_ext.core.errors import TooLarge
from dost_ext.core.outbound import Fetched, Outbound, PageFailed, Refused
from tests.support.dost_server import free_port
from tests.support.local_web import LocalWeb

# What stands for the public internet here; all else of the loopback is private.
PUBLIC = ipaddress.ip_network("127.0.0.2/32")


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    """A server that is public."""
    with LocalWeb("127.0.0.2") as web:
        yield web


@pytest.fixture
def inside(web: LocalWeb) -> Iterator[LocalWeb]:
    """A private server on the same port: only the address keeps it from being read."""
    with LocalWeb("127.0.0.1", web.port) as inside:
        inside.put("/", "the secret of the house")
        yield inside


def opened(url: str, **options: Any) -> Fetched:
    async def get() -> Fetched:
        outbound = Outbound([PUBLIC])
        try:
            return await outbound.get(url, **options)
        finally:
            await outbound.close()

    return asyncio.run(get())


def test_a_public_page_is_opened(web: LocalWeb) -> None:
    page = opened(web.put("/a/tides.html", "<p>Four tides a day.</p>"))
    assert page.content == b"<p>Four tides a day.</p>"
    assert (page.media_type, page.charset) == ("text/html", "utf-8")
    assert page.url == f"{web.origin}/a/tides.html"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "127.0.0.1.",
        "LOCALHOST",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[0:0:0:0:0:0:0:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1%25lo]",
        "[fd00::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "0.1.2.3",
    ],
)
def test_no_spelling_of_a_private_address_is_opened(inside: LocalWeb, host: str) -> None:
    with pytest.raises(Refused):
        opened(f"http://{host}:{inside.port}/", seconds=30)
    assert inside.asked == []


@pytest.mark.parametrize("host", ["0x7f000001", "0x7f.1"])
def test_no_name_that_the_system_reads_as_a_private_address_is_opened(
    inside: LocalWeb, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """As glibc and macOS read these; here they would be looked up."""
    real = socket.getaddrinfo

    def lookup(name: str, port: int, *rest: Any, **named: Any) -> Any:
        return real("127.0.0.1" if name == host else name, port, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(Refused):
        opened(f"http://{host}:{inside.port}/")
    assert inside.asked == []


def test_a_name_that_is_private_is_refused_with_a_sentence(inside: LocalWeb) -> None:
    with pytest.raises(Refused) as refused:
        opened(f"http://localhost:{inside.port}/")
    assert refused.value.detail == (
        "localhost is not on the public internet, so dost does not open it."
    )
    assert (refused.value.status, refused.value.code) == (422, "address_refused")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.2/",
        "gopher://127.0.0.2/",
        "data:text/html,hello",
        "javascript:alert(1)",
        "http://",
        "https:///path",
        "//127.0.0.2/",
        "/etc/passwd",
        "not an address",
        "http://[::1",
        "http://127.0.0.2:99999/",
        "",
    ],
)
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        opened(url)


def test_an_address_with_a_password_is_refused(web: LocalWeb) -> None:
    web.put("/", "hello")
    with pytest.raises(Refused, match="password"):
        opened(f"http://me:secret@127.0.0.2:{web.port}/")
    assert web.asked == []


def test_redirects_are_followed_among_public_pages(web: LocalWeb) -> None:
    web.put("/there/now", "moved")
    web.redirect("/once", "/there/now")
    page = opened(web.redirect("/old", "/once"))
    assert (page.content, page.url) == (b"moved", f"{web.origin}/there/now")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1"])
def test_no_redirect_leads_inside(web: LocalWeb, inside: LocalWeb, host: str) -> None:
    with pytest.raises(Refused):
        opened(web.redirect("/", f"http://{host}:{inside.port}/"))
    assert inside.asked == []


def test_a_redirect_to_another_scheme_is_refused(web: LocalWeb) -> None:
    with pytest.raises(Refused):
        opened(web.redirect("/", "file:///etc/passwd"))


def test_redirects_without_end_are_given_up(web: LocalWeb) -> None:
    with pytest.raises(PageFailed, match="redirects for ever"):
        opened(web.redirect("/round", "/round"))
    assert len(web.asked) == 6


def test_a_name_that_changes_its_address_leads_nowhere_inside(
    web: LocalWeb, inside: LocalWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when it is looked at, private when it is connected to."""
    web.redirect("/", f"http://rebound.test:{web.port}/again")
    answers = iter(["127.0.0.2", "127.0.0.1", "127.0.0.1"])
    real = socket.getaddrinfo

    def lookup(host: str, port: int, *rest: Any, **named: Any) -> Any:
        return real(next(answers) if host == "rebound.test" else host, port, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(Refused):
        opened(f"http://rebound.test:{web.port}/")
    assert (web.asked, inside.asked) == (["/"], [])


def test_a_name_with_one_private_address_among_public_ones_is_refused(
    web: LocalWeb, inside: LocalWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.put("/", "hello")
    real = socket.getaddrinfo

    def lookup(host: str, port: int, *rest: Any, **named: Any) -> Any:
        if host != "mixed.test":
            return real(host, port, *rest, **named)
        return [*real("127.0.0.2", port, *rest, **named), *real("127.0.0.1", port, *rest, **named)]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(Refused):
        opened(f"http://mixed.test:{web.port}/")
    assert (web.asked, inside.asked) == ([], [])


def test_a_page_that_is_too_large_is_given_up(web: LocalWeb) -> None:
    url = web.put("/", b"x" * 3000)
    assert len(opened(url, most_bytes=3000).content) == 3000
    with pytest.raises(TooLarge):
        opened(url, most_bytes=2999)


def test_a_page_that_unpacks_without_end_is_given_up(web: LocalWeb) -> None:
    bomb = gzip.compress(b"0" * 30_000_000)
    url = web.put("/", bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(TooLarge, match="more than 20 MB"):
        opened(url)


def test_a_page_that_never_comes_is_given_up(web: LocalWeb) -> None:
    url = web.put("/", "late", headers={"X-Wait": "yes"})
    try:
        with pytest.raises(PageFailed, match="did not answer in time"):
            opened(url, seconds=0.2)
    finally:
        web.go_on.set()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (404, "127.0.0.2 has no such page."),
        (403, "127.0.0.2 does not show this page to dost (it answers 403)."),
        (500, "127.0.0.2 failed to show this page (it answers 500)."),
        (304, "127.0.0.2 does not show this page to dost (it answers 304)."),
    ],
)
def test_a_page_that_is_not_given_says_why(web: LocalWeb, status: int, sentence: str) -> None:
    with pytest.raises(PageFailed) as failed:
        opened(web.put("/", b"", status=status))
    assert failed.value.detail == sentence
    assert (failed.value.status, failed.value.code) == (502, "page_unreadable")


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(PageFailed, match=r"127\.0\.0\.2 cannot be reached"):
        opened(f"http://127.0.0.2:{free_port()}/")


def test_nothing_of_dost_goes_along(web: LocalWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the environment, and no cookie that an earlier page has set."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    first = web.put("/first", "one", headers={"Set-Cookie": "who=me"})

    async def both() -> None:
        outbound = Outbound([PUBLIC])
        await outbound.get(first)
        await outbound.get(web.put("/second", "two"))
        await outbound.close()

    asyncio.run(both())
    assert web.asked == ["/first", "/second"]
    assert "Cookie" not in web.headers[-1]


@pytest.mark.parametrize(
    ("path", "media_type", "name"),
    [
        ("/guide/tides.html", "text/html", "127.0.0.2/guide/tides.html"),
        ("/guide/tides", "text/html", "127.0.0.2/guide/tides.html"),
        ("/guide/", "text/html", "127.0.0.2/guide.html"),
        ("/", "text/html", "127.0.0.2/127.0.0.2.html"),
        ("/show.php?id=7", "text/html", "127.0.0.2/show.php id=7.html"),
        ("/paper.pdf", "application/pdf", "127.0.0.2/paper.pdf"),
        ("/a%20b.txt", "text/plain", "127.0.0.2/a b.txt"),
    ],
)
def test_a_page_is_named_by_its_address(path: str, media_type: str, name: str) -> None:
    assert Fetched(f"http://127.0.0.2{path}", media_type, None, b"").path == name


def test_a_text_comes_in_utf8_as_its_server_says_it_is_written() -> None:
    page = Fetched("http://127.0.0.2/", "text/html", "iso-8859-9", "Güneş".encode("iso-8859-9"))
    assert page.in_utf8.decode("utf-8-sig") == "Güneş"
    unknown = Fetched("http://127.0.0.2/", "text/html", "klingon", b"abc")
    assert unknown.in_utf8 == b"abc"
