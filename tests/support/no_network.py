"""Forbids this process every network but the loopback.

Importing it is enough. The test database may be elsewhere: the host of `DOST_TEST_DATABASE_URL` is
let through. `DOST_TEST_NO_NETWORK=0` switches the guard off.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from typing import Any
from urllib.parse import urlsplit

ON = os.environ.get("DOST_TEST_NO_NETWORK", "1") != "0"
_DATABASE_HOST = urlsplit(os.environ.get("DOST_TEST_DATABASE_URL", "")).hostname


class NetworkForbidden(OSError):
    """A test tried to leave this machine; to the code it is a network that cannot be reached."""


def is_local(host: Any) -> bool:
    """Whether an address stays on this machine."""
    if host in ("", "localhost", None, _DATABASE_HOST):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _guard(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        connection, address = arguments
        internet = connection.family in (socket.AF_INET, socket.AF_INET6)
        if internet and not is_local(address[0]):
            raise NetworkForbidden(f"{event} to {address[0]}: tests need no network")
    elif event == "socket.getaddrinfo" and not is_local(arguments[0]):
        raise NetworkForbidden(f"{event} of {arguments[0]!r}: tests need no network")


if ON:
    sys.addaudithook(_guard)
