"""The magics themselves."""

from __future__ import annotations

import os

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand

from dost_magic.client import DostClient
from dost_magic.conversation import Conversation
from dost_magic.discovery import find_server
from dost_magic.documents import COMMANDS, Documents
from dost_magic.errors import BadOption
from dost_magic.interpolation import interpolate
from dost_magic.options import parse

USAGE = "Write a question: %dost what is a kernel? — or %dost status, or %dost docs."


@magics_class
class DostMagics(Magics):
    """`%dost` and `%%dost`."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._conversation: Conversation | None = None

    @no_var_expand
    @line_magic("dost")  # type: ignore[arg-type]
    def dost_line(self, line: str) -> None:
        """`%dost QUESTION` answers below the cell; `%dost status` says which server is used.

        `%dost docs` lists documents, `%dost docs add FILE` adds some, and `%dost docs search
        QUESTION` finds passages in them.
        """
        first, _, rest = line.strip().partition(" ")
        if line.strip() == "status":
            self._status()
        elif first == "docs" and (not rest or rest.split()[0] in COMMANDS):
            Documents(self._current().client).do(rest)
        else:
            self._ask(line, "")

    @no_var_expand
    @cell_magic("dost")  # type: ignore[arg-type]
    def dost_cell(self, line: str, cell: str) -> None:
        """`%%dost [--model NAME] [--docs NAME] [--new]` sends the cell's text and shows the answer.

        `--docs` names a document or a collection that the answers are to rest on. `{name}` is
        filled with a notebook variable. All cells of a session are one conversation; `--new` starts
        another one.
        """
        self._ask(line, cell)

    def _ask(self, line: str, cell: str) -> None:
        options = parse(line)
        prompt = "\n".join(part for part in (options.rest, cell.strip("\n")) if part.strip())
        if not prompt:
            raise BadOption(USAGE)
        assert self.shell is not None
        prompt = interpolate(prompt, self.shell.user_ns)
        conversation = self._current(options.new)
        named = Documents(conversation.client).named(options.docs) if options.docs else None
        conversation.ask(prompt, options.model, named)

    def _current(self, new: bool = False) -> Conversation:
        """The session's conversation; another one when asked for or when the server changed."""
        server = find_server(os.environ)
        if self._conversation is None or new or self._conversation.client.server != server:
            self._conversation = Conversation(DostClient(server))
        return self._conversation

    def _status(self) -> None:
        conversation = self._current()
        client = conversation.client
        version = client.get("health").get("version", "unknown")
        models = client.get("models")
        model = conversation.model or models.get("default_model") or "none configured"
        print(f"Server        {client.server.url} (dost {version})")  # noqa: T201
        print(f"Signed in as  {client.get('auth/me')['username']}")  # noqa: T201
        print(f"Model         {model} ({len(models['items'])} available)")  # noqa: T201
        print(f"Conversation  {conversation.id or 'starts with the first question'}")  # noqa: T201
