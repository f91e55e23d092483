"""The files that a conversation's code works with."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.api.conftest import SignUp
from tests.support.client import Client
from tests.support.code import Coder, fenced
from tests.support.fake_control import FakeControl
from tests.support.pictures import picture

TABLE = b"city,people\nIzmir,4400000\nBonn,330000\n"


def files_of(coder: Coder) -> str:
    return f"conversations/{coder.conversation_id}/files"


def listed(coder: Coder) -> dict[str, dict[str, Any]]:
    found = coder.client.ok("GET", files_of(coder))["items"]
    return {one["path"]: one for one in found}


def put(coder: Coder, name: str, content: bytes, path: str = "") -> dict[str, Any]:
    sent = {"file": (name, content, "application/octet-stream")}
    return dict(coder.client.ok("POST", files_of(coder) + path, files=sent))


def asks(coder: Coder, prompt: str, files: list[str]) -> None:
    """Sends a prompt with files to a model that sees pictures."""
    attachments = [{"file_id": one} for one in files]
    where = {"conversation_id": coder.conversation_id, "model": "fake/vision"}
    coder.client.ask(prompt, **where, attachments=attachments)


def test_what_code_writes_is_listed_sent_and_deleted(coder: Coder) -> None:
    coder.runs("import os\nos.mkdir('out')\nopen('out/a b.txt', 'w').write('Grüße')")
    found = listed(coder)
    assert list(found) == ["out", "out/a b.txt"]
    assert (found["out/a b.txt"]["kind"], found["out/a b.txt"]["size"]) == ("file", 7)
    response = coder.client.get(f"{files_of(coder)}/out/a%20b.txt")
    assert response.content.decode() == "Grüße"
    assert response.headers["content-disposition"].startswith('attachment; filename="a b.txt"')
    assert response.headers["content-type"] == "application/octet-stream"
    coder.client.ok("DELETE", f"{files_of(coder)}/out")
    assert listed(coder) == {}
    # A gateway may note the deletion in a hidden directory.
    assert coder.runs("import glob\nprint(glob.glob('*'))").text == "[]\n"


def test_a_file_that_is_put_there_is_read_and_changed_by_code(coder: Coder) -> None:
    made = put(coder, "cities.csv", TABLE)
    assert (made["path"], made["size"]) == ("cities.csv", len(TABLE))
    shown = coder.runs(
        "import pandas as pd\nt = pd.read_csv('cities.csv')\nprint(t.people.sum())\n"
        "t.to_csv('cities.csv'); open('new', 'w').close()"
    )
    assert shown.text == "4730000\n"
    put(coder, "whatever", b"over", "/deep/er.txt")
    assert (
        coder.runs("print(open('deep/er.txt').read(), file=open('deep/er.txt', 'a'))").status
        == "ok"
    )


def test_an_attached_file_is_where_code_looks_for_it(coder: Coder) -> None:
    files = [
        coder.client.attach("cities.csv", TABLE)["id"],
        coder.client.attach("p.png", picture())["id"],
    ]
    asks(coder, "Plot this", files)
    assert coder.runs("print(len(open('cities.csv').readlines()))").text == "3\n"
    assert set(listed(coder)) == {"cities.csv", "p.png"}


def test_an_attached_parquet_file_is_read_by_code_and_its_name_by_the_model(
    coder: Coder, fake: FakeControl, tmp_path: Path
) -> None:
    table = pd.read_csv(io.BytesIO(TABLE))
    table.to_parquet(tmp_path / "cities.parquet")
    content = (tmp_path / "cities.parquet").read_bytes()
    file = coder.client.attach("cities.parquet", content)
    assert (file["kind"], file["media_type"]) == ("data", "application/vnd.apache.parquet")
    asks(coder, "Plot this", [file["id"]])
    shown = coder.runs("import pandas as pd\nprint(pd.read_parquet('cities.parquet').people.sum())")
    assert shown.text == "4730000\n"
    read = fake.requests()[-1]["body"]["messages"][-1]["content"]
    assert read.startswith(f"[data file: cities.parquet, {len(content):,} bytes, in the working")
    back = coder.client.get(f"files/{file['id']}")
    assert back.content == content
    assert back.headers["content-disposition"].startswith("attachment")


def test_an_attached_file_with_something_in_its_way_keeps_no_other_out(coder: Coder) -> None:
    coder.runs("import os\nos.mkdir('a.csv')")
    files = [coder.client.attach(name, b"x")["id"] for name in ("a.csv", "b.csv")]
    asks(coder, "Here", files)
    assert coder.runs("print(os.path.isdir('a.csv'), open('b.csv').read())").text == "True x\n"


def test_an_attached_file_that_code_has_changed_or_somebody_deleted_stays_so(coder: Coder) -> None:
    first = coder.client.attach("a.csv", b"first")["id"]
    asks(coder, "One", [first])
    coder.runs("open('a.csv', 'w').write('mine')")
    second = coder.client.attach("a.csv", b"second")["id"]
    asks(coder, "Two", [second])
    assert coder.runs("print(open('a.csv').read())").text == "mine\n"
    coder.client.ok("DELETE", f"{files_of(coder)}/a.csv")
    coder.runs("1")
    assert listed(coder) == {}


def test_a_newer_attachment_of_the_same_name_takes_the_place_of_the_older(coder: Coder) -> None:
    for content in (b"first", b"second"):
        file = coder.client.attach("a.csv", content)["id"]
        asks(coder, "Here", [file])
        assert coder.runs("print(open('a.csv').read())").text == f"{content.decode()}\n"


def test_files_stay_when_the_kernel_goes_and_go_with_the_conversation(coder: Coder) -> None:
    coder.runs("open('kept', 'w').write('x')")
    coder.client.ok("DELETE", coder.kernel)
    assert list(listed(coder)) == ["kept"]
    assert coder.runs("print(open('kept').read())").text == "x\n"


@pytest.mark.parametrize(
    "path", ["../../secret.key", "%2e%2e/%2e%2e/secret.key", "link", "%2Fetc/passwd"]
)
def test_no_path_leads_to_what_is_the_servers(coder: Coder, path: str) -> None:
    coder.runs("import os\nos.symlink('/etc/hostname', 'link')\nos.symlink('../..', 'up')")
    for way in (path, f"up/{path}"):
        response = coder.client.get(f"{files_of(coder)}/{way}")
        assert response.status_code == 404


def test_what_does_not_fit_in_is_refused(coder: Coder, admin: Client) -> None:
    before = admin.ok("GET", "admin/settings")["code_disk_mb"]
    admin.ok("PATCH", "admin/settings", json={"code_disk_mb": 1})
    try:
        sent = {"file": ("big", bytes(2**20 + 1), "application/octet-stream")}
        refused = coder.client.post(files_of(coder), files=sent)
    finally:
        admin.ok("PATCH", "admin/settings", json={"code_disk_mb": before})
    assert (refused.status_code, refused.json()["code"]) == (413, "no_room")
    assert listed(coder) == {}


@pytest.mark.parametrize("name", ["", ".hidden", "a%2F..%2Fb", "x" * 300])
def test_a_name_that_is_none_is_refused(coder: Coder, name: str) -> None:
    sent = {"file": (name or " ", b"x", "application/octet-stream")}
    path = f"{files_of(coder)}/{name}" if name else f"{files_of(coder)}/."
    assert coder.client.post(path, files=sent).status_code in (404, 422)


def test_nobody_sees_anothers_files(coder: Coder, sign_up: SignUp) -> None:
    put(coder, "mine.txt", b"x")
    for stranger in (sign_up(), sign_up(role="admin")):
        assert stranger.get(files_of(coder)).status_code == 404
        assert stranger.get(f"{files_of(coder)}/mine.txt").status_code == 404
        assert stranger.delete(f"{files_of(coder)}/mine.txt").status_code == 404
    assert list(listed(coder)) == ["mine.txt"]


def test_a_temporary_chat_has_files_too(admin: Client) -> None:
    chat = admin.ask(fenced("open('t', 'w').write('x')"), temporary=True)
    path = f"messages/{chat.message['id']}/execute"
    with admin.following("POST", path, json={"block": 0}) as events:
        list(events)
    found = admin.ok("GET", f"conversations/{chat.conversation_id}/files")
    assert [one["path"] for one in found["items"]] == ["t"]
    assert 0 < found["used"] < found["limit"]
    admin.ok("DELETE", f"conversations/{chat.conversation_id}")
