"""Child processes of dost's own: what they are given, and one that is started again."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Mapping

from dost_ext.core.lifeline import VARIABLE

log = logging.getLogger("dost")

# A child that dies at once is tried again ever more slowly, up to this.
LONGEST_PAUSE = 60.0
STEADY_SECONDS = 30.0


async def keep_running(*words: str, environment: Mapping[str, str]) -> None:
    """Run `python -m WORDS`, again whenever it ends, until cancelled; then end it with SIGTERM.

    `environment` is added to this process's own. The child also ends when this process dies,
    however it dies.
    """
    pause = 1.0
    while True:
        began = asyncio.get_running_loop().time()
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            env={**os.environ, **environment, VARIABLE: str(os.getpid())},
        )
        try:
            code = await child.wait()
        except asyncio.CancelledError:
            await _end(child)
            raise
        steady = asyncio.get_running_loop().time() - began > STEADY_SECONDS
        pause = 1.0 if steady else min(2 * pause, LONGEST_PAUSE)
        log.warning("%s ended with %s; starting it again", " ".join(words), code)
        await asyncio.sleep(pause)


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is not None:
        return
    child.terminate()
    try:
        await asyncio.wait_for(child.wait(), 3)
    except TimeoutError:
        child.kill()
        await child.wait()


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for a child that works on text from anyone: it holds no key, no password."""
    return {
        name: value
        for name, value in environment.items()
        if not name.endswith(("_API_KEY", "_TOKEN", "_SECRET_KEY", "DATABASE_URL"))
    }
