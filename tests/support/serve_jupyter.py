"""Runs a plain Jupyter server in a process that cannot reach the network."""

from __future__ import annotations

from jupyter_server.serverapp import launch_new_instance

import tests.support.no_network  # noqa: F401  (its import is the guard)

if __name__ == "__main__":
    launch_new_instance()
