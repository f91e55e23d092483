"""What an operator sets about the web."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field

from dost_ext.core.errors import NotReady
from dost_ext.core.outbound import Network

NO_NETWORK = "{!r} in DOST_WEB_PRIVATE is no network, such as 10.1.0.0/16 or 192.168.7.4."


@dataclass(frozen=True, slots=True)
class WebOptions:
    """Which engine searches, what it needs, and which networks may be reached besides the public.

    `engine` is searxng, brave, tavily, duckduckgo or off. Without a name it is the one for which
    there is an address or a key, in this order; else DuckDuckGo, which needs neither.
    """

    engine: str = ""
    searxng_url: str = ""
    brave_key: str = field(default="", repr=False)
    tavily_key: str = field(default="", repr=False)
    private: Sequence[Network] = ()


def networks_of(text: str) -> list[Network]:
    """The networks in a list with commas. Raises `NotReady` for what is none."""
    try:
        return [ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip()]
    except ValueError as error:
        raise NotReady(NO_NETWORK.format(text)) from error
