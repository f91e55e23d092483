"""Another embedder: chosen, tried, all embedded anew with it, then searched by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.conftest import FreshDatabase, StartServer
from tests.support.client import Client
from tests.support.dost_server import DostServer, wait_until
from tests.support.embedding_server import DIMENSIONS, KEY, EmbeddingServer
from tests.support.owner import sign_in
from tests.support.weights import weights
from tests.support.worker import when_over

BUILTIN = {
    "kind": "builtin",
    "model": "all-MiniLM-L6-v2",
    "base_url": "",
    "has_key": False,
    "dimensions": 384,
}
TIDES = b"# Tides\n\nThe sea at Elm rises to 7.31 metres in spring.\n"
BREAD = b"# Bread\n\nRye loaves with sourdough stay fresh for ten days.\n"


class Place:
    """A server of its own, with a worker and documents."""

    def __init__(self, server: DostServer, owner: Client, database: str) -> None:
        self.server = server
        self.owner = owner
        self._database = database

    def add(self, name: str, content: bytes) -> dict[str, Any]:
        """A document that is read."""
        found = when_over(self.owner, self.owner.send_document(name, content)["id"])
        assert found["status"] == "ready", found
        return found

    def embedder(self) -> dict[str, Any]:
        """What is told of embedders."""
        return dict(self.owner.ok("GET", "admin/embedder"))

    def choose(self, **choice: Any) -> dict[str, Any]:
        """Choose an embedder."""
        return dict(self.owner.ok("PUT", "admin/embedder", json=choice))

    def until_current(self, kind: str) -> dict[str, Any]:
        """Wait until that kind is searched by."""

        def changed() -> dict[str, Any] | None:
            told = self.embedder()
            return told if told["current"]["kind"] == kind and told["next"] is None else None

        return dict(wait_until(changed, 90))

    def found(self, query: str, mode: str = "vector") -> list[str]:
        """The names of the documents that are found, the best first."""
        body = {"query": query, "mode": mode}
        return [one["filename"] for one in self.owner.ok("POST", "retrieve", json=body)["items"]]

    def sql(self, statement: str) -> list[Any]:
        """Rows of the database."""
        with psycopg.connect(self._database, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def place(start_server: StartServer, new_database: FreshDatabase) -> Iterator[Place]:
    """A server with two documents that the built-in embedder has embedded."""
    database = new_database()
    server = start_server(database_url=database, worker=True)
    with sign_in(server) as owner:
        place = Place(server, owner, database)
        place.add("tides.md", TIDES)
        place.add("bread.md", BREAD)
        yield place


@pytest.fixture
def other() -> Iterator[EmbeddingServer]:
    """A server of embeddings."""
    with EmbeddingServer() as other:
        yield other


def openai(other: EmbeddingServer, **more: Any) -> dict[str, Any]:
    """The choice of a model of that server."""
    return {"kind": "openai", "model": "nomic", "base_url": f"{other.origin}/v1", **more}


def test_the_built_in_one_is_there_without_being_chosen(place: Place) -> None:
    assert place.embedder() == {"current": BUILTIN, "next": None, "chunks": 2}


def test_all_is_embedded_anew_and_then_searched_by(place: Place, other: EmbeddingServer) -> None:
    told = place.choose(**openai(other, api_key=KEY))
    assert told["current"] == BUILTIN
    assert told["next"] | {"done": 0} == {
        "kind": "openai",
        "model": "nomic",
        "base_url": f"{other.origin}/v1",
        "has_key": True,
        "dimensions": DIMENSIONS,
        "done": 0,
        "total": 2,
        "error": None,
    }
    current = place.until_current("openai")["current"]
    assert (current["model"], current["dimensions"]) == ("nomic", DIMENSIONS)
    other.texts.clear()
    assert place.found("How high is the ocean?")[0] == "tides.md"
    assert other.texts == ["How high is the ocean?"]
    assert {one["Authorization"] for one in other.headers} == {f"Bearer {KEY}"}
    # New documents are embedded with it from now on.
    place.add("wool.md", b"# Wool\n\nSheep are shorn in June.\n")
    assert any("Sheep are shorn" in text for text in other.texts)
    assert place.found("When do animals lose their coat?")[0] == "wool.md"


def test_searches_work_throughout(place: Place, other: EmbeddingServer) -> None:
    other.held = "7.31 metres"
    place.choose(**openai(other))
    assert place.found("How high is the ocean?")[0] == "tides.md"
    place.add("wool.md", b"# Wool\n\nSheep are shorn in June.\n")
    assert place.found("When do animals lose their coat?")[0] == "wool.md"
    assert place.embedder()["current"] == BUILTIN
    other.gate.set()
    place.until_current("openai")
    # What came meanwhile is there as well.
    assert place.found("When do animals lose their coat?")[0] == "wool.md"


def test_one_that_fails_says_why_and_goes_on_once_it_answers(
    place: Place, other: EmbeddingServer
) -> None:
    other.fails = "7.31 metres"
    place.choose(**openai(other))
    why = wait_until(lambda: place.embedder()["next"]["error"], 60)
    assert "This model is away." in why
    assert place.found("How high is the ocean?")[0] == "tides.md"
    other.fails = ""
    place.until_current("openai")


def test_a_change_that_is_given_up_leaves_all_as_it_was(
    place: Place, other: EmbeddingServer
) -> None:
    other.held = "7.31 metres"
    place.choose(**openai(other))
    told = place.owner.ok("POST", "admin/embedder/cancel")
    assert told == {"current": BUILTIN, "next": None, "chunks": 2}
    other.gate.set()
    assert place.owner.post("admin/embedder/cancel").json()["code"] == "no_change"
    assert place.found("How high is the ocean?")[0] == "tides.md"


def test_whoever_chooses_the_current_one_again_gives_up_the_change(
    place: Place, other: EmbeddingServer
) -> None:
    other.held = "7.31 metres"
    place.choose(**openai(other))
    assert place.choose(kind="builtin") == {"current": BUILTIN, "next": None, "chunks": 2}


def test_a_worker_that_is_killed_goes_on_where_it_was(place: Place, other: EmbeddingServer) -> None:
    for number in range(40):
        place.owner.send_document(f"{number}.md", b"# Note %d\n\nA word." % number)
    wait_until(lambda: place.embedder()["chunks"] == 42, 90)
    # Of the last batch, so that what comes before is saved.
    other.held = "Note 39"
    place.choose(**openai(other))
    wait_until(lambda: place.embedder()["next"]["done"] >= 32, 90)
    (worker,) = [p for p in place.server.descendants() if "worker" in p.cmdline()]
    worker.kill()
    other.gate.set()
    place.until_current("openai")
    embedded = [text for text in other.texts if "A word." in text]
    assert len(embedded) <= 40 + 10


def test_the_way_back_needs_no_embedding(place: Place, other: EmbeddingServer) -> None:
    place.choose(**openai(other))
    place.until_current("openai")
    body = {"kind": "builtin"}
    assert place.owner.ok("POST", "admin/embedder/test", json=body)["chunks"] == 0
    place.choose(**body)
    assert place.until_current("builtin")["current"] == BUILTIN
    assert place.found("How high is the ocean?")[0] == "tides.md"


def test_ollama_is_asked_in_its_own_way(place: Place, other: EmbeddingServer) -> None:
    place.choose(kind="ollama", model="nomic", base_url=other.origin + "/")
    place.until_current("ollama")
    assert place.found("How high is the ocean?")[0] == "tides.md"


def test_a_passage_that_is_too_long_for_the_model_is_embedded_by_its_beginning(
    place: Place, other: EmbeddingServer
) -> None:
    place.add("long.md", b"The keeper of the harbour counts ships. " * 40)
    other.longest = 800
    place.choose(**openai(other))
    place.until_current("openai")
    assert place.sql("select count(*) from chunks") == place.sql(
        "select count(*) from chunk_vectors v join embedders e on e.id = v.embedder_id"
        " where e.state = 'current'"
    )
    assert place.found("How high is the ocean?")[0] == "tides.md"


def test_one_is_tried_before_anything_is_changed(place: Place, other: EmbeddingServer) -> None:
    tried = place.owner.ok("POST", "admin/embedder/test", json=openai(other))
    assert (tried["dimensions"], tried["chunks"]) == (DIMENSIONS, 2)
    assert tried["milliseconds"] > 0
    other.status = 401
    for verb, path in (("POST", "admin/embedder/test"), ("PUT", "admin/embedder")):
        refused = place.owner.request(verb, path, json=openai(other, api_key=KEY))
        assert (refused.status_code, refused.json()["code"]) == (502, "embedder_failed")
        assert KEY not in refused.text
    assert place.embedder() == {"current": BUILTIN, "next": None, "chunks": 2}


@pytest.mark.parametrize(
    ("choice", "status", "code"),
    [
        (
            {"kind": "openai", "model": "x", "base_url": "http://127.0.0.1:9/v1"},
            502,
            "embedder_failed",
        ),
        ({"kind": "openai", "model": "x"}, 422, "invalid"),
        ({"kind": "openai", "base_url": "http://127.0.0.1:9"}, 422, "invalid"),
        ({"kind": "openai", "model": "x", "base_url": "file:///etc/passwd"}, 422, "invalid"),
        ({"kind": "magic", "model": "x"}, 422, "invalid"),
    ],
)
def test_what_is_no_embedder_is_refused(
    admin: Client, choice: dict[str, Any], status: int, code: str
) -> None:
    refused = admin.put("admin/embedder", json=choice)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_vectors_that_cannot_be_searched_are_refused(place: Place, other: EmbeddingServer) -> None:
    other.dimensions = 16_001
    refused = place.owner.put("admin/embedder", json=openai(other))
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("Its vectors have 16,001 numbers")


def test_a_key_is_kept_encrypted_and_used_again(place: Place, other: EmbeddingServer) -> None:
    place.choose(**openai(other, api_key=KEY))
    told = place.until_current("openai")
    assert KEY not in str(told)
    (kept,) = place.sql("select api_key from embedders where kind = 'openai'")
    assert KEY.encode() not in bytes(kept[0])
    other.headers.clear()
    place.owner.ok("POST", "admin/embedder/test", json=openai(other))
    assert other.headers[-1]["Authorization"] == f"Bearer {KEY}"


def test_another_model_under_the_same_name_is_noticed(place: Place, other: EmbeddingServer) -> None:
    place.choose(**openai(other))
    place.until_current("openai")
    place.choose(kind="builtin")
    place.until_current("builtin")
    other.dimensions = 640
    place.choose(**openai(other))
    assert place.until_current("openai")["current"]["dimensions"] == 640
    assert place.found("How high is the ocean?")[0] == "tides.md"


def test_what_lacks_vectors_gets_them_when_a_worker_starts(
    place: Place, start_server: StartServer
) -> None:
    """It was read while the embedder was not installed."""
    place.sql("delete from chunk_vectors")
    place.sql("update documents set notes = array['It is found by its words alone. So.', 'Kept']")
    assert place.found("How high is the ocean?") == []
    place.server.stop()
    place.server.start()
    wait_until(lambda: place.found("How high is the ocean?"), 60)
    wait_until(lambda: place.sql("select count(*) from chunk_vectors") == [(2,)], 60)
    kept = "select count(*) from documents where notes = array['Kept']"
    wait_until(lambda: place.sql(kept) == [(2,)], 60)


def test_a_model_of_sentence_transformers_takes_over(place: Place) -> None:
    place.choose(kind="sentence-transformers", model=weights())
    told = place.until_current("sentence-transformers")["current"]
    assert (told["model"], told["dimensions"]) == (weights(), BUILTIN["dimensions"])
    assert place.found("how high does the tide come?") == ["tides.md", "bread.md"]


def test_a_model_that_is_not_there_is_not_changed_to(place: Place) -> None:
    body = {"kind": "sentence-transformers", "model": "/no-such-model"}
    refused = place.owner.put("admin/embedder", json=body)
    assert (refused.status_code, refused.json()["code"]) == (502, "embedder_failed")
    assert "/no-such-model" in refused.json()["detail"]
    assert place.embedder()["current"] == BUILTIN
