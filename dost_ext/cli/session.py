"""What the sub-commands share: their options, and the storage without a server."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir

from dost_ext.core.errors import DostError
from dost_ext.storage import Storage


def parser(command: str, description: str) -> argparse.ArgumentParser:
    """A parser that knows where the data is."""
    made = argparse.ArgumentParser(f"dost {command}", description=description)
    made.set_defaults(
        data_dir=os.environ.get("DOST_DATA_DIR") or str(Path(jupyter_data_dir()) / "dost"),
        database_url=os.environ.get("DOST_DATABASE_URL", ""),
    )
    add_storage_options(made)
    return made


def add_storage_options(to: argparse.ArgumentParser) -> None:
    """The options that name the storage; also for a parser of a sub-command's sub-command."""
    unset = argparse.SUPPRESS
    to.add_argument("--data-dir", default=unset, help="where dost keeps its data")
    to.add_argument(
        "--database-url",
        default=unset,
        help="a PostgreSQL server in place of the embedded one",
    )


def storage_of(arguments: argparse.Namespace) -> Storage:
    """The storage that the options name."""
    data_dir = Path(arguments.data_dir).expanduser().resolve()
    return Storage(data_dir, arguments.database_url)


def finish(work: Callable[[], Coroutine[None, None, int]]) -> int:
    """Run a command to its exit code; an error is one sentence."""
    try:
        return asyncio.run(work())
    except DostError as error:
        print(f"dost: {error.detail}", file=sys.stderr)
        return 1
