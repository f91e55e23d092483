"""An answer that grows in a cell's output."""

from __future__ import annotations

import time

from IPython.display import DisplayHandle, Markdown, display

from dost_magic.safety import harmless

INTERVAL = 1 / 15
"""Seconds between two updates: each carries the whole text so far."""

THINKING = "*Thinking…*"


class GrowingAnswer:
    """Markdown in the output of the running cell, updated in place."""

    def __init__(self) -> None:
        self.text = ""
        self._shown = THINKING
        self._updated = time.monotonic()
        handle = display(Markdown(THINKING), display_id=True)  # type: ignore[no-untyped-call]
        # Outside a kernel (a plain terminal) there is nothing to update.
        self._handle: DisplayHandle | None = handle

    def add(self, text: str) -> None:
        """Let the answer grow by `text`; shown at once when the last update is long enough ago."""
        self.text += text
        if time.monotonic() - self._updated >= INTERVAL:
            self.flush()

    def flush(self) -> None:
        """Show all there is."""
        if self._handle is not None and self.text != self._shown:
            self._handle.update(Markdown(harmless(self.text)))  # type: ignore[no-untyped-call]
            self._shown = self.text
        self._updated = time.monotonic()
