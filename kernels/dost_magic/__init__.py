"""The `%dost` and `%%dost` magics: `%load_ext dost_magic` in any IPython kernel."""

from __future__ import annotations

from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the magics to `shell`."""
    from dost_magic.magic import DostMagics
    from dost_magic.questions import Question

    shell.register_magics(DostMagics)
    transformers = shell.input_transformer_manager.token_transformers
    if Question not in transformers:
        transformers.append(Question)
