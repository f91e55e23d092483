"""Messages that hold code, and what their code shows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.support.client import Client
from tests.support.sse import Event


def fenced(code: str, language: str = "python") -> str:
    """Code as a block of Markdown."""
    return f"```{language}\n{code}\n```"


@dataclass
class Shown:
    """What an execution's events said."""

    events: list[Event] = field(default_factory=list)

    @property
    def done(self) -> dict[str, Any]:
        """The last event's data."""
        assert self.events[-1].name == "done"
        return dict(self.events[-1].data)

    @property
    def status(self) -> str:
        """How it ended."""
        return str(self.done["status"])

    @property
    def outputs(self) -> list[dict[str, Any]]:
        """The outputs as a client that follows the events has them at the end."""
        found: list[dict[str, Any]] = []
        for event in self.events:
            data = event.data
            if event.name == "execution":
                found = list(data["outputs"])
            elif event.name == "clear":
                found = []
            elif event.name == "update":
                changes = {"data": data["data"], "metadata": data["metadata"]}
                found[data["index"]] = {**found[data["index"]], **changes}
            elif event.name == "output":
                _append(found, data)
        return found

    @property
    def text(self) -> str:
        """What was printed."""
        return "".join(o["text"] for o in self.outputs if o["output_type"] == "stream")


def _append(outputs: list[dict[str, Any]], new: dict[str, Any]) -> None:
    last = outputs[-1] if outputs else None
    same = last is not None and new["output_type"] == last["output_type"] == "stream"
    if last is not None and same and new["name"] == last["name"]:
        outputs[-1] = {**last, "text": last["text"] + new["text"]}
    else:
        outputs.append(new)


class Coder:
    """Somebody with a conversation whose messages hold code."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.conversation_id = client.make_conversation()["id"]
        self._leaf: str | None = None

    @property
    def kernel(self) -> str:
        """Where the conversation's kernel is."""
        return f"conversations/{self.conversation_id}/kernel"

    def says(self, content: str) -> str:
        """An answer; its id."""
        message = self.client.add(self.conversation_id, content, self._leaf, role="assistant")
        self._leaf = str(message["id"])
        return self._leaf

    def shows(self, message_id: str, **fields: Any) -> Shown:
        """What code of a message shows."""
        path = f"messages/{message_id}/execute"
        with self.client.following("POST", path, json=fields) as events:
            return Shown(list(events))

    def acts(self, code: str, event: str, act: Callable[[Event], object]) -> Shown:
        """What a new block of code shows, to whose events of that name something is done."""
        seen: list[Event] = []
        with self.executing(code) as events:
            for one in events:
                seen.append(one)
                if one.name == event:
                    act(seen[0])
        return Shown(seen)

    @contextmanager
    def executing(self, code: str) -> Iterator[Iterator[Event]]:
        """The events of a new block of code as it runs; leaving it leaves the stream."""
        path = f"messages/{self.says(fenced(code))}/execute"
        with self.client.following("POST", path, json={"block": 0}) as events:
            yield events

    def runs(self, code: str) -> Shown:
        """What a new block of code shows."""
        return self.shows(self.says(fenced(code)), block=0)

    def saved(self) -> list[dict[str, Any]]:
        """The executions of the last message as they are kept."""
        assert self._leaf is not None
        message = self.client.tree(self.conversation_id)["by_id"][self._leaf]
        return list(message["executions"] or [])


_WHO = "import os\nprint(os.readlink('/proc/self/ns/pid'), os.getpid())"


def pid_of(coder: Coder) -> int:
    """The id that the machine has for a kernel's process, whatever it calls itself inside."""
    namespace, inside = coder.runs(_WHO).text.split()
    for process in psutil.process_iter():
        with suppress(OSError, ValueError):
            place = Path("/proc", str(process.pid))
            ids = place.joinpath("status").read_text().partition("NSpid:")[2].splitlines()[0]
            if (os.readlink(place / "ns/pid"), ids.split()[-1]) == (namespace, inside):
                return process.pid
    raise AssertionError("the kernel has no process")
