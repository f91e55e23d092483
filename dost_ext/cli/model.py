"""`dost model install`: the built-in demo model, for who installed dost with pip."""

from __future__ import annotations

import argparse

from dost_ext.cli.session import finish


def run(argv: list[str]) -> int:
    """Install the engine and the weights of the built-in model."""
    made = argparse.ArgumentParser("dost model", description="The built-in demo model.")
    made.add_argument("action", choices=["install"], help="install its engine and its weights")
    made.parse_args(argv)
    return finish(_install)


async def _install() -> int:
    from dost_ext.models.builtin.weights import install

    install()
    return 0
