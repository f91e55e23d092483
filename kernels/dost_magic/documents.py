"""`%dost docs`: the documents and collections that the page and the panel show."""

from __future__ import annotations

import glob
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from IPython.display import Markdown, display

from dost_magic.client import DostClient
from dost_magic.errors import BadOption
from dost_magic.safety import harmless

COMMANDS = ("add", "list", "search")
USAGE = (
    "Write %dost docs, %dost docs add FILE [--to COLLECTION], or "
    "%dost docs search QUESTION [--in NAME]."
)
SHOWN = 20
PASSAGES = 5


@dataclass(frozen=True)
class Named:
    """Documents and collections by their ids."""

    documents: Sequence[str]
    collections: Sequence[str]

    def body(self) -> dict[str, Any]:
        """What a question says of them."""
        return {
            "attachments": [{"document_id": one} for one in self.documents],
            "collection_ids": list(self.collections),
        }


class Documents:
    """What `%dost docs` does at one server."""

    def __init__(self, client: DostClient) -> None:
        self._client = client

    def do(self, line: str) -> None:
        """Do what stands after `%dost docs`. Raises a DostError with what went wrong."""
        command, _, rest = line.strip().partition(" ")
        commands: dict[str, Callable[[str], None]] = {
            "": self._list,
            "list": self._list,
            "add": self._add,
            "search": self._search,
        }
        commands[command](rest)

    def named(self, names: Sequence[str]) -> Named:
        """The collections and documents of these names. Raises BadOption for one that is not."""
        documents: list[str] = []
        collections: list[str] = []
        for name in names:
            if (found := self._collection(name)) is not None:
                collections.append(found)
            else:
                documents.append(self._document(name))
        return Named(documents, collections)

    def _list(self, _: str) -> None:
        for one in self._client.get("collections")["items"]:
            whose = "" if one["mine"] else f", shared by {one['owner']}"
            _say(f"{one['name']}/  {_counted(one['documents'], 'document')}{whose}")
        found = self._client.get(f"documents?limit={SHOWN}")
        for one in found["items"]:
            _say(f"{one['filename']}  {_state(one)}")
        if found["next_cursor"]:
            _say("… and older ones")
        elif not found["items"]:
            _say("No documents yet. Add some: %dost docs add FILE")

    def _add(self, line: str) -> None:
        words, place = _with_option(line, "--to")
        paths = [path for word in words for path in _paths(word)]
        if not paths:
            raise BadOption(USAGE)
        fields = {"collection_id": self._collection_to_add_to(place)} if place else {}
        sent = [
            self._client.upload("documents", path.name, path.read_bytes(), **fields)
            for path in paths
        ]
        for one in sent:
            for event in self._client.follow(f"documents/{one['id']}/events"):
                one |= event.data
            _say(f"{one['filename']}  {_state(one)}")

    def _search(self, line: str) -> None:
        words, place = _with_option(line, "--in", quotes=False)
        question = " ".join(words)
        if not question:
            raise BadOption(USAGE)
        body: dict[str, Any] = {"query": question, "k": PASSAGES}
        if place:
            named = self.named([place])
            body |= {"document_ids": named.documents} if named.documents else {}
            body |= {"collection_ids": named.collections} if named.collections else {}
        found = self._client.post("retrieve", body)["items"]
        if not found:
            _say("Nothing was found.")
            return
        told = [f"**{_place(one)}**\n\n{_quotation(one['text'])}" for one in found]
        display(Markdown(harmless("\n\n".join(told))))  # type: ignore[no-untyped-call]

    def _collection(self, name: str) -> str | None:
        wanted = name.rstrip("/").casefold()
        for one in self._client.get("collections")["items"]:
            if one["name"].casefold() == wanted:
                return str(one["id"])
        return None

    def _collection_to_add_to(self, name: str) -> str:
        """The collection of a name, made where there is none."""
        return self._collection(name) or str(
            self._client.post("collections", {"name": name.rstrip("/")})["id"]
        )

    def _document(self, name: str) -> str:
        found = self._client.get(f"documents?q={quote(name)}&limit=100")["items"]
        exact = [one for one in found if name in (one["filename"], one["title"])]
        if not (exact or found):
            raise BadOption(f"There is no collection and no document named {name}.")
        if not exact and len(found) > 1:
            names = ", ".join(one["filename"] for one in found[:5])
            raise BadOption(f"Several documents have {name} in their name: {names}.")
        return str((exact or found)[0]["id"])


def sources_of(message: dict[str, Any]) -> str:
    """What an answer may point at, as Markdown below it; nothing where it rests on nothing."""
    citations = message.get("citations")
    if citations is None:
        return ""
    if not citations:
        return "\n\n*Nothing in the documents fits this question.*"
    lines = [f"- [{one['index']}] {_place(one)}" for one in citations]
    return "\n\n" + "\n".join(lines)


def _place(one: dict[str, Any]) -> str:
    title = one.get("title") or one.get("filename") or ""
    page = f", page {one['page']}" if one.get("page") else ""
    headings = f" ({' › '.join(one['headings'])})" if one.get("headings") else ""
    return " ".join(f"{title}{page}{headings}".split())


def _quotation(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


def _state(one: dict[str, Any]) -> str:
    """How far a document is, in words."""
    if one["status"] == "ready":
        pages = f"{_counted(one['pages'], 'page')}, " if one.get("pages") else ""
        again = "already there, " if one.get("duplicate") else ""
        return f"{again}{pages}{_counted(one['chunks'], 'passage')}"
    if one["status"] == "failed":
        return f"failed: {one['error']}"
    return str(one["status"])


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _with_option(line: str, option: str, *, quotes: bool = True) -> tuple[list[str], str | None]:
    """The words of a line, which quotes may hold together, and what stands after an option."""
    try:
        words = shlex.split(line)
    except ValueError:
        # An apostrophe of a question is no quote; of a file's name it may be.
        if quotes:
            raise BadOption("A quotation mark is missing its other one.") from None
        words = line.split()
    if option not in words:
        return words, None
    place = words.index(option)
    if place + 1 == len(words):
        raise BadOption(USAGE)
    return words[:place] + words[place + 2 :], words[place + 1]


def _paths(word: str) -> list[Path]:
    """The files that a word names, by `*` as well. Raises BadOption where there is none."""
    plain = Path(word).expanduser()
    found = [plain] if plain.exists() else [Path(one) for one in sorted(glob.glob(str(plain)))]
    files = [path for path in found if path.is_file()]
    if not files:
        raise BadOption(f"There is no file {word}.")
    return files


def _say(line: str) -> None:
    print(line)  # noqa: T201
