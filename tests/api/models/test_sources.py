"""Where providers come from, and which of two with one name counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from sys import executable

import httpx
import pytest

from tests.support.client import PASSWORD, Client
from tests.support.dost_server import ROOT, DostServer, wait_until


@pytest.fixture
def start_fake() -> Iterator[Callable[[], tuple[str, Popen]]]:
    """Starts fake models in processes of their own."""
    started: list[Popen] = []

    def start() -> tuple[str, Popen]:
        command = [executable, "-m", "dost_ext.models.fake"]
        started.append(Popen(command, stdout=PIPE, text=True, cwd=ROOT))
        return started[-1].stdout.readline().strip(), started[-1]

    yield start
    for process in started:
        process.terminate()
        process.wait()


def admin_of(server: DostServer) -> Client:
    with httpx.Client(base_url=server.api, timeout=30) as http:
        body = {"username": "root", "password": PASSWORD}
        made = http.post("auth/register", json=body)
        if made.status_code == 409:
            made = http.post("auth/login", json=body)
    return Client(server.api, made.json()["access_token"])


def sources(admin: Client) -> dict[str, str]:
    return {p["name"]: p["source"] for p in admin.ok("GET", "providers")["items"]}


def test_every_source_is_merged_and_the_first_counts(
    start_server, start_fake, new_database, tmp_path
):
    url, _ = start_fake()
    (tmp_path / "dost.toml").write_text(
        f"[[providers]]\nname='lab'\nkind='openai'\nbase_url='{url}/v1'\n"
        f"[[providers]]\nname='groq'\nkind='openai'\nbase_url='{url}/v1'\n"
    )
    environment = {
        "GROQ_API_KEY": "from the environment",
        "OPENAI_BASE_URL": f"{url}/v1",
        "OLLAMA_HOST": url,
    }
    server = start_server(tmp_path, database_url=new_database(), environment=environment)
    admin = admin_of(server)
    wait_until(lambda: "ollama" in sources(admin))
    own = {"fake": "builtin", "builtin": "builtin"}
    declared = {"lab": "file", "groq": "file", "openai": "environment", "ollama": "discovered"}
    assert sources(admin) == own | declared
    admin.ok("POST", "providers", json={"name": "groq", "kind": "groq", "enabled": False})
    assert sources(admin) == own | declared | {"groq": "database"}
    models = admin.ok("GET", "models")
    names = {m["id"] for m in models["items"]}
    assert {"lab/echo", "openai/echo", "ollama/echo:latest"} <= names
    assert "groq/echo" not in names
    assert models["default_model"] == "lab/echo"


def test_an_ollama_comes_and_goes(start_server, start_fake, new_database, tmp_path):
    url, process = start_fake()
    environment = {"OLLAMA_HOST": url}
    server = start_server(tmp_path, database_url=new_database(), environment=environment)
    admin = admin_of(server)
    wait_until(lambda: "ollama" in sources(admin))
    answer = admin.ok(
        "POST", "chat", json={"content": "hi", "model": "ollama/echo:latest", "stream": False}
    )
    assert answer["message"]["content"] == "hi"
    process.terminate()
    process.wait()
    body = {"content": "hi", "model": "ollama/echo:latest", "stream": False}
    gone = admin.post("chat", json=body)
    assert "refused the connection" in gone.text


def test_anthropic_answers_through_litellm(start_server, start_fake, new_database, tmp_path):
    url, _ = start_fake()
    environment = {"ANTHROPIC_API_KEY": "sk-ant-test", "ANTHROPIC_BASE_URL": url}
    server = start_server(tmp_path, database_url=new_database(), environment=environment)
    admin = admin_of(server)
    body = {"content": "hello dear world", "model": "anthropic/echo", "stream": False}
    assert admin.ok("POST", "chat", json=body)["message"]["content"] == "hello dear world"
    assert "sk-ant-test" not in server.printed()


def test_a_key_that_another_secret_locked_is_asked_for_again(start_server, new_database, tmp_path):
    database = new_database()
    first = start_server(tmp_path / "a", database_url=database)
    body = {
        "name": "lab",
        "kind": "openai",
        "base_url": "http://127.0.0.1:9/v1",
        "api_key": "k" * 20,
    }
    admin_of(first).ok("POST", "providers", json=body)
    first.stop()
    second = start_server(tmp_path / "b", database_url=database)
    admin = admin_of(second)
    (lab,) = [p for p in admin.ok("GET", "providers")["items"] if p["name"] == "lab"]
    assert lab["has_key"] is False
    found = admin.ok("POST", f"providers/{lab['id']}/test")
    assert found["detail"].startswith("The key of lab was saved under another secret")
    refused = admin.post("chat", json={"content": "hi", "model": "lab/any"})
    assert (refused.status_code, refused.json()["code"]) == (409, "key_lost")


def test_two_servers_share_their_providers(start_server, start_fake, new_database, tmp_path):
    url, _ = start_fake()
    database = new_database()
    secret = {"DOST_SECRET_KEY": "s" * 40}
    one, two = (
        admin_of(start_server(tmp_path / name, database_url=database, environment=secret))
        for name in ("one", "two")
    )
    assert "shared" not in sources(two)
    one.ok("POST", "providers", json={"name": "shared", "kind": "openai", "base_url": f"{url}/v1"})
    wait_until(lambda: "shared" in sources(two), 5)
    body = {"content": "hi", "model": "shared/echo", "stream": False}
    assert two.ok("POST", "chat", json=body)["message"]["content"] == "hi"


def test_a_wrong_config_file_stops_the_start_with_a_sentence(
    start_server, new_database, tmp_path: Path
):
    (tmp_path / "dost.toml").write_text("[[provider]]\n")
    with pytest.raises(AssertionError, match="cannot be used: provider: Extra inputs"):
        start_server(tmp_path, database_url=new_database())
