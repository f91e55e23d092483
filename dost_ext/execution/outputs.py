"""What a kernel says while code runs, as the outputs of a notebook's cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import orjson

from dost_ext.core.storable import nests_within, storable, storable_json

Output = dict[str, Any]
Event = tuple[str, dict[str, Any]]

# A page that holds more text than this is slow to read in, and nobody reads it.
MOST_TEXT = 1_000_000
MOST_BYTES = 10 * 1024 * 1024
# Of one error, in characters; and in bytes what is there for errors where all else is taken.
MOST_ERROR = 50_000
MOST_NAME = 10_000
FOR_ERRORS = 1024 * 1024
# Of lists and objects in each other: what is shown is sent and exported as part of others.
MOST_LEVELS = 150
CUT = (
    "\n… The text is longer than dost keeps ({} MB); the rest of it is left out. "
    "Write it to a file to have all of it.\n"
)
LEFT_OUT = (
    "\n… The output is larger than dost keeps ({} MB in all); what has no room is left out. "
    "Write it to a file to have all of it.\n"
)
SHORTENED = "… {:,} characters are left out here …"
# The messages of IOPub that change what is shown.
SHOWING = (
    "stream",
    "display_data",
    "execute_result",
    "error",
    "clear_output",
    "update_display_data",
)
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_JSON = re.compile(r"application/(.*\+)?json$")


class Outputs:
    """The outputs of one execution. Each method returns the events that tell of the change.

    `output` holds an output as nbformat has it, where text that follows text of the same stream is
    appended to it; `update` replaces the data of the output with that `index`; `clear` removes all.
    """

    def __init__(self, items: Iterable[Output] = ()) -> None:
        self.items: list[Output] = list(items)
        self._places: dict[str, list[int]] = {}
        self._sizes: list[int] = [_size(output) for output in self.items]
        # Their sum, and the characters of text among them: kernels show things by the thousand.
        self.size = sum(self._sizes)
        self._text = sum(len(o["text"]) for o in self.items if o["output_type"] == "stream")
        self._clear_first = False
        # The lines that say what is left out: each is said once.
        self._said: set[str] = set()

    def take(self, kind: str, content: dict[str, Any]) -> list[Event]:
        """Take in an IOPub message of the Jupyter protocol, unless it shows nothing."""
        if kind == "clear_output":
            if content.get("wait"):
                self._clear_first = True
                return []
            return self._clear()
        if kind == "update_display_data":
            return self._update(content)
        if kind not in SHOWING:
            return []
        events = self._clear() if self._clear_first else []
        if kind == "stream":
            text = storable(str(content.get("text", "")))
            return [*events, *self._say(str(content.get("name", "stdout")), text)]
        return [*events, *self._show(_output(kind, content), content.get("transient"))]

    def _clear(self) -> list[Event]:
        self._clear_first = False
        self.items, self._sizes, self._places, self._said = [], [], {}, set()
        self.size = self._text = 0
        return [("clear", {})]

    def _say(self, name: str, text: str) -> list[Event]:
        if not text or CUT in self._said:
            return []
        room = MOST_TEXT - self._text
        if len(text) <= room:
            return [self._append(name, text)]
        cut = [self._append(name, text[:room])] if room > 0 else []
        return [*cut, *self._leave_out(CUT, MOST_TEXT)]

    def _append(self, name: str, text: str) -> Event:
        last = self.items[-1] if self.items else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            before = len(last["text"])
            last["text"] = overwritten(last["text"], text)
            grown = len(last["text"]) - before
            self._resize(-1, self._sizes[-1] + grown)
        else:
            grown = len(text)
            self._put(_stream(name, text), grown)
        self._text += grown
        return "output", _stream(name, text)

    def _put(self, output: Output, size: int) -> None:
        self.items.append(output)
        self._sizes.append(0)
        self._resize(-1, size)

    def _resize(self, index: int, size: int) -> None:
        self.size += size - self._sizes[index]
        self._sizes[index] = size

    def _show(self, output: Output, transient: Any) -> list[Event]:
        most = MOST_BYTES
        if output["output_type"] == "error":
            # Why the code ended is to be seen whatever it has shown before.
            output, most = _shortened(output), MOST_BYTES + FOR_ERRORS
        size = _size(output)
        if self.size + size > most:
            return self._leave_out(LEFT_OUT, MOST_BYTES)
        display_id = transient.get("display_id") if isinstance(transient, dict) else None
        if isinstance(display_id, str):
            self._places.setdefault(display_id, []).append(len(self.items))
        self._put(output, size)
        return [("output", output)]

    def _update(self, content: dict[str, Any]) -> list[Event]:
        transient = content.get("transient") or {}
        places = self._places.get(str(transient.get("display_id")))
        if not places:
            return []
        changed = _output("display_data", content)
        size = _size(changed)
        events: list[Event] = []
        for index in places:
            if self.size - self._sizes[index] + size > MOST_BYTES:
                events += self._leave_out(LEFT_OUT, MOST_BYTES)
                continue
            news = {"data": changed["data"], "metadata": changed["metadata"]}
            self.items[index] = {**self.items[index], **news}
            self._resize(index, size)
            events.append(("update", {"index": index, **news}))
        return events

    def _leave_out(self, line: str, most: int) -> list[Event]:
        """Say that something is left out, unless that was said."""
        if line in self._said:
            return []
        self._said.add(line)
        return [self._append("stderr", line.format(most // 1_000_000))]


def of_notebook(found: Any) -> list[Output]:
    """Outputs of anybody's notebook as dost keeps them; what is none of the format is left out.

    Texts may be lists of lines there.
    """
    read: list[Output] = []
    for raw in found if isinstance(found, list) else ():
        kind = raw.get("output_type") if isinstance(raw, dict) else None
        if kind == "stream":
            name, said = raw.get("name"), raw.get("text")
            if isinstance(said, str | list):
                read.append(_stream(storable(str(name or "stdout")), storable(_text(said))))
        elif kind in ("display_data", "execute_result", "error"):
            content = {**raw, "data": _object(raw.get("data"))}
            content["metadata"] = _object(raw.get("metadata"))
            lines = raw.get("traceback")
            content["traceback"] = lines if isinstance(lines, list) else []
            count = raw.get("execution_count")
            content["execution_count"] = count if type(count) is int and count >= 0 else None
            read.append(_output(kind, content))
    return read


def bounded(outputs: list[Output]) -> list[Output]:
    """Outputs from elsewhere as far as dost keeps them, and a line that says what it does not."""
    room = MOST_BYTES + FOR_ERRORS
    for number, output in enumerate(outputs):
        room -= _size(output)
        if room < 0:
            left_out = _stream("stderr", LEFT_OUT.format(MOST_BYTES // 1_000_000))
            return [*outputs[:number], left_out]
    return outputs


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _stream(name: str, text: str) -> Output:
    return {"output_type": "stream", "name": name, "text": text}


def _output(kind: str, content: dict[str, Any]) -> Output:
    if kind == "error":
        written: Output = {
            "output_type": "error",
            "ename": str(content.get("ename", "")),
            "evalue": str(content.get("evalue", "")),
            "traceback": [str(line) for line in content.get("traceback") or ()],
        }
    else:
        written = {
            "output_type": kind,
            "data": _bundle(content.get("data") or {}),
            "metadata": _metadata(content.get("metadata")),
        }
    if kind == "execute_result":
        written["execution_count"] = content.get("execution_count")
    stored: Output = storable_json(written)
    return stored


def _shortened(error: Output) -> Output:
    """An error without the middle of its lines, where these are long: its end says most."""
    lines = "\n".join(error["traceback"])
    if len(lines) > MOST_ERROR:
        half = MOST_ERROR // 2
        left_out = SHORTENED.format(len(lines) - 2 * half)
        error = {**error, "traceback": [lines[:half], left_out, lines[-half:]]}
    return {**error, "ename": error["ename"][:MOST_NAME], "evalue": error["evalue"][:MOST_NAME]}


def _bundle(data: dict[str, Any]) -> dict[str, Any]:
    """The data by media type, as the schema of notebooks has it: text, but for JSON."""
    return {
        kind: value if _JSON.match(kind) else _text(value)
        for kind, value in data.items()
        if nests_within(value, MOST_LEVELS) and (isinstance(value, str | list) or _JSON.match(kind))
    }


def _metadata(found: dict[str, Any] | None) -> dict[str, Any]:
    return dict(found) if found and nests_within(found, MOST_LEVELS) else {}


def _text(value: str | list[Any]) -> str:
    return value if isinstance(value, str) else "".join(map(str, value))


def _size(output: Output) -> int:
    return len(orjson.dumps(output))


def overwritten(before: str, more: str) -> str:
    """`before` with `more` behind it, without what its carriage returns write over for good.

    A progress bar draws one line a thousand times. What was drawn goes once it is covered from the
    line's beginning by something as long; a terminal then shows the same.
    """
    if "\r" not in more and not before.endswith("\r"):
        return before + more
    begin = before.rfind("\n") + 1
    lines = (before[begin:] + more).replace("\r\n", "\n").split("\n")
    return before[:begin] + "\n".join(_line(line.split("\r")) for line in lines)


def _line(drawn: Iterable[str]) -> str:
    kept: list[str] = []
    for text in drawn:
        width = len(_ANSI.sub("", text))
        while text and kept and len(_ANSI.sub("", kept[-1])) <= width:
            kept.pop()
        kept.append(text)
    return "\r".join(kept)
