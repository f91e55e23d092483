"""What sandboxes use of the machine, where the system itself sets no bound to the sum."""

from __future__ import annotations

import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import psutil

# Seconds; a million files take a few.
LONGEST_COUNT = 30.0
UNCOUNTABLE = 2**63


def memory_of(roots: Iterable[int], enough: int) -> dict[int, int]:
    """Bytes of memory that processes and all they have started hold, by the first one's id.

    What is shared counts once where the sum would otherwise be more than `enough`: that takes the
    system longer to say.
    """
    children = _children()
    found = {}
    for root in roots:
        family = _family(root, children)
        rough = sum(_resident(pid) for pid in family)
        found[root] = rough if rough <= enough else sum(_proportional(pid) for pid in family)
    return found


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


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return _resident(pid)
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def disk_of(directory: Path) -> int:
    """Bytes on the disk of all below a directory; symbolic links are not followed.

    By du(1), whom a path of any depth does not lose. What it cannot count within its time, for
    the number of files, counts as more than any disk has.
    """
    command = ["du", "--summarize", "--one-file-system", "--block-size=1", "--", str(directory)]
    try:
        said = subprocess.run(
            command, capture_output=True, text=True, timeout=LONGEST_COUNT, check=False
        )
    except subprocess.TimeoutExpired:
        return UNCOUNTABLE
    # It complains of what goes while it counts, and of a directory that is not there.
    return int(said.stdout.split("\t")[0] or 0)
