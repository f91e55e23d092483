"""Finds the dost server that a kernel belongs to, and how to sign in there."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from dost_magic.errors import NoServer

NOT_FOUND = (
    "No dost server was found. Start this notebook from a JupyterLab that has dost, or set "
    "DOST_URL (for example http://localhost:8765/dost/) and DOST_API_KEY in the kernel's "
    "environment."
)


@dataclass(frozen=True)
class Server:
    """A server's dost address, ending in a slash, and its `Authorization` header (or nothing)."""

    url: str
    authorization: str = ""


def find_server(environment: Mapping[str, str], runtime_dir: Path | None = None) -> Server:
    """Return the server named by the environment, or the one that started this kernel.

    In this order: `DOST_URL`, `KERNEL_DOST_URL` (all that a kernel gateway passes on), the user's
    own server under JupyterHub, the Jupyter server whose process is this kernel's parent. Raises
    NoServer with a sentence that says what to do.
    """
    for prefix in ("", "KERNEL_"):
        if url := environment.get(f"{prefix}DOST_URL"):
            token = environment.get(f"{prefix}DOST_TOKEN") or environment.get("DOST_API_KEY", "")
            return Server(_directory(url), f"Bearer {token}" if token else "")
    if url := environment.get("JUPYTERHUB_SERVICE_URL"):
        token = environment.get("JUPYTERHUB_API_TOKEN", "")
        return Server(_directory(_reachable(url)) + "dost/", f"token {token}" if token else "")
    parent = environment.get("JPY_PARENT_PID", "")
    if parent.isdecimal():
        return _of_parent(parent, runtime_dir or _runtime_dir(environment))
    raise NoServer(NOT_FOUND)


def _of_parent(pid: str, runtime_dir: Path) -> Server:
    """The Jupyter server with this process id, as its own file in the runtime directory says."""
    try:
        info = json.loads((runtime_dir / f"jpserver-{pid}.json").read_text())
        url, token, sock = info["url"], info.get("token", ""), info.get("sock", "")
    except (OSError, ValueError, KeyError, TypeError):
        raise NoServer(NOT_FOUND) from None
    if sock:
        raise NoServer(
            "This Jupyter server listens on a Unix socket, which %dost cannot use. "
            "Set DOST_URL to an address that it can reach."
        )
    return Server(_directory(_reachable(url)) + "dost/", f"token {token}" if token else "")


def _directory(url: str) -> str:
    return url.rstrip("/") + "/"


def _reachable(url: str) -> str:
    """An address to call, where a server names the one that it listens on."""
    parts = urlsplit(url)
    if parts.hostname not in (None, "", "0.0.0.0", "::"):  # noqa: S104
        return url
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"127.0.0.1{port}"))


def _runtime_dir(environment: Mapping[str, str]) -> Path:
    """Jupyter's runtime directory, by the rules of jupyter_core, which a kernel may not have."""
    if directory := environment.get("JUPYTER_RUNTIME_DIR"):
        return Path(directory)
    if directory := environment.get("JUPYTER_DATA_DIR"):
        return Path(directory) / "runtime"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Jupyter" / "runtime"
    if os.name == "nt":
        return Path(environment.get("APPDATA", Path.home())) / "jupyter" / "runtime"
    data = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "jupyter" / "runtime"
