"""`dost backup FILE`."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from dost_ext.backup.service import backup
from dost_ext.cli.session import database_open, finish, options_of, parser
from dost_ext.services import Services


def run(argv: list[str]) -> int:
    """Write everything that dost keeps into one file."""
    made = parser("backup", "Write everything that dost keeps into one file, while it runs or not.")
    made.add_argument("file", type=Path, help="the file to write; an older one is replaced once the new one is whole")
    arguments = made.parse_args(argv)
    return finish(lambda: _backup(arguments))


async def _backup(arguments: argparse.Namespace) -> int:
    options = options_of(arguments)
    async with database_open(Services(options)) as services:
        await asyncio.to_thread(
            backup,
            services.database.url,
            arguments.file,
            secret_key=options.data_dir / "secret.key",
        )
    size = arguments.file.stat().st_size / 2**20
    print(
        f"Everything is in {arguments.file} ({size:.1f} MB). Keep it safe: it holds the keys too."
    )
    return 0
