"""Reading in a process of its own, so that no file can harm the worker or make it wait for ever."""

from __future__ import annotations

import asyncio
import multiprocessing
import multiprocessing.forkserver
import signal
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Generic, TypeVar

from dost_ext.rag.reading import child
from dost_ext.rag.reading.limits import Limits
from dost_ext.rag.reading.parts import Unreadable

TOO_LONG = (
    "Reading this file took too long. Save it anew, for example by printing it to a PDF, or split "
    "it into smaller ones."
)
CRASHED = "Reading this file made the reading program crash. It may be damaged; save it anew."
# More at once would only wait for each other; each is a process and a thread.
AT_ONCE = 4
_PRELOADED = ["dost_ext.rag.reading.preload"]

T = TypeVar("T")
Item = TypeVar("Item")


# One at a time looks like a module while it starts a process.
_STARTING = threading.Lock()
# What ends so, a process that is started does not import.
_MODULE = ModuleSpec("dost_ext.__main__", None)


@contextmanager
def _importing_no_script() -> Iterator[None]:
    """Have processes that are started here not import the script that runs this one.

    They would do so each, since they might need what it defines: `jupyter lab` takes five seconds.
    """
    program = sys.modules["__main__"]
    if program.__spec__ is not None:
        yield
        return
    program.__spec__ = _MODULE
    try:
        yield
    finally:
        program.__spec__ = None


class Closed(RuntimeError):
    """The reader was closed before the file was read."""


class Reader(Generic[Item]):
    """Reads files, each in a process forked for it. One is enough for a worker.

    A file that takes too long, too much memory or the process's life is `Unreadable`; others that
    are being read do not notice. The processes end when this one does, however it does.
    """

    def __init__(self, work: child.Work[Item], *, limits: Limits | None = None) -> None:
        """Start the fork server, which imports what reads files; nothing waits for it.

        Args:
            work: What is done with a file, `reader.read` or more.
        """
        self._work = work
        self._limits = limits or Limits()
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([work.__module__, *_PRELOADED])
        multiprocessing.forkserver.ensure_running()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._readings: set[_Reading[Item]] = set()
        self._closed = False

    async def read(
        self, filename: str, content: bytes, *, main_text: bool = False
    ) -> AsyncGenerator[Item, None]:
        """What the work gives, as it comes.

        Whoever stops early closes the generator (`contextlib.aclosing`), which ends the process.

        Raises `Unreadable`; `Closed` when the reader is closed meanwhile.
        """
        async with self._places:
            self._refuse_if_closed()
            reading = _Reading(self._context, self._limits, self._work)
            self._readings.add(reading)
            try:
                await reading.start(filename, content, main_text)
                while (item := await reading.next()) is not None:
                    if isinstance(item, Unreadable):
                        raise item
                    yield item
            except _Ended as ended:
                self._refuse_if_closed()
                raise Unreadable(ended.sentence) from ended
            finally:
                self._readings.discard(reading)
                await reading.end()

    async def close(self) -> None:
        """End every process that is reading."""
        self._closed = True
        for reading in tuple(self._readings):
            await reading.end()

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise Closed


class _Ended(Exception):
    """The process ended, or was ended, before it had told all."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class _Reading(Generic[Item]):
    """One file's process.

    Whatever may block is done in one thread of its own, so in order: what is closed at the end is
    not in use any more.
    """

    def __init__(self, context: ForkServerContext, limits: Limits, work: child.Work[Item]) -> None:
        self._limits = limits
        self._left = limits.total
        self._thread = ThreadPoolExecutor(1, "reading")
        self._line, theirs = context.Pipe()
        self._theirs = theirs
        self._process: ForkServerProcess = context.Process(
            target=child.main, args=(theirs, limits, work), daemon=True
        )
        self._over: asyncio.Task[None] | None = None

    async def start(self, filename: str, content: bytes, main_text: bool) -> None:
        """Start the process and send it the file."""
        # Neither forks nor imports are the file's fault: they are not counted.
        await self._in_thread(self._begin)
        self._theirs.close()

        def send() -> None:
            self._line.send((filename, main_text))
            self._line.send_bytes(content)

        await self._timed(send)

    def _begin(self) -> None:
        with _STARTING, _importing_no_script():
            self._process.start()

    async def next(self) -> Item | Unreadable | None:
        """What the process says next; None at the end.

        Raises `_Ended` when it says no more.
        """
        item: Item | Unreadable | None = await self._timed(self._line.recv)
        return item

    async def end(self) -> None:
        """Kill the process if it lives, and leave nothing of it behind, cancelled or not."""
        if self._over is None:
            # Not in the thread, which may be waiting for the process.
            if self._process.pid is not None:
                self._process.kill()
            self._over = asyncio.ensure_future(self._in_thread(self._bury))
            self._over.add_done_callback(lambda _: self._thread.shutdown(wait=False))
        await asyncio.shield(self._over)

    def _bury(self) -> None:
        self._line.close()
        self._theirs.close()
        if self._process.pid is not None:
            self._process.kill()
            self._process.join()
            self._process.close()

    async def _timed(self, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(min(self._limits.silence, self._left)):
                return await self._in_thread(work)
        except TimeoutError as error:
            raise _Ended(TOO_LONG) from error
        except (EOFError, OSError) as error:
            if self._over is not None:
                raise _Ended("") from error
            raise _Ended(await self._in_thread(self._last_words)) from error
        finally:
            self._left -= loop.time() - began

    def _last_words(self) -> str:
        """Why a process that went without a word did, as far as its end tells."""
        self._process.join(5)
        code = self._process.exitcode
        if code == -signal.SIGXCPU:
            return TOO_LONG
        # The kernel's choice when memory is short. RLIMIT_AS is told by the process itself.
        return child.TOO_MUCH_MEMORY if code == -signal.SIGKILL else CRASHED

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
