"""Having notebooks published, by a process of its own: the server answers others meanwhile."""

from __future__ import annotations

import asyncio
import logging
import sys
from asyncio.subprocess import PIPE

from dost_ext.core.errors import NotReady

log = logging.getLogger("dost")

LONGEST_SECONDS = 300.0
FAILED = "The file could not be made. The server's log says why."


class Publisher:
    """Publishes one notebook at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def publish(self, notebook: bytes, wanted: str) -> bytes:
        """A notebook as `html` or `py`. Raises `NotReady` where it cannot be made."""
        async with self._turn:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "dost_ext.notebooks.published", wanted),
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
            )
            try:
                async with asyncio.timeout(LONGEST_SECONDS):
                    written, complaint = await process.communicate(notebook)
            except TimeoutError:
                raise NotReady(FAILED) from None
            finally:
                if process.returncode is None:  # whoever asked has left, or it took too long
                    process.kill()
                    await process.wait()
        if process.returncode != 0:
            log.warning("a notebook could not be published: %s", complaint.decode()[-2000:])
            raise NotReady(FAILED)
        return written
