"""What can go wrong, each shown in the cell as one sentence instead of a traceback."""

from __future__ import annotations


class DostError(Exception):
    """Something that the reader of the cell is told in one sentence."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows for this exception."""
        return [f"dost: {self}"]


class NoServer(DostError):
    """No server was found, or it does not answer."""


class Refused(DostError):
    """The server answered with a problem."""

    def __init__(self, sentence: str, status: int = 0, code: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code


class UnknownVariable(DostError):
    """A prompt names a variable that the notebook does not have."""


class BadOption(DostError):
    """The line after `%dost` or `%%dost` cannot be read."""


class Stopped(KeyboardInterrupt):
    """The reader interrupted the answer; what has come stays.

    It is raised on, so that "Run all cells" ends here like with any other interrupted cell.
    """

    def _render_traceback_(self) -> list[str]:
        """What IPython shows for this exception."""
        return ["dost: Stopped. What had come is kept in the conversation."]
