"""Reads server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Event:
    """One event: its number within the run, its name and its data."""

    id: int
    name: str
    data: dict[str, Any]


def read_events(lines: Iterable[bytes]) -> Iterator[Event]:
    """Yield the events of a stream given as `lines`; comments and unfinished events are dropped."""
    fields: dict[str, list[str]] = {}
    for line in lines:
        text = line.decode("utf-8").rstrip("\r\n")
        if text == "":
            if "data" in fields:
                yield _event(fields)
            fields = {}
        elif not text.startswith(":"):
            name, _, value = text.partition(":")
            fields.setdefault(name, []).append(value.removeprefix(" "))


def _event(fields: dict[str, list[str]]) -> Event:
    number = fields.get("id", ["0"])[-1]
    return Event(
        id=int(number) if number.isdecimal() else 0,
        name=fields.get("event", ["message"])[-1],
        data=json.loads("\n".join(fields["data"])),
    )
