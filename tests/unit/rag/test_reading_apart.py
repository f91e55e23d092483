"""Reading in a process of its own: limits, crashes, cancelling, and the worker's death."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path

import psutil
import pytest

from dost_ext.rag.reading.apart import CRASHED, TOO_LONG, Closed, Reader
from dost_ext.rag.reading.child import TOO_MUCH_MEMORY
from dost_ext.rag.reading.limits import Limits
from dost_ext.rag.reading.parts import Contents, Part, Read, Unreadable
from dost_ext.rag.reading.reader import read
from tests.support.documents import pdf, slow_pdf
from tests.support.reading import collected_later

ROOT = Path(__file__).parents[3]
SLOW = slow_pdf()
# The worker of the last test: it reads for ever and says when it has begun.
WORKER = """
import asyncio, sys
from dost_ext.rag.reading.apart import Reader
from dost_ext.rag.reading.reader import read

async def main():
    async for item in Reader(read).read("slow.pdf", sys.stdin.buffer.read()):
        print("began", flush=True)

if __name__ == "__main__":
    asyncio.run(main())
"""


async def reading() -> list[psutil.Process]:
    """The processes that are reading, once there is one."""

    def found() -> list[psutil.Process]:
        # This process may have children of other tests as well: servers, with theirs.
        children = psutil.Process().children()
        forking = [p for p in children if "forkserver" in str(p.as_dict(["cmdline"]))]
        return [process for server in forking for process in server.children()]

    await until(found)
    return found()


async def gone(processes: list[psutil.Process]) -> None:
    """Wait until none of them runs, not even as a zombie."""
    await until(lambda: not any(process.is_running() for process in processes))


async def until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 (what is waited for has no event)
        await asyncio.sleep(0.02)


def with_reader(
    work: Callable[[Reader[Read]], Awaitable[None]], limits: Limits | None = None
) -> None:
    """Run `work` with a reader that is closed afterwards."""

    async def run() -> None:
        reader = Reader(read, limits=limits or Limits())
        try:
            await work(reader)
        finally:
            await reader.close()

    asyncio.run(run())


def test_what_is_read_arrives_as_it_is() -> None:
    async def work(reader: Reader[Read]) -> None:
        found = await collected_later(reader.read("a.pdf", pdf("one", "two")))
        assert found.contents == Contents("application/pdf", "", 2)
        assert found.parts == [Part("one", "plain", 1), Part("two", "plain", 2)]

    with_reader(work)


def test_large_files_go_through() -> None:
    async def work(reader: Reader[Read]) -> None:
        found = await collected_later(reader.read("a.txt", b"word " * 3_000_000))
        assert len(found.text.split()) == 3_000_000

    with_reader(work)


def test_a_refusal_arrives_with_its_sentence() -> None:
    async def work(reader: Reader[Read]) -> None:
        with pytest.raises(Unreadable, match="This file is empty"):
            await collected_later(reader.read("a.txt", b""))

    with_reader(work)


@pytest.mark.parametrize(
    "limits", [Limits(silence=0.5), Limits(total=0.5)], ids=["silence", "total"]
)
def test_what_takes_too_long_is_ended(limits: Limits) -> None:
    async def work(reader: Reader[Read]) -> None:
        with pytest.raises(Unreadable) as caught:
            await collected_later(reader.read("slow.pdf", SLOW))
        assert caught.value.sentence == TOO_LONG

    with_reader(work, limits)


def test_what_takes_too_much_memory_is_ended_and_others_go_on() -> None:
    async def work(reader: Reader[Read]) -> None:
        with pytest.raises(Unreadable) as caught:
            await collected_later(reader.read("a.txt", b"a" * 600_000_000))
        assert caught.value.sentence == TOO_MUCH_MEMORY
        assert (await collected_later(reader.read("a.txt", b"words"))).text == "words"

    # Less than the bytes and the text that they are.
    with_reader(work, Limits(memory=1_000_000_000))


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(signal.SIGSEGV, CRASHED), (signal.SIGKILL, TOO_MUCH_MEMORY), (signal.SIGXCPU, TOO_LONG)],
    ids=["crash", "memory", "time"],
)
def test_a_process_that_dies_costs_only_its_file(number: int, sentence: str) -> None:
    async def work(reader: Reader[Read]) -> None:
        task = asyncio.create_task(collected_later(reader.read("slow.pdf", SLOW)))
        for process in await reading():
            process.send_signal(number)
        with pytest.raises(Unreadable) as caught:
            await task
        assert caught.value.sentence == sentence
        assert (await collected_later(reader.read("a.txt", b"words"))).text == "words"

    with_reader(work)


def test_cancelling_ends_the_process() -> None:
    async def work(reader: Reader[Read]) -> None:
        task = asyncio.create_task(collected_later(reader.read("slow.pdf", SLOW)))
        processes = await reading()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await gone(processes)

    with_reader(work)


def test_closing_the_generator_ends_the_process() -> None:
    async def work(reader: Reader[Read]) -> None:
        async with aclosing(reader.read("slow.pdf", SLOW)) as items:
            assert isinstance(await anext(items), Contents)
            processes = await reading()
        await gone(processes)

    with_reader(work)


def test_closing_the_reader_is_no_fault_of_the_file() -> None:
    async def work(reader: Reader[Read]) -> None:
        task = asyncio.create_task(collected_later(reader.read("slow.pdf", SLOW)))
        processes = await reading()
        await reader.close()
        with pytest.raises(Closed):
            await task
        await gone(processes)

    with_reader(work)


def test_nothing_is_left_open() -> None:
    async def work(reader: Reader[Read]) -> None:
        await collected_later(reader.read("a.txt", b"words"))
        before = len(os.listdir("/dev/fd"))
        for _ in range(5):
            await collected_later(reader.read("a.txt", b"words"))
        assert len(os.listdir("/dev/fd")) == before

    with_reader(work)


def test_the_processes_die_with_a_worker_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "reads.py"
    script.write_text(WORKER)
    worker = subprocess.Popen(
        [sys.executable, script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    with worker:
        worker.stdin.write(SLOW)
        worker.stdin.close()
        assert worker.stdout.readline() == b"began\n"
        descendants = psutil.Process(worker.pid).children(recursive=True)
        # The fork server, the process that reads, and multiprocessing's tracker of resources.
        assert len(descendants) == 3
        worker.kill()
        assert psutil.wait_procs(descendants, timeout=60)[1] == []
