"""`dost backup FILE`."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from dost_ext.backup.service import backup
from dost_ext.cli.session import finish, parser, storage_of


def run(argv: list[str]) -> int:
    """Write everything that dost keeps into one file."""
    made = parser("backup", "Write everything that dost keeps into one file, while it runs or not.")
    made.add_argument(
        "file",
        type=Path,
        help="the file to write; an older one is replaced once the new one is whole",
    )
    arguments = made.parse_args(argv)
    return finish(lambda: _backup(arguments))


async def _backup(arguments: argparse.Namespace) -> int:
    storage = storage_of(arguments)
    async with storage.opened() as database:
        key = storage.data_dir / "secret.key"
        await asyncio.to_thread(backup, database.url, arguments.file, secret_key=key)
    size = arguments.file.stat().st_size / 2**20
    print(
        f"Everything is in {arguments.file} ({size:.1f} MB). Keep it safe: it holds the keys too."
    )
    return 0
