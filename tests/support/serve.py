"""Runs `dost` as a person would, in a process that cannot reach the network."""

from __future__ import annotations

import sys

import tests.support.no_network  # noqa: F401  (its import is the guard)
from dost_ext.cli import main

if __name__ == "__main__":
    main(sys.argv[1:])
