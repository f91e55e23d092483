"""What of the machine a kernel's program needs to see."""

from __future__ import annotations

import os
import shutil
import site
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

# Everybody's programs and libraries, and what of /etc they look for.
SYSTEM = "/usr"
ROOT_NAMES = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
SETTINGS = (
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/localtime",
    "/etc/matplotlibrc",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/R",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/timezone",
    # How many cores there are.
    "/sys/devices/system/cpu",
)
NETWORK_SETTINGS = ("/etc/hosts", "/etc/resolv.conf")


def needed_by(command: Sequence[str], also: Iterable[Path] = ()) -> list[Path]:
    """Directories (or files) outside /usr that a command has to read, outer ones first."""
    program = Path(shutil.which(command[0]) or command[0]).absolute()
    found = {*_installation(program), *_installation(program.resolve()), *also}
    if program.resolve() == Path(sys.executable).resolve():
        found |= {Path(sys.prefix), Path(sys.base_prefix)}
        if site.ENABLE_USER_SITE:
            found.add(Path(site.getusersitepackages()))
    outside = {path for path in found if path.exists() and not path.is_relative_to(SYSTEM)}
    return sorted(path for path in outside if not outside.intersection(path.parents))


def _installation(program: Path) -> set[Path]:
    """The directory that a program and its libraries are installed in."""
    prefix = program.parent.parent
    too_wide = (Path("/"), Path.home(), *Path.home().parents)
    if program.parent.name != "bin" or prefix in too_wide:
        return {program}
    return {prefix, *_base_of(prefix)}


def _base_of(prefix: Path) -> set[Path]:
    """Where a Python virtual environment has its Python from."""
    try:
        settings = (prefix / "pyvenv.cfg").read_text()
    except OSError:
        return set()
    homes = (line.partition("=") for line in settings.splitlines())
    return {
        folder.parent
        for name, _, value in homes
        if name.strip() == "home"
        for folder in (Path(value.strip()), Path(os.path.realpath(value.strip())))
    }
