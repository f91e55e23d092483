"""Tests cannot leave this machine, and neither can a server under test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from dost_ext.core.child import without_secrets
from tests.support.dost_server import guarded
from tests.support.no_network import NetworkForbidden, is_local

# TEST-NET-1: nobody is there, so nothing is disturbed should the guard fail.
NOWHERE = ("192.0.2.1", 80)


def test_an_address_elsewhere_is_forbidden() -> None:
    with socket.socket() as connection, pytest.raises(NetworkForbidden):
        connection.connect(NOWHERE)


def test_a_name_elsewhere_is_not_even_looked_up() -> None:
    with pytest.raises(NetworkForbidden):
        socket.getaddrinfo("example.org", 80)


def test_a_datagram_elsewhere_is_forbidden() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as connection, pytest.raises(NetworkForbidden):
        connection.sendto(b"x", NOWHERE)


def test_the_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_a_server_under_test_and_what_it_starts_are_guarded_too() -> None:
    code = "import socket; socket.socket().connect(('192.0.2.1', 80))"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"
    result = subprocess.run(
        [sys.executable, "-c", parent],
        env={**os.environ, **guarded()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "NetworkForbidden" in result.stderr


def test_children_without_the_secrets_keep_the_guard() -> None:
    assert without_secrets(guarded()) == guarded()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", b"127.1.2.3", "", None])
def test_what_is_local(host: object) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "2001:db8::1", "example.org", b"example.org"])
def test_what_is_not_local(host: object) -> None:
    assert not is_local(host)
