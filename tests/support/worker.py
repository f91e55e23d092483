"""The worker beside this run's server, as a fixture, and what it has done."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.dost_server import KEPT, DostServer, guarded, wait_until

OVER = ("ready", "failed", "cancelled")


@pytest.fixture(scope="session")
def worker(server: DostServer, worker_database: str) -> Iterator[None]:
    """A worker that reads what is sent to the server."""
    log = server.data_dir / "worker.txt"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "dost_ext", "worker"],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={
                **{name: os.environ[name] for name in KEPT if name in os.environ},
                **guarded(),
                "HOME": str(server.data_dir),
                "DOST_DATA_DIR": str(server.data_dir),
                "DOST_DATABASE_URL": worker_database,
                "DOST_DIE_WITH_PARENT": str(os.getpid()),
            },
        )
    yield
    process.kill()
    process.wait()
    assert "Traceback" not in log.read_text(), log.read_text()


def when_over(client: Client, document_id: str) -> dict[str, Any]:
    """A document once the work on it is over."""

    def over() -> dict[str, Any] | None:
        found = client.ok("GET", f"documents/{document_id}")
        return found if found["status"] in OVER else None

    return dict(wait_until(over, 90))
