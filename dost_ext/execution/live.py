"""An execution while it runs: what it shows, for any number of readers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

from dost_ext.core.sse import frame
from dost_ext.execution.outputs import Outputs
from dost_ext.execution.schemas import Execution

# A reader that is this far behind is given what there is now, instead of how it came about.
MOST_WAITING = 4 * 1024 * 1024


class _Reader:
    """What one reader has not been sent yet."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.size = 0
        self.lost = False


class LiveExecution:
    """The outputs of code that runs, or waits for its turn. A kernel session's listener.

    Readers get the event `execution` with all there is, then each change: `running` when the kernel
    takes the code, what `Outputs` tells, `input` when the code asks for a line and `answered` when
    it has got one, and at the end `done`.
    """

    def __init__(self, about: Execution) -> None:
        self.about = about
        self.outputs = Outputs()
        self.asking: dict[str, Any] | None = None
        self.ended = False
        # Whether the kernel has taken the code.
        self.taken = False
        # Whether it need not be run any more.
        self.unwanted = False
        # Whether something has changed since it was last saved.
        self.unsaved = False
        # Called when it shows something after its end.
        self.changed_late: Callable[[], object] = lambda: None
        self._began = time.monotonic()
        self._readers: set[_Reader] = set()
        self._changed = asyncio.Event()

    @property
    def size(self) -> int:
        """Bytes, about, of what it shows."""
        return self.outputs.size

    def snapshot(self) -> Execution:
        """The execution as it is now."""
        return self.about.model_copy(update={"outputs": list(self.outputs.items)})

    def began(self, execution_count: int | None) -> None:
        """The kernel has taken the code: from here on its time counts."""
        self._began = time.monotonic()
        self.taken = True
        self.about = self.about.model_copy(update={"execution_count": execution_count})
        self._tell("running", {"execution_count": execution_count})

    def shows(self, kind: str, content: dict[str, Any]) -> None:
        """The kernel shows something; after the end, nobody follows any more."""
        events = self.outputs.take(kind, content)
        if not self.ended:
            for event, data in events:
                self._tell(event, data)
        if events and not self.unsaved:
            self.unsaved = True
            if self.ended:
                self.changed_late()

    def asks(self, prompt: str, *, password: bool) -> None:
        """The code waits for a line of input."""
        self.asking = {"prompt": prompt, "password": password}
        self.about = self.about.model_copy(update={"asked": True})
        self._tell("input", self.asking)

    def answered(self) -> None:
        """The line was given."""
        self.asking = None
        self._tell("answered", {})

    def end(self, status: str, execution_count: int | None) -> None:
        """It is over; readers hear of it by `finish`, once it is saved."""
        duration = round((time.monotonic() - self._began) * 1000)
        if execution_count is None:
            execution_count = self.about.execution_count
        self.about = self.about.model_copy(
            update={
                "status": status,
                "execution_count": execution_count,
                "duration_ms": duration,
            }
        )

    def finish(self) -> None:
        """Tell the readers that it is over."""
        self.asking = None
        self.ended = True
        self._tell("done", self._ending())

    async def begun(self) -> None:
        """Wait until the kernel has taken the code, or it is over without that."""
        while not (self.taken or self.ended):
            await self._changed.wait()

    async def over(self) -> Execution:
        """Wait for its end; what it has shown then."""
        while not self.ended:
            await self._changed.wait()
        return self.snapshot()

    async def follow(self) -> AsyncGenerator[bytes, None]:
        """What there is, and then what comes, in batches, to the end."""
        reader = _Reader()
        reader.frames.append(self._opening())
        if self.ended:
            reader.frames.append(frame("done", self._ending()))
        self._readers.add(reader)
        try:
            while True:
                changed = self._changed
                if reader.lost:
                    reader.frames, reader.lost = [self._opening()], False
                    if self.ended:
                        reader.frames.append(frame("done", self._ending()))
                if reader.frames:
                    batch, reader.frames, reader.size = b"".join(reader.frames), [], 0
                    yield batch
                elif self.ended:
                    return
                else:
                    await changed.wait()
        finally:
            self._readers.discard(reader)

    def _opening(self) -> bytes:
        return frame("execution", {**self.snapshot().model_dump(mode="json"), "input": self.asking})

    def _ending(self) -> dict[str, Any]:
        return self.about.model_dump(
            mode="json", include={"execution_count", "status", "duration_ms"}
        )

    def _tell(self, event: str, data: dict[str, Any]) -> None:
        if self._readers:
            encoded = frame(event, data)
            for reader in self._readers:
                self._put(reader, encoded)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _put(self, reader: _Reader, encoded: bytes) -> None:
        if reader.lost:
            return
        reader.frames.append(encoded)
        reader.size += len(encoded)
        if reader.size > MOST_WAITING:
            reader.frames, reader.size, reader.lost = [], 0, True
