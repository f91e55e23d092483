"""A real dost server in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
# Nothing of the developer's own configuration, keys or models reaches a server under test.
KEPT = ("PATH", "LANG", "VIRTUAL_ENV", "DOST_TEST_DATABASE_URL", "DOST_TEST_NO_NETWORK")


def guarded(*folders: Path) -> dict[str, str]:
    """The environment that keeps a process, and each Python that it starts, off the network.

    `folders` come before the checkout where modules are looked for.
    """
    path = (*folders, ROOT / "tests" / "support" / "guard", ROOT)
    return {"PYTHONPATH": os.pathsep.join(map(str, path))}


def wait_until(holds: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait for a condition; returns what it returned, or fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(0.01)
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class DostServer:
    """One `dost` process; `start` returns once it answers."""

    def __init__(
        self,
        data_dir: Path,
        *arguments: str,
        database_url: str = "",
        base_url: str = "/",
        worker: bool = False,
        environment: Mapping[str, str] | None = None,
        command: tuple[str, ...] = ("-m", "dost_ext", "--no-browser"),
    ) -> None:
        self.data_dir = data_dir
        self.base_url = base_url
        self.port = free_port()
        self.output = data_dir / f"output-{self.port}.txt"
        self._command = [sys.executable, *command, f"--ServerApp.port={self.port}", *arguments]
        # A second process to start; few tests have work for it.
        self._command.append(f"--DostApp.worker={worker}")
        if base_url != "/":
            self._command.append(f"--ServerApp.base_url={base_url}")
        self._environment = {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            **guarded(),
            "HOME": str(data_dir),
            "PYTHONFAULTHANDLER": "1",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "DOST_DATA_DIR": str(data_dir),
            "DOST_DATABASE_URL": database_url,
            "DOST_FAKE_MODEL": "1",
            "DOST_CHEAP_PASSWORDS": "1",
            "DOST_DIE_WITH_PARENT": str(os.getpid()),
            "OLLAMA_HOST": "127.0.0.1:9",  # the discard port: nobody is there
            "DOST_WEB_SEARCH": "off",
            **(environment or {}),
        }
        self.process: psutil.Popen | None = None

    @property
    def url(self) -> str:
        """The address of dost's page."""
        return f"http://127.0.0.1:{self.port}{self.base_url}dost/"

    @property
    def api(self) -> str:
        """The address of dost's API."""
        return f"{self.url}api/v1/"

    def start(self) -> Self:
        """Start and wait until the server can work."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.output.open("ab") as output:
            self.process = psutil.Popen(
                self._command,
                env=self._environment,
                cwd=self.data_dir,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(self._ready, START_SECONDS)
        return self

    def _ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"dost ended at its start:\n{self.printed()}")
        try:
            return httpx.get(f"{self.api}health", timeout=5).json()["status"] == "ok"
        except (httpx.TransportError, ValueError, KeyError):
            return False

    def printed(self) -> str:
        """What the server has printed so far."""
        return self.output.read_text(errors="replace")

    def descendants(self) -> list[psutil.Process]:
        """Every process that the server started."""
        assert self.process is not None
        found: list[psutil.Process] = self.process.children(recursive=True)
        return found

    def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def terminate(self, seconds: float = 30.0) -> int:
        """SIGTERM; the exit code once it has ended."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return int(self.process.wait(seconds))

    def stop(self) -> None:
        """End it however it is."""
        if self.process is None or self.process.poll() is not None:
            return
        try:
            self.terminate(15)
        except psutil.TimeoutExpired:
            self.kill()
