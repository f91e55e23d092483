"""Which kernels have to end for what they use."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from dost_ext.execution.kernels.conversation_kernel import ConversationKernel
from dost_ext.execution.kernels.usage import GROWTH, HARMLESS, RESERVE, Usage
from dost_ext.execution.workspace.workspaces import Workspaces
from dost_sandbox.sandbox import Limits
from tests.support.known_kernel import known_kernel, known_session

MEGABYTE = 2**20
MUCH = 2**40


class Processes:
    """Kernels whose process is this one."""

    def __init__(self, **limits: int) -> None:
        self._limits = Limits(**{"memory": MUCH, "processes": 100, "disk": MUCH, **limits})

    def limits_of(self, kernel_id: object) -> Limits | None:
        return self._limits

    def pid_of(self, kernel_id: object) -> int | None:
        return os.getpid()

    def sockets_of(self, kernel_id: object) -> Path | None:
        return None


def kernel(root: Path, size: int = 0, before: int = 0) -> ConversationKernel:
    """A kernel with a file of so many bytes."""
    about = known_kernel("idle")
    place = root / str(about.conversation_id)
    place.mkdir()
    (place / "file").write_bytes(b"x" * size)
    return ConversationKernel(about, uuid4(), saved=True, files_before=before)


def excess(
    root: Path, kernels: list[ConversationKernel], free: int = MUCH, **limits: int
) -> list[Any]:
    """Whom it names, and why."""
    processes: Any = Processes(**limits)
    usage = Usage(processes, Workspaces(root), free=lambda _: free)
    return asyncio.run(usage.excess(kernels))


def test_who_takes_no_more_than_they_may_goes_on(tmp_path: Path) -> None:
    assert excess(tmp_path, [kernel(tmp_path, MEGABYTE)], disk=2 * MEGABYTE) == []


def test_too_much_memory_ends_a_kernel(tmp_path: Path) -> None:
    one = kernel(tmp_path)
    assert excess(tmp_path, [one], memory=MEGABYTE) == [(one, "memory")]


def test_too_many_files_end_a_kernel(tmp_path: Path) -> None:
    one = kernel(tmp_path, 5 * MEGABYTE)
    other = kernel(tmp_path, MEGABYTE)
    assert excess(tmp_path, [one, other], disk=3 * MEGABYTE) == [(one, "disk")]


@pytest.mark.parametrize(("grown", "ends"), [(0, False), (GROWTH + MEGABYTE, True)])
def test_what_was_full_before_may_be_used_but_not_grow(
    tmp_path: Path, grown: int, ends: bool
) -> None:
    one = kernel(tmp_path, 5 * MEGABYTE + grown, before=5 * MEGABYTE)
    assert bool(excess(tmp_path, [one], disk=3 * MEGABYTE)) is ends


@pytest.mark.parametrize(
    ("busy", "free", "ends"),
    [(True, MUCH, ["disk"]), (False, MUCH, []), (False, 0, ["disk"])],
)
def test_where_code_runs_or_the_disk_is_full_files_are_counted_more_often(
    tmp_path: Path, busy: bool, free: int, ends: list[str]
) -> None:
    processes: Any = Processes(disk=3 * MEGABYTE)
    seconds, free_then = iter([0, 0, 0, 3, 3, 3]), iter([MUCH, free])
    usage = Usage(
        processes, Workspaces(tmp_path), lambda _: next(free_then), now=lambda: next(seconds)
    )
    one = kernel(tmp_path)
    one.session = known_session(busy=False)
    assert asyncio.run(usage.excess([one])) == []
    (tmp_path / str(one.about.conversation_id) / "more").write_bytes(b"x" * 5 * MEGABYTE)
    one.session.busy = busy
    assert asyncio.run(usage.excess([one])) == [(one, reason) for reason in ends]


def test_where_the_disk_is_nearly_full_who_wrote_most_is_ended(tmp_path: Path) -> None:
    old = kernel(tmp_path, 2 * HARMLESS, before=2 * HARMLESS)
    one = kernel(tmp_path, HARMLESS + MEGABYTE)
    assert excess(tmp_path, [old, one], free=RESERVE - 1) == [(one, "disk_full")]
    assert excess(tmp_path, [old, one], free=RESERVE) == []


def test_a_full_disk_is_nobodys_fault_who_wrote_little(tmp_path: Path) -> None:
    assert excess(tmp_path, [kernel(tmp_path, MEGABYTE)], free=0) == []
