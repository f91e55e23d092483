"""Documents that prompts name, where the code of the conversation looks for them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import SignUp
from tests.support.client import Client
from tests.support.code import Coder, fenced
from tests.support.documents import workbook, zipped
from tests.support.fake_control import FakeControl
from tests.support.worker import when_over, worker  # noqa: F401  (a fixture)

pytestmark = pytest.mark.usefixtures("worker")

NOTES = b"# Notes\n\nThe heron nests in April.\n"
READS = "print(open('notes.md').read())"
LISTS = "import os\nprint(sorted(os.listdir()))"


@pytest.fixture(autouse=True)
def _without_documents_after(admin: Client) -> Iterator[None]:
    """The same file would be the same document in the next test."""
    yield
    for one in admin.ok("GET", "documents")["items"]:
        if one["mine"]:
            admin.ok("DELETE", f"documents/{one['id']}")


def sent(client: Client, name: str, content: bytes, **fields: str) -> str:
    """A document that has been read."""
    return str(when_over(client, client.send_document(name, content, **fields)["id"])["id"])


def large(megabytes: int) -> bytes:
    """A document that has little to read, and much else."""
    return zipped({"notes.md": NOTES, "noise.bin": random.randbytes(megabytes * 2**20)})


def names(coder: Coder, document: str) -> None:
    """Sends a prompt that names a document."""
    attached = [{"document_id": document}]
    coder.client.ask("Here", conversation_id=coder.conversation_id, attachments=attached)


def ran(client: Client, message: dict[str, Any]) -> str:
    """What the first block of a message printed."""
    path = f"messages/{message['id']}/execute"
    with client.following("POST", path, json={"block": 0}) as events:
        printed = [e.data for e in events if e.name == "output"]
    return "".join(one.get("text", "") for one in printed)


def test_a_document_is_where_code_looks_for_it(coder: Coder) -> None:
    names(coder, sent(coder.client, "notes.md", NOTES))
    assert coder.runs(READS).text == f"{NOTES.decode()}\n"


def test_a_workbook_is_read_by_code(coder: Coder) -> None:
    table = workbook({"Birds": [["bird", "m"], ["stork", 2], ["crane", 3]]})
    names(coder, sent(coder.client, "birds.xlsx", table))
    code = "import pandas as pd\nprint(pd.read_excel('birds.xlsx').m.sum())"
    assert coder.runs(code).text == "5\n"


def test_a_document_lies_there_without_the_folders_that_it_came_in(coder: Coder) -> None:
    names(coder, sent(coder.client, "x", NOTES, path="a/b/notes.md"))
    assert coder.runs(LISTS).text == "['notes.md']\n"


def test_what_code_or_somebody_changed_stays_so(coder: Coder) -> None:
    document = sent(coder.client, "notes.md", NOTES)
    names(coder, document)
    coder.runs("open('notes.md', 'w').write('mine')")
    names(coder, document)
    assert coder.runs(READS).text == "mine\n"


def test_what_is_attached_later_takes_the_place_of_its_namesake(coder: Coder) -> None:
    newer = sent(coder.client, "notes.md", b"older by its making")
    names(coder, sent(coder.client, "notes.md", NOTES))
    coder.runs("1")
    names(coder, newer)
    assert coder.runs(READS).text == "older by its making\n"


def test_many_documents_are_placed_one_batch_after_the_other(coder: Coder) -> None:
    for name in ("a.zip", "b.zip", "c.zip"):
        names(coder, sent(coder.client, name, large(9)))
    assert coder.runs(LISTS).text == "['a.zip', 'b.zip', 'c.zip']\n"


def test_what_there_is_no_room_for_keeps_nothing_else_out(coder: Coder, admin: Client) -> None:
    before = admin.ok("GET", "admin/settings")["code_disk_mb"]
    admin.ok("PATCH", "admin/settings", json={"code_disk_mb": 1})
    try:
        names(coder, sent(coder.client, "large.zip", large(2)))
        names(coder, sent(coder.client, "notes.md", NOTES))
        assert coder.runs(LISTS).text == "['notes.md']\n"
    finally:
        admin.ok("PATCH", "admin/settings", json={"code_disk_mb": before})


def test_a_document_that_is_no_longer_shared_is_not_given_to_code(
    coder: Coder, sign_up: SignUp
) -> None:
    other = sign_up()
    shared = other.ok("POST", "collections", json={"name": "Birds", "everyone": True})["id"]
    try:
        names(coder, sent(other, "notes.md", NOTES, collection_id=shared))
        other.ok("PATCH", f"collections/{shared}", json={"everyone": False})
        assert coder.runs(LISTS).text == "[]\n"
        other.ok("PATCH", f"collections/{shared}", json={"everyone": True})
        assert coder.runs(LISTS).text == "['notes.md']\n"
    finally:
        # Others meet it too, for it is everyone's.
        other.ok("DELETE", f"collections/{shared}")


def test_an_imported_chat_gives_its_code_nobody_elses_documents(
    coder: Coder, sign_up: SignUp
) -> None:
    document = sent(sign_up(), "notes.md", NOTES)
    coder.says(fenced(LISTS))
    exported = coder.client.get(f"conversations/{coder.conversation_id}/export").json()
    for message in exported["conversation"]["messages"]:
        message["sources"] = [{"kind": "document", "id": document, "name": "notes.md"}]
    file = {"file": ("chat.json", json.dumps(exported).encode())}
    (made,) = coder.client.ok("POST", "conversations/import", files=file)["imported"]
    (message,) = coder.client.tree(made["id"])["by_id"].values()
    assert message["sources"]
    assert ran(coder.client, message) == "[]\n"
    coder.client.ok("DELETE", f"conversations/{made['id']}")


def test_a_temporary_chat_has_the_documents_that_it_names(admin: Client, fake: FakeControl) -> None:
    document = sent(admin, "notes.md", NOTES)
    fake.queue(reply=fenced(READS))
    chat = admin.ask("Read it", temporary=True, attachments=[{"document_id": document}])
    assert ran(admin, chat.message) == f"{NOTES.decode()}\n"
    admin.ok("DELETE", f"conversations/{chat.conversation_id}")
