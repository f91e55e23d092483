"""How much of the machine processes and files take."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dost_ext.execution.workspace.workspaces import Workspaces
from dost_sandbox import usage
from dost_sandbox.usage import disk_of, memory_of

MEGABYTE = 2**20


@contextmanager
def running(code: str) -> Iterator[int]:
    """A Python process, once it has printed a line."""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield process.pid
        process.communicate()


FAMILY = """
import os, sys
held = bytearray(b"x" * 50 * 2**20)
ready, go = os.pipe(), os.pipe()
for _ in range(2):
    if os.fork() == 0:
        {child}
        os.write(ready[1], b"x")
        os.read(go[0], 1)
        os._exit(0)
os.read(ready[0], 1), os.read(ready[0], 1)
print("ready", flush=True)
sys.stdin.read()
os.write(go[1], b"xx")
"""


def test_the_memory_of_all_that_a_process_started_is_added() -> None:
    with running(FAMILY.format(child='own = bytearray(b"y" * 100 * 2**20)')) as pid:
        held = memory_of([pid], enough=0)[pid]
    assert 240 * MEGABYTE < held < 340 * MEGABYTE


def test_memory_that_is_shared_counts_once_where_it_matters() -> None:
    with running(FAMILY.format(child="pass")) as pid:
        rough = memory_of([pid], enough=2**40)[pid]
        fair = memory_of([pid], enough=100 * MEGABYTE)[pid]
    assert rough > 150 * MEGABYTE
    assert fair < 100 * MEGABYTE


def test_a_process_that_is_gone_holds_nothing() -> None:
    with running("print('ready', flush=True); input()") as pid:
        pass
    assert memory_of([pid], enough=0) == {pid: 0}


def test_files_are_added_and_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"x" * 5 * MEGABYTE)
    place = tmp_path / "place"
    (place / "deep" / "deeper").mkdir(parents=True)
    (place / "deep" / "file").write_bytes(b"x" * MEGABYTE)
    (place / "deep" / "deeper" / "file").write_bytes(b"x" * MEGABYTE)
    (place / "link").symlink_to(outside)
    (place / "loop").symlink_to(place)
    assert 2 * MEGABYTE <= disk_of(place) < 3 * MEGABYTE


def test_a_file_with_holes_takes_what_it_takes(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(2**30)
    assert disk_of(tmp_path) < MEGABYTE


def test_files_below_any_depth_are_counted_and_deleted(tmp_path: Path) -> None:
    dig = (
        "import os\n"
        "for _ in range(3000): os.mkdir('deeper'); os.chdir('deeper')\n"
        "open('file', 'wb').write(b'x' * 2**20)"
    )
    place = tmp_path / "place"
    place.mkdir()
    subprocess.run([sys.executable, "-c", dig], cwd=place, check=True)
    assert disk_of(place) > MEGABYTE
    asyncio.run(Workspaces(tmp_path).remove_spare(place))
    assert not place.exists()


def test_what_takes_too_long_to_count_is_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "LONGEST_COUNT", 0)
    assert disk_of(tmp_path) > 2**60


def test_a_directory_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert disk_of(tmp_path / "absent") == 0
