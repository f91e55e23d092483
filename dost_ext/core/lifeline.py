"""Ties a child process to its parent's life, however the parent ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


VARIABLE = "DOST_DIE_WITH_PARENT"


def obey_environment(number: signal.Signals = signal.SIGTERM) -> None:
    """Die with the parent where `DOST_DIE_WITH_PARENT` holds its process id."""
    parent = os.environ.get(VARIABLE, "")
    if parent.isdecimal():
        die_with_parent(number, int(parent))


def die_with_parent(number: signal.Signals = signal.SIGTERM, parent: int | None = None) -> None:
    """Have the kernel send this process a signal when its parent dies. Linux only.

    `parent` is the process that started this one: with it, a parent that was gone before this was
    called is noticed too. Elsewhere nothing happens: a terminal that closes still sends SIGHUP to
    its whole group.
    """
    if sys.platform != "linux":
        return
    expected = parent or os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != expected:
        os.kill(os.getpid(), number)
