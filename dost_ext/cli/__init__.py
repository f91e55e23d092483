"""The `dost` command: the server, or a sub-command that looks after it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module

# Each is a module of this package with `run(argv) -> int`, imported when it is asked for.
COMMANDS = ("backup", "doctor", "model", "restore", "user", "version", "worker")


def main(argv: Sequence[str] | None = None) -> None:
    """Run `dost`."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in COMMANDS:
        run: Callable[[list[str]], int] = import_module(f"dost_ext.cli.{arguments[0]}").run
        sys.exit(run(arguments[1:]))
    if arguments and not arguments[0].startswith("-"):
        # Jupyter would take the word for a file to open.
        print(
            f"dost: there is no command {arguments[0]}. There are {', '.join(COMMANDS)}; "
            "without one, dost starts the server.",
            file=sys.stderr,
        )
        sys.exit(2)
    skip_slow_grammar()
    from dost_ext.app import launch

    launch(arguments)


def skip_slow_grammar() -> None:
    """Keep jsonschema from building a grammar of internationalised URLs as it is imported.

    It costs more than a second of CPU, half of a start. jsonschema does without the package where
    it is absent, and what Jupyter Server validates, its own events, names no such format.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
