"""Reads conversations out of a file, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any

from dost_ext.core.storable import nests_within, scrubbed
from dost_ext.notebooks import chatgpt, dost_json, ipynb, openwebui
from dost_ext.notebooks.files import Entry, entries_of
from dost_ext.notebooks.loose import mapping, text
from dost_ext.notebooks.portable import PortableConversation, Unreadable
from dost_ext.notebooks.settle import settle

MOST_CONVERSATIONS = 10_000
MOST_COMPLAINTS = 200
# Of lists and objects in each other: what is read is sent and exported as part of others.
MOST_LEVELS = 200
TOO_DEEP = "it is nested too deeply"
FORMATS: tuple[ModuleType, ...] = (dost_json, ipynb, chatgpt, openwebui)
NOTHING = (
    "There are no conversations in this file. dost reads its own exports, Jupyter notebooks, "
    "ChatGPT's conversations.json or the ZIP around it, and exports of Open WebUI."
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """An entry that could not be read, and why."""

    reason: str


Found = PortableConversation | Skipped


def conversations_in(content: bytes, now: datetime) -> Iterator[Found]:
    """The conversations of a file, and what could not be read of it.

    A file of which nothing is a conversation is passed over in silence, for archives hold other
    files as well. Raises `Unreadable` where there is none in all.
    """
    known: set[str] = set()
    foreign: list[Entry] = []
    read = 0
    try:
        for entry in entries_of(content):
            found = _read(entry, now)
            if found is None:
                foreign.append(Entry(entry.file, entry.number))
                continue
            known.add(entry.file)
            read += 1
            if read > MOST_CONVERSATIONS:
                raise Unreadable(f"Only {MOST_CONVERSATIONS:,} conversations are read of a file.")
            yield found
    except Unreadable as error:
        # What came before is kept.
        if not read:
            raise
        yield Skipped(error.detail)
    if not read:
        raise Unreadable(NOTHING)
    for entry in foreign[:MOST_COMPLAINTS]:
        if entry.file in known:
            yield Skipped(f"{_name(entry)}: this is no conversation that dost can read.")


def _read(entry: Entry, now: datetime) -> Found | None:
    """An entry's conversation; None for what is none."""
    if entry.trouble:
        return Skipped(f"{entry.file}: {entry.trouble}")
    try:
        value = scrubbed(entry.value)
        reader = _reader(value)
        if reader is None:
            return None
        if not nests_within(value, MOST_LEVELS):
            raise Unreadable(TOO_DEEP)
        found: PortableConversation = reader.read(value, entry.beside)
        return settle(found, now)
    except RecursionError:
        return Skipped(f"{_name(entry)}: {TOO_DEEP}.")
    except Unreadable as error:
        return Skipped(f"{_name(entry)}: {error.detail.rstrip('.')}.")


def _reader(value: Any) -> ModuleType | None:
    if not isinstance(value, dict):
        return None
    return next((known for known in FORMATS if known.matches(value)), None)


def _name(entry: Entry) -> str:
    """How a person finds the entry again: by its title and by its place."""
    value = mapping(entry.value)
    inner = mapping(value.get("conversation")) or mapping(value.get("chat"))
    title = text(value.get("title")) or text(inner.get("title"))
    if title is None:
        return entry.place[0].upper() + entry.place[1:]
    named = f"“{' '.join(str(scrubbed(title)).split())[:100]}”"
    return named if entry.alone else f"{named} ({entry.place})"
