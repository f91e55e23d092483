"""Which kernels wait for whoever runs code next, and for how long."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from dost_ext.execution.kernels import pool as pools
from dost_ext.execution.kernels.pool import KernelPool
from dost_ext.execution.kernels.session import KernelSession
from dost_ext.execution.workspace.workspaces import Workspaces
from tests.support.known_kernel import known_session


class Processes:
    """Kernels that start at once and live until they are ended, or die."""

    def __init__(self) -> None:
        self.alive: dict[UUID, str] = {}
        self.started: list[str] = []

    async def start(self, name: str, directory: Path) -> UUID:
        self.started.append(name)
        self.alive[kernel_id := uuid4()] = name
        return kernel_id

    async def connect(self, kernel_id: UUID) -> KernelSession:
        return known_session(busy=False)

    async def as_it_would_start(self, kernel_id: UUID) -> bool:
        return True

    async def state(self, kernel_id: UUID) -> str | None:
        return None if kernel_id in self.alive else "died"

    async def end(self, kernel_id: UUID) -> None:
        self.alive.pop(kernel_id, None)


class Pooled:
    """A pool, and the kernels that it starts."""

    def __init__(self, root: Path) -> None:
        self.processes = Processes()
        processes: Any = self.processes
        self.pool = KernelPool(processes, Workspaces(root))

    async def warm(self, *names: str) -> None:
        """Wait until there is a spare kernel of each."""
        for name in names:
            self.pool.warm(name)
            await self.pool._tasks.settle()

    @property
    def waiting(self) -> set[str]:
        """The kernelspecs of the kernels that live."""
        return set(self.processes.alive.values())


def test_one_of_each_kind_waits_and_goes_to_who_wants_that_kind(tmp_path: Path) -> None:
    one = Pooled(tmp_path)

    async def uses() -> None:
        await one.warm("python", "bash", "python")
        assert one.processes.started == ["python", "bash"]
        taken = await one.pool.take("bash", uuid4())
        assert taken is not None
        assert one.processes.alive[taken[0]] == "bash"
        assert await one.pool.take("bash", uuid4()) is None
        assert await one.pool.take("python", uuid4()) is not None

    asyncio.run(uses())


def test_no_more_wait_than_three_and_the_one_needed_longest_ago_goes(tmp_path: Path) -> None:
    one = Pooled(tmp_path)

    async def uses() -> None:
        await one.warm("python", "bash", "r", "python", "julia")
        await one.pool.look_after()
        assert one.waiting == {"python", "r", "julia"}

    asyncio.run(uses())


def test_one_that_nobody_has_needed_for_long_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Pooled(tmp_path)

    async def uses() -> None:
        await one.warm("python", "bash")
        await one.pool.look_after()
        assert one.waiting == {"python", "bash"}
        monkeypatch.setattr(pools, "UNUSED_SECONDS", -1)
        await one.pool.look_after()
        assert one.waiting == set()

    asyncio.run(uses())


def test_one_that_has_died_is_given_to_nobody(tmp_path: Path) -> None:
    one = Pooled(tmp_path)

    async def uses() -> None:
        await one.warm("python", "bash")
        one.processes.alive.clear()
        assert await one.pool.take("python", uuid4()) is None
        await one.pool.look_after()
        await one.warm("python", "bash")
        assert one.processes.started == ["python", "bash"] * 2
        await one.pool.close()
        assert one.waiting == set()

    asyncio.run(uses())
    assert list(tmp_path.iterdir()) == []


def test_who_has_files_already_gets_none_and_it_waits_on(tmp_path: Path) -> None:
    one, place = Pooled(tmp_path), uuid4()

    async def uses() -> None:
        await one.warm("python")
        (tmp_path / str(place)).mkdir()
        (tmp_path / str(place) / "file").touch()
        assert await one.pool.take("python", place) is None
        assert await one.pool.take("python", uuid4()) is not None

    asyncio.run(uses())
