"""`dost model install`: the models that come with dost, for who installed it with pip."""

from __future__ import annotations

import argparse

from dost_ext.cli.session import finish


def run(argv: list[str]) -> int:
    """Install what the built-in models run on, and their weights."""
    made = argparse.ArgumentParser("dost model", description="The models that come with dost.")
    made.add_argument("action", choices=["install"], help="install demo model and embedder")
    made.parse_args(argv)
    return finish(_install)


async def _install() -> int:
    from dost_ext.models.builtin import weights
    from dost_ext.rag.embedding import files

    weights.install()
    files.install()
    return 0
