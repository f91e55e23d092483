"""What the sub-commands share: their options, and the services without a server."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

from dost_ext.core.errors import DostError
from dost_ext.services import Options, Services


def parser(command: str, description: str) -> argparse.ArgumentParser:
    """A parser that knows where the data is."""
    made = argparse.ArgumentParser(f"dost {command}", description=description)
    default = os.environ.get("DOST_DATA_DIR") or str(Path(jupyter_data_dir()) / "dost")
    made.add_argument("--data-dir", default=default, help="where dost keeps its data (%(default)s)")
    made.add_argument(
        "--database-url",
        default=os.environ.get("DOST_DATABASE_URL", ""),
        help="a PostgreSQL server in place of the embedded one",
    )
    return made


def options_of(arguments: argparse.Namespace) -> Options:
    """The options as the services take them."""
    data_dir = Path(arguments.data_dir).expanduser().resolve()
    return Options(data_dir, arguments.database_url)


@asynccontextmanager
async def database_open(services: Services) -> AsyncIterator[Services]:
    """The services with their database, beside a running server or without one."""
    await services.open_database()
    try:
        yield services
    finally:
        await services.close_database()


def finish(work: Callable[[], Coroutine[None, None, int]]) -> int:
    """Run a command to its exit code; an error is one sentence."""
    try:
        return asyncio.run(work())
    except DostError as error:
        print(f"dost: {error.detail}", file=sys.stderr)
        return 1
