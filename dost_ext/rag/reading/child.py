"""The process that reads one file: caps itself, reads, sends, and ends."""

from __future__ import annotations

import contextlib
import logging
import math
import multiprocessing
import os
import resource
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from typing import Protocol, TypeVar

from dost_ext.rag.reading.limits import Limits
from dost_ext.rag.reading.parts import Unreadable

Item = TypeVar("Item", covariant=True)

TOO_MUCH_MEMORY = (
    "Reading this file took too much memory. Split it into smaller ones, or save it anew."
)


class Work(Protocol[Item]):
    """What is done with a file: a function that can be imported by its name."""

    def __call__(self, filename: str, content: bytes, *, main_text: bool) -> Iterator[Item]:
        """Give one thing after the other. Raises `Unreadable`."""
        ...


def main(line: Connection, limits: Limits, work: Work[object]) -> None:
    """Work on the file that comes through `line`: its name and how to read it, then its content.

    Sent back is what the work gives, one by one; then `Unreadable` if that is how it ended, and
    None when all is told.
    """
    end_with_worker()
    be_silent()
    filename, main_text = line.recv()
    content = line.recv_bytes()
    cap(limits)
    # The worker hangs up when nobody waits any more.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        _tell(line, work(filename, content, main_text=main_text))


def _tell(line: Connection, items: Iterator[object]) -> None:
    try:
        for item in items:
            line.send(item)
    except Unreadable as error:
        line.send(Unreadable(error.sentence))
    except MemoryError:
        line.send(Unreadable(TOO_MUCH_MEMORY))
    line.send(None)


def end_with_worker() -> None:
    """Die when the worker does, even by SIGKILL and in the middle of a long regular expression.

    The parent of this process is the fork server, which lives as long as one of its children; so
    it is the pipe from the worker that tells.
    """
    worker = multiprocessing.parent_process()
    assert worker is not None
    if sys.platform == "linux":
        import fcntl

        # The kernel sends this signal when the pipe's other end is gone; nothing is ever written.
        fcntl.fcntl(worker.sentinel, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(worker.sentinel, fcntl.F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(worker.sentinel, fcntl.F_GETFL)
        fcntl.fcntl(worker.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)
        if wait([worker.sentinel], 0):
            os._exit(1)
        return

    def watch() -> None:
        wait([worker.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def be_silent() -> None:
    """Say nothing: libraries have remarks about every second file."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    logging.disable()
    warnings.simplefilter("ignore")
    # Ctrl-C is for the worker, which then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def cap(limits: Limits) -> None:
    """Have the kernel hold this process to its limits; macOS does not know all of them."""
    seconds = math.ceil(limits.total)
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))
