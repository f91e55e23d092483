"""`dost restore FILE`."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from dost_ext.backup.service import restore
from dost_ext.cli.session import finish, parser, storage_of
from dost_ext.migrations import migrate, revisions


def run(argv: list[str]) -> int:
    """Bring back what a backup holds."""
    made = parser("restore", "Bring back everything that a backup holds. Stop dost first.")
    made.add_argument("file", type=Path, help="a file that dost backup wrote")
    made.add_argument(
        "--replace", action="store_true", help="replace what is there now, which is lost"
    )
    arguments = made.parse_args(argv)
    return finish(lambda: _restore(arguments))


async def _restore(arguments: argparse.Namespace) -> int:
    storage = storage_of(arguments)
    async with storage.opened() as database:
        await database.close()
        manifest = await asyncio.to_thread(
            restore,
            database.url,
            arguments.file,
            secret_key=storage.data_dir / "secret.key",
            known_revisions=revisions(),
            replace=arguments.replace,
        )
        await asyncio.to_thread(migrate, database.url)
    print(f"Restored: everything as of {manifest.created_at:%Y-%m-%d %H:%M} UTC.")
    return 0
