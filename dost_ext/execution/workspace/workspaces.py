"""The directories that kernels work in, one for each conversation."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID, uuid4

from dost_ext.execution.workspace.at_gateway import GatewayWorkspaces
from dost_sandbox.usage import UNCOUNTABLE, disk_of


class Workspaces:
    """Directories below one that is the server's own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        # Where kernels work that run at a gateway. A directory here says only that there may be
        # one of the conversation's there.
        self.gateway: GatewayWorkspaces | None = None
        # The attached files that were put into a directory, and how old they are there: one that
        # is deleted there stays deleted.
        self.placed: dict[UUID, dict[UUID, float]] = {}

    def of(self, conversation_id: UUID) -> Path:
        """Where a conversation's files are, made or not."""
        return self.root / str(conversation_id)

    def beside(self, name: str) -> Path:
        """A directory next to all of them."""
        return self.root.parent / name

    async def made(self, conversation_id: UUID) -> Path:
        """The conversation's directory, made where it is not there yet."""
        path = self.of(conversation_id)
        await asyncio.to_thread(path.mkdir, mode=0o700, parents=True, exist_ok=True)
        return path

    async def size(self, conversation_id: UUID) -> int:
        """Bytes of the files that a conversation has.

        0 where nobody can count them: what is there excuses nothing then.
        """
        size = await asyncio.to_thread(disk_of, self.of(conversation_id))
        return size if size < UNCOUNTABLE else 0

    async def stay_as_named(self) -> bool:
        """Whether no spare directory can become a conversation's.

        A gateway starts a kernel anew in the directory where it was first, by its name.
        """
        return self.gateway is not None and await self.gateway.there()

    async def spare(self) -> Path:
        """A new directory that is no conversation's yet."""
        path = self.root / f"spare-{uuid4()}"
        await asyncio.to_thread(path.mkdir, mode=0o700, parents=True)
        return path

    async def adopt(self, spare: Path, conversation_id: UUID) -> bool:
        """Make a spare directory the conversation's; not where that has files already.

        Whoever works in it works on in it: only its name changes.
        """
        try:
            await asyncio.to_thread(spare.rename, self.of(conversation_id))
        except OSError:
            return False
        return True

    def rubbish(self) -> Path:
        """A place for what is to be removed."""
        return self.root / f"rubbish-{uuid4()}"

    async def remove_spare(self, spare: Path) -> None:
        """Delete a spare directory."""
        await _removed(spare)

    async def remove(self, conversation_id: UUID) -> None:
        """Delete what a conversation had."""
        self.placed.pop(conversation_id, None)
        if self.gateway is not None:
            await self.gateway.remove(conversation_id)
        await _removed(self.of(conversation_id))


async def _removed(directory: Path) -> None:
    """Delete a directory by rm(1), which follows no links and minds no depth."""
    removal = await asyncio.create_subprocess_exec("rm", "-rf", "--", str(directory))
    await removal.wait()
