"""`%dost docs` and `%%dost --docs` in a real kernel of a real JupyterLab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.jupyter_lab import JupyterLab, Kernel
from tests.support.client import Client
from tests.support.documents import pdf
from tests.support.fake_control import FakeControl

# One worker starts what they share, once.
pytestmark = pytest.mark.xdist_group("magic documents")

TOWN = (
    "The harbour of Norburg was built in 1871 from granite. " + "Ships lie there at anchor. " * 20,
    "The library of Norburg burned down in 1903. " + "Books stand there on shelves. " * 20,
)


@pytest.fixture(scope="module")
def lab(worker_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    directory = tmp_path_factory.mktemp("lab")
    server = JupyterLab(directory, database_url=worker_database, worker=True)
    yield server.start()
    server.stop()


@pytest.fixture
def kernel(lab: JupyterLab, tmp_path: Path) -> Iterator[Kernel]:
    """A kernel in a directory with two files, and with no documents at the server."""
    (tmp_path / "my town.pdf").write_bytes(pdf(*TOWN))
    (tmp_path / "notes.md").write_text("The bakery of Norburg opens at six.")
    with lab.client() as client:
        for one in client.ok("GET", "collections")["items"]:
            client.ok("DELETE", f"collections/{one['id']}")
        for one in client.ok("GET", "documents")["items"]:
            client.ok("DELETE", f"documents/{one['id']}")
    with Kernel(lab) as kernel:
        assert kernel.run(f"%load_ext dost_magic\n%cd -q {tmp_path}").status == "ok"
        yield kernel


@pytest.fixture
def client(lab: JupyterLab) -> Client:
    return lab.client()


def test_files_are_added_and_listed(kernel: Kernel) -> None:
    assert "No documents yet" in kernel.run("%dost docs").printed
    added = kernel.run("%dost docs add 'my town.pdf' *.md").printed.splitlines()
    assert added == ["my town.pdf  2 pages, 2 passages", "notes.md  1 passage"]
    listed = kernel.run("%dost docs").printed.splitlines()
    assert sorted(listed) == ["my town.pdf  2 pages, 2 passages", "notes.md  1 passage"]
    again = kernel.run("%dost docs add notes.md").printed
    assert again == "notes.md  already there, 1 passage\n"


def test_a_collection_is_made_and_added_to(kernel: Kernel, client: Client) -> None:
    kernel.run("%dost docs add notes.md --to Towns")
    kernel.run("%dost docs add 'my town.pdf' --to towns")
    (one,) = client.ok("GET", "collections")["items"]
    assert (one["name"], one["documents"]) == ("Towns", 2)
    assert kernel.run("%dost docs list").printed.startswith("Towns/  2 documents\n")


def test_a_file_that_cannot_be_read_says_why(kernel: Kernel, tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    printed = kernel.run("%dost docs add broken.pdf").printed
    assert printed == "broken.pdf  failed: This PDF is damaged and cannot be read.\n"


def test_passages_are_searched_for(kernel: Kernel) -> None:
    kernel.run("%dost docs add 'my town.pdf' notes.md")
    shown = kernel.run("%dost docs search when did Norburg's library burn?").answer
    assert shown.startswith("**my town.pdf, page 2**\n\n> The library of Norburg burned down")
    only = kernel.run("%dost docs search library --in notes.md").answer
    assert "page 2" not in only


def test_an_answer_rests_on_what_is_named(kernel: Kernel, client: Client) -> None:
    kernel.run("%dost docs add 'my town.pdf' notes.md --to Towns")
    FakeControl(client).queue(reply="In 1903 [1].")
    cell = "%%dost --model fake/echo --docs Towns --docs notes.md\nWhen did the library burn?"
    answer = kernel.run(cell).answer
    assert answer.startswith("In 1903 [1].\n\n- [1] ")
    conversation = kernel.run("%dost status").printed.split("Conversation")[1].strip()
    prompt = next(iter(client.tree(conversation)["by_id"].values()))
    assert {(one["kind"], one["name"]) for one in prompt["sources"]} == {
        ("collection", "Towns"),
        ("document", "notes.md"),
    }


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("%dost docs add nothing.pdf", "There is no file nothing.pdf."),
        ("%dost docs add", "Write %dost docs"),
        ("%dost docs search", "Write %dost docs"),
        ("%dost docs search x --in", "Write %dost docs"),
        ("%dost docs search x --in nowhere", "There is no collection and no document named"),
        ("%dost --docs nowhere why?", "There is no collection and no document named nowhere."),
    ],
)
def test_what_goes_wrong_is_one_sentence(kernel: Kernel, cell: str, sentence: str) -> None:
    outcome = kernel.run(cell)
    assert outcome.status == "error"
    assert sentence in outcome.traceback
    assert "Traceback" not in outcome.traceback


def test_a_question_may_begin_with_the_word(kernel: Kernel) -> None:
    assert kernel.run("%dost --model fake/echo docs are what?").answer == "docs are what?"
