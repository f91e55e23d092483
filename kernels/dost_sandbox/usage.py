"""What sandboxes use of the machine, where the system itself sets no bound to the sum."""

from __future__ import annotations

import os
import subprocess
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from dost_sandbox.nameless import Key, memory_device, nameless_of, size_of

# Seconds; a million files take a few.
LONGEST_COUNT = 30.0
UNCOUNTABLE = 2**63


@dataclass(frozen=True, slots=True)
class Used:
    """Bytes that a process and all it has started hold."""

    memory: int
    # On the disk, of files that were deleted and are still open or mapped.
    nameless: int


def used_by(
    roots: Mapping[int, Sequence[Path]], enough: int, *, thorough: Container[int]
) -> dict[int, Used]:
    """What processes use, each with all it has started, by the first one's id.

    Each comes with the directories that it writes to. Memory that is shared counts once where the
    sum would otherwise be more than `enough`; files that are only mapped count for the `thorough`:
    both take the system longer to say.
    """
    children = _children()
    return {
        root: _used(_family(root, children), roots[root], enough, mapped=root in thorough)
        for root in roots
    }


def _used(family: list[int], directories: Sequence[Path], enough: int, *, mapped: bool) -> Used:
    files = nameless_of(family, mapped=mapped)
    in_memory = {key: one for key, one in files.items() if one.st_dev == memory_device()}
    memory = sum(_resident(pid) for pid in family) + size_of(in_memory.values())
    if memory > enough:
        # What is mapped of the files is in them.
        memory = sum(_proportional(pid, besides=in_memory) for pid in family)
        memory += size_of(in_memory.values())
    # A package that was brought up to date leaves files without a name too, to all who use it:
    # those of a sandbox belong to its account.
    places = {place for path in directories if (place := _place(path)) is not None}
    own = [one for one in files.values() if (one.st_dev, one.st_uid) in places]
    return Used(memory, size_of(own))


def _place(directory: Path) -> tuple[int, int] | None:
    """The file system that a directory is on, and whose it is; None where it is not there."""
    try:
        status = directory.stat()
    except OSError:
        return None
    return status.st_dev, status.st_uid


def detached_of(root: int) -> int:
    """Bytes of shared memory that a sandbox's processes have made and not attached: sysvipc(7).

    No process holds it. It is read from inside, where only an administrator can go; 0 elsewhere.
    """
    pid = _family(root, _children())[-1]
    try:
        if os.stat(f"/proc/{pid}/ns/ipc").st_ino == os.stat("/proc/self/ns/ipc").st_ino:
            return 0
        said = subprocess.run(
            ["nsenter", "--target", str(pid), "--ipc", "cat", "/proc/sysvipc/shm"],
            capture_output=True,
            text=True,
            timeout=LONGEST_COUNT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    names, *rows = [line.split() for line in said.stdout.splitlines()] or [[]]
    segments = [dict(zip(names, row, strict=False)) for row in rows]
    return sum(int(one["rss"]) for one in segments if one["nattch"] == "0")


def _children() -> dict[int, list[int]]:
    """The processes that each process has started."""
    found: dict[int, list[int]] = defaultdict(list)
    for pid in psutil.pids():
        try:
            # After the name, which may hold anything, in parentheses: the state, the parent.
            words = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        found[int(words[1])].append(pid)
    return found


def _family(root: int, children: dict[int, list[int]]) -> list[int]:
    family = [root]
    for pid in family:
        family += children.get(pid, [])
    return family


def _resident(pid: int) -> int:
    try:
        _, resident, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return 0
    return int(resident) * os.sysconf("SC_PAGE_SIZE")


def _proportional(pid: int, *, besides: Iterable[Key]) -> int:
    """A process's share of memory, without what it has mapped of some files."""
    left_out = {(f"{os.major(device):02x}:{os.minor(device):02x}", f"{n}") for device, n in besides}
    try:
        lines = Path(f"/proc/{pid}/{'smaps' if left_out else 'smaps_rollup'}").read_text()
    except OSError:
        return _resident(pid)
    share, counts = 0, True
    for line in lines.splitlines():
        name, *words = line.split(maxsplit=5)
        if name == "Pss:":
            share += int(words[0]) * 1024 if counts else 0
        elif not name.endswith(":"):  # addresses, rights, offset, device, number, path
            counts = (words[2], words[3]) not in left_out
    return share


def disk_of(*directories: Path) -> int:
    """Bytes on the disk of all below directories; symbolic links are not followed.

    By du(1), whom a path of any depth does not lose. What it cannot count within its time, for
    the number of files, counts as more than any disk has.
    """
    command = ["du", "--summarize", "--one-file-system", "--block-size=1", "--"]
    try:
        said = subprocess.run(
            [*command, *map(str, directories)],
            capture_output=True,
            text=True,
            timeout=LONGEST_COUNT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return UNCOUNTABLE
    # It complains of what goes while it counts, and of a directory that is not there.
    return sum(int(line.split("\t")[0]) for line in said.stdout.splitlines())
