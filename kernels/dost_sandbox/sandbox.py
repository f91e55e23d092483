"""What a sandbox lets in, and how much of the machine it may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

WORKSPACE = "/workspace"


@dataclass(frozen=True, slots=True)
class Limits:
    """What all that runs in one sandbox may use."""

    # Bytes. The kernel's system refuses one process more than this of memory of its own;
    # the sum over the processes is for whoever watches them (`dost_sandbox.usage`).
    memory: int
    # Processes and threads.
    processes: int
    # Bytes of one file; the sum is for whoever watches.
    disk: int
    # Processor cores; 0 stands for all there are.
    cores: int = 0
    # Whether it is in the machine's network, loopback addresses included, or in one of its own.
    network: bool = False


@dataclass(frozen=True, slots=True)
class Sandbox:
    """How one kernel is confined."""

    limits: Limits
    # Variables besides the few that every sandbox has.
    environment: Mapping[str, str] = field(default_factory=dict)
    # Files of the machine by their path inside, below /tmp.
    files: Mapping[str, Path] = field(default_factory=dict)
    # Directories of the machine that stay out, also where one that is let in contains them.
    hidden: tuple[Path, ...] = ()
