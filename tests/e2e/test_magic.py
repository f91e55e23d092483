"""The `%dost` magics in a real kernel of a real JupyterLab."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.e2e.jupyter_lab import JupyterLab, Kernel, Outcome
from tests.support.client import Client
from tests.support.dost_server import wait_until

# One worker starts what they share, once.
pytestmark = pytest.mark.xdist_group("magic")

SLOW = '{"tokens": 400, "tokens_per_second": 40}'


@pytest.fixture(scope="module")
def lab(worker_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    server = JupyterLab(tmp_path_factory.mktemp("lab"), database_url=worker_database)
    yield server.start()
    server.stop()


@pytest.fixture
def kernel(lab: JupyterLab) -> Iterator[Kernel]:
    with Kernel(lab) as kernel:
        assert kernel.run("%load_ext dost_magic").status == "ok"
        yield kernel


@pytest.fixture
def client(lab: JupyterLab) -> Client:
    return lab.client()


def conversation_of(kernel: Kernel) -> str:
    return kernel.run("%dost status").printed.split("Conversation")[1].strip()


def test_an_answer_appears_below_the_cell(kernel: Kernel) -> None:
    outcome = kernel.run("%%dost --model fake/echo\nSay **this** back.")
    assert (outcome.status, outcome.answer) == ("ok", "Say **this** back.")


def test_an_answer_grows_in_place(kernel: Kernel) -> None:
    outcome = kernel.run('%%dost --model fake/script\n{"tokens": 40, "tokens_per_second": 40}')
    shown = outcome.markdown[1:]
    assert outcome.updates == len(shown)
    assert 3 <= outcome.updates <= 20
    assert all(later.startswith(text) for text, later in pairwise(shown))


def test_cells_of_a_session_are_one_conversation(kernel: Kernel, client: Client) -> None:
    kernel.run("%dost --model fake/echo first")
    kernel.run("%%dost --model fake/echo\nsecond")
    messages = client.tree(conversation_of(kernel))["by_id"].values()
    assert [m["content"] for m in messages] == ["first", "first", "second", "second"]


def test_new_starts_another_conversation(kernel: Kernel) -> None:
    kernel.run("%dost --model fake/echo first")
    before = conversation_of(kernel)
    kernel.run("%dost --new --model fake/echo second")
    assert conversation_of(kernel) != before


def test_a_conversation_deleted_meanwhile_is_started_again(kernel: Kernel, client: Client) -> None:
    kernel.run("%dost --model fake/echo first")
    client.ok("DELETE", f"conversations/{conversation_of(kernel)}")
    assert kernel.run("%dost --model fake/echo second").answer == "second"


def test_variables_are_filled_in_and_json_is_not_touched(kernel: Kernel) -> None:
    kernel.run("name = 'Ada'")
    outcome = kernel.run('%%dost --model fake/echo\nHello {name}: {"a": [{}]} {{name}}')
    assert outcome.answer == 'Hello Ada: {"a": [{}]} {name}'


def test_an_interrupt_stops_the_run_and_keeps_its_text(kernel: Kernel, client: Client) -> None:
    outcome = Outcome()
    running = kernel.running(f"%%dost --model fake/script\n{SLOW}", outcome)
    next(_ for _ in running if outcome.updates >= 3)
    kernel.interrupt()
    for _ in running:
        pass
    conversation = conversation_of(kernel)

    def answer() -> dict[str, str]:
        messages = list(client.tree(conversation)["by_id"].values())
        return dict(messages[-1])

    wait_until(lambda: answer()["status"] == "cancelled")
    assert answer()["content"].startswith(outcome.answer.rstrip())
    assert "Stopped" in outcome.traceback


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("%dost --model no/such hello", "no/such"),
        ("%dost Hello {nobody}", "There is no variable named nobody"),
        ("%dost", "Write a question"),
        ("%dost --modle x", "There is no option --modle"),
        ('%%dost --model fake/script\n{"fault": "401"}', "fake"),
    ],
)
def test_what_goes_wrong_is_one_sentence(kernel: Kernel, cell: str, sentence: str) -> None:
    outcome = kernel.run(cell)
    assert outcome.status == "error"
    assert sentence in outcome.traceback
    assert "Traceback" not in outcome.traceback
    assert "\n" not in outcome.traceback


def test_status_says_where_and_who(kernel: Kernel, lab: JupyterLab) -> None:
    printed = kernel.run("%dost status").printed
    assert f":{lab.port}/dost/ (dost " in printed
    assert "owner" in printed


def test_a_server_that_is_gone_is_one_sentence(kernel: Kernel) -> None:
    kernel.run("%env DOST_URL=http://127.0.0.1:9/dost/")
    assert "cannot be reached at http://127.0.0.1:9/dost/" in kernel.run("%dost hi").traceback
