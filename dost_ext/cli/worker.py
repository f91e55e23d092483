"""`dost worker`: take jobs, beside the server or on another machine."""

from __future__ import annotations

import argparse

from dost_ext.cli.session import finish, parser, storage_of
from dost_ext.core.lifeline import obey_environment


def run(argv: list[str]) -> int:
    """Take jobs until stopped."""
    made = parser(
        "worker",
        "Takes jobs from the database. Each server starts one; more, on this machine or on others "
        "that reach the database, share the load.",
    )
    arguments = made.parse_args(argv)
    obey_environment()
    return finish(lambda: _work(arguments))


async def _work(arguments: argparse.Namespace) -> int:
    from dost_ext.worker import work

    async with storage_of(arguments).opened() as database:
        await work(database)
    return 0
