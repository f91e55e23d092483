"""A real `jupyter lab` with the dost extension, and kernels started by it."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
import websocket

from tests.support.client import Client
from tests.support.dost_server import ROOT, DostServer, guarded

TOKEN = "a-token-for-tests"
PANEL = ROOT / "labextension"


def built_panel() -> Path:
    """The labextension, built if it is not."""
    if not (PANEL / "dost" / "package.json").is_file():
        command = ["npm", "run", "build", "-w", "@dost/labextension"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return PANEL / "dost"


class JupyterLab(DostServer):
    """One `jupyter lab` process with the panel and, unless told not to, dost in its server."""

    def __init__(
        self,
        directory: Path,
        with_dost: bool = True,
        environment: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        extensions = directory / "labextensions" / "@dost"
        extensions.mkdir(parents=True)
        (extensions / "labextension").symlink_to(built_panel())
        super().__init__(
            directory,
            f"--IdentityProvider.token={TOKEN}",
            f'--ServerApp.jpserver_extensions={{"dost_ext": {with_dost}}}',
            f"--LabServerApp.extra_labextensions_path={extensions.parent}",
            "--LabApp.extension_manager=readonly",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
            command=("-m", "jupyterlab", "--allow-root", "--no-browser"),
            environment={
                **guarded(ROOT / "kernels"),
                "JUPYTER_RUNTIME_DIR": str(directory / "runtime"),
                **(environment or {}),
            },
            **options,
        )
        self.with_dost = with_dost

    @property
    def jupyter(self) -> str:
        """The address of the Jupyter server."""
        return self.url.removesuffix("dost/")

    @property
    def page(self) -> str:
        """The address of JupyterLab with an empty layout, signed in."""
        return f"{self.jupyter}lab?reset&token={TOKEN}"

    def client(self) -> Client:
        """The API, as the one owner of a local server."""
        return Client(self.api, TOKEN)

    def _ready(self) -> bool:
        if self.with_dost:
            return super()._ready()
        try:
            return httpx.get(f"{self.jupyter}api", timeout=5).is_success
        except httpx.TransportError:
            return False


@dataclass
class Outcome:
    """What running a cell gave."""

    status: str = ""
    printed: str = ""
    traceback: str = ""
    markdown: list[str] = field(default_factory=list)
    updates: int = 0

    def take(self, kind: str, content: dict[str, Any]) -> None:
        """Add one message of the kernel's."""
        if kind == "stream":
            self.printed += content["text"]
        elif kind == "error":
            self.traceback += "\n".join(content["traceback"])
        elif kind in ("display_data", "update_display_data"):
            self.markdown.append(content["data"].get("text/markdown", ""))
            self.updates += kind == "update_display_data"

    @property
    def answer(self) -> str:
        """The Markdown that the cell's output shows in the end."""
        return self.markdown[-1]


class Kernel:
    """A kernel that the Jupyter server started, spoken to as a notebook does."""

    def __init__(self, lab: JupyterLab) -> None:
        headers = {"Authorization": f"token {TOKEN}"}
        self._http = httpx.Client(base_url=f"{lab.jupyter}api", headers=headers, timeout=60)
        self.id = (
            self._http.post("kernels", json={"name": "python3"}).raise_for_status().json()["id"]
        )
        address = f"{lab.jupyter.replace('http', 'ws', 1)}api/kernels/{self.id}/channels"
        self._socket = websocket.create_connection(address, header=headers, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._http.delete(f"kernels/{self.id}")

    def run(self, code: str) -> Outcome:
        """Run a cell to its end."""
        outcome = Outcome()
        for _ in self.running(code, outcome):
            pass
        return outcome

    def running(self, code: str, outcome: Outcome) -> Iterator[Outcome]:
        """Run a cell; yields its outcome so far at each of the kernel's messages."""
        request = uuid.uuid4().hex
        header = {"msg_id": request, "msg_type": "execute_request", "session": request}
        header |= {"username": "", "version": "5.3", "date": "2026-01-01T00:00:00Z"}
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self._socket.send(json.dumps({**message, "channel": "shell", "buffers": []}))
        missing = {"execute_reply", "idle"}
        while missing:
            reply = json.loads(self._socket.recv())
            if reply["parent_header"].get("msg_id") != request:
                continue
            kind, content = reply["header"]["msg_type"], reply["content"]
            if kind == "execute_reply":
                outcome.status = content["status"]
            outcome.take(kind, content)
            missing -= {kind, content.get("execution_state", "")}
            yield outcome

    def interrupt(self) -> None:
        """Press Stop."""
        self._http.post(f"kernels/{self.id}/interrupt").raise_for_status()
