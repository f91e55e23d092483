"""The `%dost` and `%%dost` magics: `%load_ext dost_magic` in any IPython kernel."""

from __future__ import annotations

from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the magics to `shell`."""
    from dost_magic.magic import DostMagics

    shell.register_magics(DostMagics)
