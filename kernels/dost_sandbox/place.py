"""What one sandbox has on the machine: a workspace, sockets, and the files that say who it is."""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

# Where a sandbox finds what the server gives it.
INSIDE = "/run/dost"
CONNECTION_FILE = f"{INSIDE}/kernel.json"
# Accounts that a system's own tools do not give to anybody, below the 65,536 of a container.
UIDS = range(40_000, 60_000)


@dataclass(slots=True)
class Place:
    """The directories of one sandbox. `uid` is its account, None for the server's own."""

    root: Path
    workspace: Path
    uid: int | None
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def sockets(self) -> Path:
        """Where the kernel makes its sockets; the only directory here that it may change."""
        return self.root / "s"

    @property
    def address(self) -> str:
        """How the server reaches the kernel: the beginning of its sockets' paths."""
        return str(self.sockets / "k")

    def introduce(self, connection: dict[str, object]) -> None:
        """Write down how the kernel is to be reached, with the paths that it sees itself."""
        told = {**connection, "ip": f"{INSIDE}/{self.sockets.name}/k"}
        self._give(CONNECTION_FILE, json.dumps(told))

    def _give(self, inside: str, text: str) -> None:
        path = self.root / Path(inside).name
        path.write_text(text)
        path.chmod(0o400)
        self._hand_over(path)
        self.files[inside] = path

    def _hand_over(self, path: Path) -> None:
        if self.uid is not None:
            os.chown(path, self.uid, self.uid, follow_symlinks=False)

    def remove(self) -> None:
        """Delete everything but the workspace."""
        shutil.rmtree(self.root, ignore_errors=True)


def made(beside: Path, workspace: Path, guest: int) -> Place:
    """A new place below the directory `beside`, which only the server may enter.

    Nothing of an earlier place is used again: what a sandbox could change, a server that is an
    administrator must not write to. Without one, the account inside is called `guest`.
    """
    uid = _account_of(workspace) if os.geteuid() == 0 else None
    place = Place(Path(tempfile.mkdtemp(prefix="k-", dir=beside)), workspace, uid)
    place.sockets.mkdir(mode=0o700)
    place._hand_over(place.sockets)
    name = uid if uid is not None else guest
    place._give("/etc/passwd", f"dost:x:{name}:{name}:dost:/workspace:/bin/sh\n")
    place._give("/etc/group", f"dost:x:{name}:\n")
    return place


def _account_of(workspace: Path) -> int:
    """Whose a workspace is; a new one is given to an account that nobody else has."""
    owner = workspace.stat().st_uid
    if owner in UIDS:
        return owner
    known = {entry.pw_uid for entry in pwd.getpwall()}
    with os.scandir(workspace.parent) as beside:
        taken = {_owner(entry) for entry in beside}
    free = [uid for uid in UIDS if uid not in known and uid not in taken] or list(UIDS)
    uid = secrets.choice(free)
    for folder, _, names in os.walk(workspace):
        for path in (folder, *(os.path.join(folder, name) for name in names)):
            os.chown(path, uid, uid, follow_symlinks=False)
    return uid


def _owner(entry: os.DirEntry[str]) -> int | None:
    """Whose a directory is; None where it has gone meanwhile."""
    try:
        return entry.stat(follow_symlinks=False).st_uid
    except OSError:
        return None
