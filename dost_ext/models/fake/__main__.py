"""Runs the fake model alone: ``python -m dost_ext.models.fake --port 9000``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys

from dost_ext.models.fake.script import DEFAULT_PACE
from dost_ext.models.fake.server import FakeModel


async def serve(port: int, tokens_per_second: float) -> None:
    """Serve until told to stop; the first line of the output is the server's URL."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    fake = FakeModel(tokens_per_second=tokens_per_second)
    await fake.start(port)
    sys.stdout.write(f"{fake.url}\n")
    sys.stdout.flush()
    await stopped.wait()
    await fake.stop()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m dost_ext.models.fake", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--tokens-per-second", type=float, default=DEFAULT_PACE)
    given = parser.parse_args()
    asyncio.run(serve(given.port, given.tokens_per_second))


if __name__ == "__main__":
    main()
