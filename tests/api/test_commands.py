"""The sub-commands as people run them: processes beside a server, on one data directory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dost_ext import __version__
from dost_ext.models.builtin.weights import missing
from tests.conftest import StartServer
from tests.support.client import PASSWORD, Client
from tests.support.dost_server import KEPT, DostServer, guarded

# One worker starts what they share, once.
pytestmark = pytest.mark.xdist_group("commands")

OTHER_PASSWORD = "battery staple horse"


@dataclass
class Said:
    """How a command ended, and its words."""

    code: int
    out: str
    err: str


def dost(data_dir: Path, *words: str, typed: str = "") -> Said:
    """Run `dost` on a data directory, with something at its standard input."""
    done = subprocess.run(
        [sys.executable, "-m", "dost_ext", *words],
        env={
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            **guarded(),
            "HOME": str(data_dir),
            "DOST_DATA_DIR": str(data_dir),
        },
        cwd=data_dir,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DostServer]:
    """A server with the embedded database, and nobody on it but its first account."""
    server = DostServer(tmp_path_factory.mktemp("commands")).start()
    first = dost(server.data_dir, "user", "add", "root", typed=PASSWORD)
    assert first == Said(0, "root can sign in now, as admin.\n", "")
    yield server
    server.stop()


@pytest.fixture
def here(server: DostServer) -> Path:
    """The server's data directory."""
    return server.data_dir


@pytest.fixture(scope="module")
def backed_up(server: DostServer) -> Path:
    """A backup of the server, which holds a chat; it took the place of an older one."""
    owner = signed_in(server, "root")
    owner.ask("What is kept?")
    owner.close()
    file = server.data_dir / "dost.zip"
    file.write_text("an older one")
    said = dost(server.data_dir, "backup", str(file))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Everything is in {file} (")
    return file


def signed_in(server: DostServer, name: str, password: str = PASSWORD) -> Client:
    """Somebody who signs in with a password."""
    with Client(server.api) as anyone:
        body = {"username": name, "password": password}
        answer = anyone.ok("POST", "auth/login", json=body)
    return Client(server.api, answer["access_token"])


def chats(server: DostServer, name: str) -> dict[str, list[str]]:
    """What stands in each of somebody's chats."""
    with signed_in(server, name) as client:
        found = client.ok("GET", "conversations")["items"]
        trees = {str(chat["id"]): client.tree(chat["id"]) for chat in found}
    return {
        chat: [message["content"] for message in tree["by_id"].values()]
        for chat, tree in trees.items()
    }


def test_the_version_is_told(tmp_path: Path) -> None:
    assert dost(tmp_path, "version") == Said(0, f"dost {__version__}\n", "")


@pytest.mark.parametrize(("word", "more"), [("--help", False), ("--help-all", True)])
def test_the_options_are_told(tmp_path: Path, word: str, more: bool) -> None:
    said = dost(tmp_path, word)
    assert (said.code, said.err) == (0, "")
    options = ("--port", "--ip", "--database-url", "--data-dir", "--gateway-url", "--no-browser")
    assert [option for option in options if f"\n{option}" not in said.out] == []
    assert ("--DostApp.silence_timeout" in said.out) == more


def test_a_command_that_there_is_not_starts_no_server(tmp_path: Path) -> None:
    said = dost(tmp_path, "docter")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("dost: there is no command docter. There are backup, doctor,")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["backup"], ["restore"], ["user"]])
def test_what_is_left_out_is_named(tmp_path: Path, words: list[str]) -> None:
    said = dost(tmp_path, *words)
    assert (said.code, said.out) == (2, "")
    assert "the following arguments are required" in said.err


def test_who_is_added_signs_in_and_is_listed(server: DostServer, here: Path) -> None:
    email = "grace@example.org"
    said = dost(here, "user", "add", "grace", "--email", email, typed=f"{PASSWORD}\n")
    assert said == Said(0, "grace can sign in now, as user.\n", "")
    with signed_in(server, "grace") as grace:
        assert grace.ok("GET", "auth/me")["email"] == email
    listed = dost(here, "user", "list")
    assert listed.code == 0
    assert {"root\tadmin\t", f"grace\tuser\t{email}"} <= set(listed.out.splitlines())


def test_a_password_can_be_made_up(server: DostServer, here: Path) -> None:
    said = dost(here, "user", "add", "edsger", "--role", "admin", "--generate")
    found = re.fullmatch(r"edsger can sign in now, as admin\.\nPassword: (\S{20})\n", said.out)
    assert found
    signed_in(server, "edsger", found[1]).close()


def test_a_new_password_replaces_the_old_one_and_signs_out(server: DostServer, here: Path) -> None:
    assert dost(here, "user", "add", "barbara", typed=PASSWORD).code == 0
    with signed_in(server, "barbara") as before:
        # The same name, as keyboards for Chinese and Japanese write it.
        said = dost(here, "user", "reset-password", "ｂａｒｂａｒａ", typed=OTHER_PASSWORD)
        assert said == Said(0, "barbara has a new password and is signed out everywhere.\n", "")
        assert before.get("auth/me").status_code == 401
    signed_in(server, "barbara", OTHER_PASSWORD).close()
    with Client(server.api) as anyone:
        old = anyone.post("auth/login", json={"username": "barbara", "password": PASSWORD})
    assert old.status_code == 401


@pytest.mark.parametrize(
    ("words", "typed", "sentence"),
    [
        (["add", "short"], "seven", "password: String should have at least 8 characters"),
        (["add", "ROOT"], PASSWORD, "This username is taken."),
        (["reset-password", "nobody"], PASSWORD, "There is no account named 'nobody'."),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_a_sentence(
    here: Path, words: list[str], typed: str, sentence: str
) -> None:
    said = dost(here, "user", *words, typed=typed)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"dost: {sentence}")


def test_a_backup_restored_into_an_empty_directory_has_the_same_chats(
    server: DostServer, backed_up: Path, tmp_path: Path, start_server: StartServer
) -> None:
    said = dost(tmp_path, "restore", str(backed_up))
    assert (said.code, said.err) == (0, "")
    assert re.fullmatch(r"Restored: everything as of \d{4}-\d\d-\d\d \d\d:\d\d UTC\.\n", said.out)
    held = chats(server, "root")
    assert any("What is kept?" in texts for texts in held.values())
    assert chats(start_server(tmp_path), "root") == held


def test_a_backup_that_cannot_be_written_is_said(here: Path) -> None:
    said = dost(here, "backup", str(here / "absent" / "dost.zip"))
    assert (said.code, said.out) == (1, "")
    assert "could not be written: No such file or directory." in said.err


def test_a_file_that_is_no_backup_is_refused(here: Path, backed_up: Path) -> None:
    cut = here / "cut.zip"
    cut.write_bytes(backed_up.read_bytes()[:-2000])
    for file, sentence in (
        (cut, "dost: This file is not a backup made by dost, or it is damaged."),
        (here / "absent.zip", f"dost: There is no file {here / 'absent.zip'}."),
    ):
        said = dost(here, "restore", str(file), "--replace")
        assert said == Said(1, "", f"{sentence}\n")


def test_nothing_is_restored_under_a_running_server(server: DostServer, backed_up: Path) -> None:
    before = chats(server, "root")
    said = dost(server.data_dir, "restore", str(backed_up), "--replace")
    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "dost: dost, or another program, is using this database. Stop it, then restore.\n"
    )
    assert chats(server, "root") == before


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_the_doctor_finds_all_well(here: Path) -> None:
    said = dost(here, "doctor")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"dost {__version__}, Python ")
    for finding in (
        r"✓ database   PostgreSQL \S+ \(embedded\), schema \d{4}",
        r"✓ page       built",
        r"✓ model      the built-in model answers: “.+”",
        r"✓ kernel     Jupyter kernels: .*python3",
    ):
        assert re.search(finding, said.out), said.out
    assert said.out.endswith("\nAll is well.\n")


def test_the_doctor_names_what_is_wrong(tmp_path: Path) -> None:
    said = dost(tmp_path, "doctor", "--database-url", "postgresql://dost@127.0.0.1:9/dost")
    assert said.code == 1
    assert "✗ database   The database cannot be reached: " in said.out
    assert said.out.endswith("\nSomething is missing: database\n")
