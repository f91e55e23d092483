"""How a kernel finds its dost server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dost_magic.discovery import Server, find_server
from dost_magic.errors import NoServer

OWN = {"DOST_URL": "http://a/dost", "DOST_TOKEN": "t"}
GATEWAY = {"KERNEL_DOST_URL": "http://b/dost/", "KERNEL_DOST_TOKEN": "k"}
HUB = {"JUPYTERHUB_SERVICE_URL": "http://0.0.0.0:8888/user/ada/", "JUPYTERHUB_API_TOKEN": "h"}
PARENT = {"JPY_PARENT_PID": "77"}


def write_server_file(runtime_dir: Path, **fields: Any) -> None:
    info = {"url": "http://localhost:8888/lab-base/", "token": "p", "sock": "", **fields}
    (runtime_dir / "jpserver-77.json").write_text(json.dumps(info))


@pytest.mark.parametrize(
    ("environment", "server"),
    [
        ({**OWN, **GATEWAY, **HUB, **PARENT}, Server("http://a/dost/", "Bearer t")),
        ({**GATEWAY, **HUB, **PARENT}, Server("http://b/dost/", "Bearer k")),
        ({**HUB, **PARENT}, Server("http://127.0.0.1:8888/user/ada/dost/", "token h")),
        (PARENT, Server("http://localhost:8888/lab-base/dost/", "token p")),
        ({"DOST_URL": "http://a/", "DOST_API_KEY": "dost_1"}, Server("http://a/", "Bearer dost_1")),
    ],
)
def test_the_nearest_server_is_taken(
    environment: dict[str, str], server: Server, tmp_path: Path
) -> None:
    write_server_file(tmp_path)
    assert find_server(environment, tmp_path) == server


def test_a_server_without_a_token_gets_no_header(tmp_path: Path) -> None:
    write_server_file(tmp_path, token="")
    assert find_server(PARENT, tmp_path).authorization == ""


@pytest.mark.parametrize("environment", [{}, PARENT, {"JPY_PARENT_PID": "../../etc/passwd"}])
def test_no_server_is_a_sentence_that_says_what_to_do(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(NoServer, match="set DOST_URL"):
        find_server(environment, tmp_path)


def test_a_broken_server_file_is_no_server(tmp_path: Path) -> None:
    (tmp_path / "jpserver-77.json").write_text('{"url": ')
    with pytest.raises(NoServer):
        find_server(PARENT, tmp_path)


def test_a_server_on_a_unix_socket_is_named_as_the_reason(tmp_path: Path) -> None:
    write_server_file(tmp_path, sock="/run/jupyter.sock")
    with pytest.raises(NoServer, match="Unix socket"):
        find_server(PARENT, tmp_path)


def test_the_runtime_directory_is_the_one_that_jupyter_uses(tmp_path: Path) -> None:
    write_server_file(tmp_path)
    environment = {**PARENT, "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    assert find_server(environment).authorization == "token p"
