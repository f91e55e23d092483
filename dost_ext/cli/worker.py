"""`dost worker`: take jobs, beside the server or on another machine."""

from __future__ import annotations

import argparse
from pathlib import Path

from dost_ext.cli.session import finish, parser, storage_of
from dost_ext.core.lifeline import obey_environment
from dost_ext.core.secret import EMBEDDERS, derive_key, load_secret


def run(argv: list[str]) -> int:
    """Take jobs until stopped."""
    made = parser(
        "worker",
        "Takes jobs from the database. Each server starts one; more, on this machine or on others "
        "that reach the database, share the load.",
    )
    arguments = made.parse_args(argv)
    obey_environment()
    data_dir = Path(arguments.data_dir).expanduser().resolve()
    return finish(lambda: _work(arguments, data_dir))


async def _work(arguments: argparse.Namespace, data_dir: Path) -> int:
    from dost_ext.models.keys import KeyBox
    from dost_ext.worker import work

    secret = load_secret(data_dir)
    async with storage_of(arguments).opened() as database:
        await work(database, KeyBox(derive_key(secret, EMBEDDERS)))
    return 0
