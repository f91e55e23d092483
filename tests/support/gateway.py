"""A kernel gateway: a Jupyter Server that runs kernels for others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.dost_server import free_port, wait_until

TOKEN = "token-of-the-gateway"


@dataclass
class Gateway:
    """A Jupyter Server."""

    process: subprocess.Popen[bytes]
    url: str

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/status", params={"token": TOKEN}).is_success
        except httpx.TransportError:
            return False

    def kernels(self) -> list[str]:
        """The kernels that it runs."""
        found = httpx.get(f"{self.url}/api/kernels", params={"token": TOKEN}).json()
        return [one["id"] for one in found]

    @property
    def options(self) -> tuple[str, str]:
        """What a dost server whose kernels are there is started with."""
        return f"--gateway-url={self.url}", f"--GatewayClient.auth_token={TOKEN}"


# What a kernel gateway has of a Jupyter Server: no files.
KERNELS_ALONE = """
from jupyter_server.serverapp import ServerApp
ServerApp.default_services = ("api", "auth", "kernels", "kernelspecs", "security")
ServerApp.launch_instance()
"""


@contextmanager
def running_gateway(home: Path, *, keeps_files: bool = True) -> Iterator[Gateway]:
    """A gateway that answers, with all that it writes in `home`."""
    home.mkdir()
    program = ("-m", "jupyter_server") if keeps_files else ("-c", KERNELS_ALONE)
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, *program, f"--port={port}", "--no-browser"),
            *(f"--IdentityProvider.token={TOKEN}", "--allow-root", "--ServerApp.port_retries=0"),
            f"--ServerApp.root_dir={home}",
            # Whoever runs a gateway for dost lets dost say what is too much.
            "--ZMQChannelsWebsocketConnection.iopub_data_rate_limit=0",
            "--ZMQChannelsWebsocketConnection.iopub_msg_rate_limit=0",
        ],
        env={
            **os.environ,
            **{f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")},
            "HOME": str(home),
            # Without the extensions that are installed here, dost among them.
            "JUPYTER_NO_CONFIG": "1",
        },
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    found = Gateway(process, f"http://127.0.0.1:{port}")
    try:
        wait_until(found.answers, 60)
        yield found
    finally:
        process.terminate()
        process.wait()
