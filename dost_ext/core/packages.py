"""Installs packages into the Python that runs, when somebody asks for it."""

from __future__ import annotations

import importlib
import subprocess
import sys

from dost_ext.core.errors import NotReady


def install(*arguments: str, what: str) -> None:
    """Run `pip install` with some arguments.

    Args:
        what: What is installed, as the subject of a sentence.

    Raises:
        NotReady: pip failed; its last lines are in the sentence.
    """
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
        raise NotReady(f"{what} could not be installed: {said}", code="not_installed")
    importlib.invalidate_caches()
