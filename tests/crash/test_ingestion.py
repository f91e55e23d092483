"""kill -9 while a document is read: of the worker, the embedder, the database, the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import StartServer
from tests.support.client import Client
from tests.support.dost_server import DostServer, wait_until
from tests.support.owner import sign_in
from tests.support.postgres import copy_data_dir, made_data_dir, postmaster_of

SECTIONS = 80
# Long enough for what is missed after ten seconds and begun anew, by a worker that goes last on
# a busy machine.
PATIENCE = 120


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_data_dir(tmp_path_factory.mktemp("made"))


@pytest.fixture
def server(start_server: StartServer, made: Path, tmp_path: Path) -> DostServer:
    return start_server(copy_data_dir(made, tmp_path), worker=True)


@pytest.fixture
def owner(server: DostServer) -> Iterator[Client]:
    with ExitStack() as stack:
        yield stack.enter_context(sign_in(server))


def long_document() -> bytes:
    """A text that takes some seconds to embed; its last word is in it once."""
    words = "The keeper of lighthouse number {} counts the ships that pass by day and by night. "
    sections = (f"# Lighthouse {n}\n\n{words.format(n) * 14}" for n in range(SECTIONS))
    return ("\n\n".join(sections) + "\n\nThe end is marzipan.\n").encode()


def under_way(client: Client, document_id: str) -> bool:
    document = client.ok("GET", f"documents/{document_id}")
    return bool(document["stage"] == "embedding")


def found(client: Client) -> int:
    asked = {"query": "lighthouse marzipan", "k": 200, "mode": "text"}
    return len(client.ok("POST", "retrieve", json=asked)["items"])


def ready(client: Client, document_id: str) -> dict[str, Any] | None:
    """The document once it is ready; until then nothing of it is found."""
    before = found(client)
    document = client.ok("GET", f"documents/{document_id}")
    assert document["status"] in ("queued", "processing", "ready")
    if document["status"] != "ready":
        assert before == 0
        return None
    return dict(document)


def processes(server: DostServer, word: str) -> list[psutil.Process]:
    """The server's processes, and theirs, whose command says a word."""
    assert server.process is not None
    return [p for p in server.process.children(recursive=True) if word in p.cmdline()]


def begin(owner: Client) -> str:
    """A document that is being embedded."""
    document_id = str(owner.send_document("keepers.md", long_document())["id"])
    wait_until(lambda: under_way(owner, document_id), PATIENCE)
    return document_id


def assert_whole(owner: Client, document_id: str) -> None:
    document = wait_until(lambda: ready(owner, document_id), PATIENCE)
    assert document["chunks"] >= SECTIONS
    assert found(owner) == document["chunks"]


def test_a_worker_that_is_killed_is_started_again_and_reads_it_anew(
    server: DostServer, owner: Client
) -> None:
    document_id = begin(owner)
    (worker,) = processes(server, "worker")
    worker.kill()
    assert_whole(owner, document_id)


def test_an_embedder_that_is_killed_is_started_again(server: DostServer, owner: Client) -> None:
    document_id = begin(owner)
    embedders = processes(server, "dost_ext.rag.embedding.child")
    assert embedders
    for embedder in embedders:
        embedder.kill()
    assert_whole(owner, document_id)


def test_a_database_that_is_killed_is_started_again(server: DostServer, owner: Client) -> None:
    document_id = begin(owner)
    postmaster_of(server.data_dir).kill()
    wait_until(lambda: owner.get(f"documents/{document_id}").is_success, PATIENCE)
    assert_whole(owner, document_id)


def test_a_server_that_is_killed_loses_no_document(
    start_server: StartServer, server: DostServer, owner: Client
) -> None:
    document_id = begin(owner)
    server.kill()
    again = start_server(server.data_dir, worker=True)
    with sign_in(again) as client:
        assert_whole(client, document_id)


def test_one_that_is_deleted_meanwhile_leaves_nothing(server: DostServer, owner: Client) -> None:
    document_id = begin(owner)
    owner.ok("DELETE", f"documents/{document_id}")
    after = owner.send_document("after.md", b"Porridge.")["id"]
    wait_until(lambda: owner.ok("GET", f"documents/{after}")["status"] == "ready", PATIENCE)
    assert found(owner) == 0


def test_one_that_is_cancelled_is_not_found(server: DostServer, owner: Client) -> None:
    document_id = begin(owner)
    cancelled = owner.ok("POST", f"documents/{document_id}/cancel")
    assert (cancelled["status"], cancelled["stage"]) == ("cancelled", "")
    after = owner.send_document("after.md", b"Porridge.")["id"]
    wait_until(lambda: owner.ok("GET", f"documents/{after}")["status"] == "ready", PATIENCE)
    assert owner.ok("GET", f"documents/{document_id}")["status"] == "cancelled"
    assert found(owner) == 0
