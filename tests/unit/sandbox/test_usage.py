"""How much of the machine processes and files take."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dost_ext.execution.workspace.workspaces import Workspaces
from dost_sandbox import usage
from dost_sandbox.usage import disk_of, used_by

MEGABYTE = 2**20


@contextmanager
def running(code: str, *arguments: str) -> Iterator[int]:
    """A Python process, once it has printed a line."""
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        yield process.pid
        process.communicate()


def memory_of(pid: int, enough: int) -> int:
    """Bytes of memory that a process and all it has started hold."""
    return used_by({pid: ()}, enough, thorough={pid})[pid].memory


def nameless_of(pid: int, *directories: Path) -> int:
    """Bytes on the disk of what they have deleted, and hold."""
    return used_by({pid: directories}, enough=2**40, thorough={pid})[pid].nameless


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
        held = memory_of(pid, enough=0)
    assert 240 * MEGABYTE < held < 340 * MEGABYTE


def test_memory_that_is_shared_counts_once_where_it_matters() -> None:
    with running(FAMILY.format(child="pass")) as pid:
        rough = memory_of(pid, enough=2**40)
        fair = memory_of(pid, enough=100 * MEGABYTE)
    assert rough > 150 * MEGABYTE
    assert fair < 100 * MEGABYTE


def test_a_process_that_is_gone_holds_nothing() -> None:
    with running("print('ready', flush=True); input()") as pid:
        pass
    assert memory_of(pid, enough=0) == 0


HOLDING = """
import mmap, os, sys
place = sys.argv[1]
def filled(descriptor):
    for _ in range(60):
        os.write(descriptor, b"x" * 2**20)
    return descriptor
def deleted(name):
    path = os.path.join(place, name)
    descriptor = filled(os.open(path, os.O_RDWR | os.O_CREAT))
    os.unlink(path)
    return descriptor
{code}
print("ready", flush=True)
sys.stdin.read()
"""
IN_MEMORY = """
one = filled(os.memfd_create("one"))
two = mmap.mmap(one, 60 * 2**20)  # and one more way to it
sum(two[::4096])
if os.fork() == 0:
    sum(two[::4096])
    sys.stdin.read()
    os._exit(0)
"""


@pytest.mark.parametrize("enough", [0, 2**40])
def test_a_file_in_memory_counts_without_being_mapped(enough: int) -> None:
    with running(HOLDING.format(code='one = filled(os.memfd_create("one"))'), ".") as pid:
        held = memory_of(pid, enough)
    assert 60 * MEGABYTE < held < 110 * MEGABYTE


def test_a_file_in_memory_counts_once_whoever_has_it_and_maps_it() -> None:
    with running(HOLDING.format(code=IN_MEMORY), ".") as pid:
        held = memory_of(pid, enough=0)
    assert 60 * MEGABYTE < held < 110 * MEGABYTE


@pytest.mark.parametrize(
    "code",
    [
        "one = deleted('one')",
        "one = deleted('one')\ntwo = os.dup(one)\nif os.fork() == 0: sys.stdin.read(), os._exit(0)",
        "one = filled(os.open(place, os.O_RDWR | os.O_TMPFILE))",
    ],
    ids=["open", "open in two processes", "never named"],
)
def test_what_is_deleted_and_still_open_counts_once(tmp_path: Path, code: str) -> None:
    with running(HOLDING.format(code=code), str(tmp_path)) as pid:
        assert disk_of(tmp_path) < MEGABYTE
        assert 60 * MEGABYTE <= nameless_of(pid, tmp_path) < 61 * MEGABYTE
        assert memory_of(pid, enough=2**40) < 60 * MEGABYTE


def test_what_is_on_another_file_system_is_none_of_the_disks() -> None:
    with running(HOLDING.format(code="one = deleted('one')"), "/dev/shm") as pid:
        assert nameless_of(pid, Path(__file__).parent) == 0


if os.geteuid() == 0:

    def test_what_is_deleted_and_only_mapped_counts_too(tmp_path: Path) -> None:
        code = "one = deleted('one')\ntwo = mmap.mmap(one, 2**20)\nos.close(one)"
        # Python keeps a descriptor of its own of what it has mapped.
        code += "\nos.closerange(3, 100)"
        with running(HOLDING.format(code=code), str(tmp_path)) as pid:
            assert 60 * MEGABYTE <= nameless_of(pid, tmp_path) < 61 * MEGABYTE

    def test_anothers_file_that_was_deleted_is_not_ones_own(tmp_path: Path) -> None:
        code = "one = deleted('one')\nos.fchown(one, 12345, -1)"
        with running(HOLDING.format(code=code), str(tmp_path)) as pid:
            assert nameless_of(pid, tmp_path) == 0


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
    place, other = tmp_path / "place", tmp_path / "other"
    place.mkdir()
    other.mkdir()
    (other / "file").write_bytes(b"x" * MEGABYTE)
    subprocess.run([sys.executable, "-c", dig], cwd=place, check=True)
    assert disk_of(place, tmp_path / "absent", tmp_path / "other") > 2 * MEGABYTE
    asyncio.run(Workspaces(tmp_path).remove_spare(place))
    assert not place.exists()


def test_what_takes_too_long_to_count_is_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "LONGEST_COUNT", 0)
    assert disk_of(tmp_path) > 2**60


def test_a_directory_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert disk_of(tmp_path / "absent") == 0
