"""`dost version`."""

from __future__ import annotations

from dost_ext import __version__


def run(argv: list[str]) -> int:
    """Print the version."""
    print(f"dost {__version__}")
    return 0
