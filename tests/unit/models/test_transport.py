"""How providers are reached: time limits, proxies, addresses."""

import socket
import sys

import pytest
from aiohttp import web

from dost_ext.core.errors import UpstreamFailed
from dost_ext.models.openai_client import OpenAIClient
from dost_ext.models.transport import Timeouts


@pytest.fixture
def full_server():
    """The address of a server that takes no more connections: a call to it hangs."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        address = listening.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        yield f"http://127.0.0.1:{address[1]}"
        for one in waiting:
            one.close()


@pytest.mark.skipif(sys.platform != "linux", reason="a full queue drops connections on Linux")
async def test_a_connection_that_does_not_come_about_is_given_up(full_server, transport, ask):
    limits = Timeouts(connect=0.2, first_byte=30)
    heard = await ask(OpenAIClient(transport(full_server, timeouts=limits)))
    assert heard.code == "upstream_timeout"
    assert "did not answer within 0.2 seconds" in heard.fault.detail


async def test_a_proxy_from_the_environment_is_used(serve, transport, ask, monkeypatch):
    hosts = []

    async def proxy(request):
        hosts.append(request.host)
        return web.Response(text="data: [DONE]\n\n")

    monkeypatch.setenv("http_proxy", await serve(proxy))
    heard = await ask(OpenAIClient(transport("http://models.example.invalid/v1")))
    assert (heard.fault, hosts) == (None, ["models.example.invalid"])


async def test_this_machine_is_reached_without_a_proxy(openai, fake, transport, ask, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    client = OpenAIClient(transport(fake.openai_url))
    assert (await ask(client, "hi")).text == "hi"


async def test_a_name_without_an_address_is_a_sentence(transport, ask, monkeypatch):
    def unknown(*_args, **_kwargs):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    heard = await ask(OpenAIClient(transport("http://models.example.invalid/v1")))
    assert heard.code == "upstream_refused"
    assert "cannot be found: its name has no address" in heard.fault.detail


@pytest.mark.parametrize("text", ["", "not json", "<html>"])
async def test_a_document_that_is_not_json_is_a_sentence(serve_get, transport, text):
    with pytest.raises(UpstreamFailed, match="an answer that is not JSON"):
        await transport(await serve_get(text)).fetch_json("/models", 5)


@pytest.fixture
def serve_get(serve):
    async def start(text: str) -> str:
        async def answer(_request):
            return web.Response(text=text)

        return await serve(answer)

    return start
