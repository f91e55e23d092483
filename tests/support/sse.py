"""Reads server-sent events as a browser does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Event:
    """One event; `id` is None where the stream numbers nothing."""

    id: int | None
    name: str
    data: Any


def events_in(chunks: Iterable[bytes]) -> Iterator[Event]:
    """The events of a stream, each as soon as it is whole; comments are skipped."""
    fields: dict[str, str] = {}
    for line in _lines(chunks):
        if line and not line.startswith(":"):
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
        elif not line and fields:
            number = int(fields["id"]) if "id" in fields else None
            yield Event(number, fields["event"], json.loads(fields["data"]))
            fields = {}


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.decode() for line in whole)


def text_of(events: Iterable[Event], name: str = "delta") -> str:
    """The text that the events carry."""
    return "".join(event.data["text"] for event in events if event.name == name)
