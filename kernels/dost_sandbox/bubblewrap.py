"""The command that runs another in a sandbox, by bubblewrap and util-linux.

The namespaces, mounts and their traps: bubblewrap(1), namespaces(7), credentials(7).
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from dost_sandbox import programs
from dost_sandbox.place import INSIDE, Place
from dost_sandbox.sandbox import WORKSPACE, Limits, Sandbox

PROGRAM = "bwrap"
# Bytes of /tmp and of /dev/shm, which are memory.
SCRATCH = 256 * 2**20
OPEN_FILES = 1024
# The server's answers come before what code computes.
NICENESS = 5
# Where memory runs out, code is what goes.
OUT_OF_MEMORY_SCORE = 1000
# Whom code finds itself to be, where the server is no administrator and so cannot give it a real
# account of its own.
GUEST = 1000


# For bubblewrap itself.
BARE = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


def wrapped(
    command: Sequence[str],
    sandbox: Sandbox,
    place: Place,
    variables: Mapping[str, str],
    readable: Sequence[Path],
) -> tuple[list[str], int]:
    """A command in its sandbox, and a file descriptor that it inherits; the caller closes it.

    bubblewrap reads its arguments from there: a command line can be read from inside.
    """
    options = [
        *_namespaces(sandbox.limits),
        *_system(sandbox.limits),
        *_mounts(sandbox, place, readable),
        *_variables(_environment(variables, command)),
        *("--chdir", "/", "--remount-ro", "/"),
    ]
    descriptor = os.memfd_create("arguments", 0)
    os.write(descriptor, b"".join(os.fsencode(option) + b"\0" for option in options))
    os.lseek(descriptor, 0, os.SEEK_SET)
    outer = [PROGRAM, "--args", str(descriptor), "--", *_limited(sandbox.limits, place.uid)]
    return [*outer, *command], descriptor


def _namespaces(limits: Limits) -> list[str]:
    shared = [] if limits.network else ["--unshare-net"]
    apart = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    always = ["--hostname", "dost", "--die-with-parent", "--clearenv"]
    if os.geteuid() == 0:
        # What setpriv needs to become somebody else; it drops the rest.
        keep = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")
        who = ["--cap-drop", "ALL", *(word for name in keep for word in ("--cap-add", name))]
    else:
        who = ["--unshare-user", "--uid", str(GUEST), "--gid", str(GUEST)]
        if _knows("--disable-userns"):
            who.append("--disable-userns")
    return [*apart, *shared, *who, *always]


@functools.cache
def _knows(option: str) -> bool:
    """Whether this bubblewrap has an option."""
    said = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=False)
    return option in said.stdout + said.stderr


def _system(limits: Limits) -> list[str]:
    """Programs and libraries that everybody has, and nothing else of the machine."""
    options = ["--ro-bind", programs.SYSTEM, programs.SYSTEM]
    for name in programs.ROOT_NAMES:
        path = Path("/", name)
        if path.is_symlink():
            options += ["--symlink", os.readlink(path), str(path)]
        elif path.exists():
            options += ["--ro-bind", str(path), str(path)]
    wanted = programs.SETTINGS + (programs.NETWORK_SETTINGS if limits.network else ())
    options += _parents(*wanted)
    for setting in wanted:
        options += ["--ro-bind-try", setting, setting]
    options += ["--proc", "/proc", "--dev", "/dev", *_scratch("/dev/shm"), "--remount-ro", "/dev"]  # noqa: S108
    return [*options, *_scratch("/tmp")]  # noqa: S108


def _scratch(path: str) -> list[str]:
    return ["--size", str(SCRATCH), "--perms", "1777", "--tmpfs", path]


def _mounts(sandbox: Sandbox, place: Place, readable: Sequence[Path]) -> list[str]:
    options = _parents(*map(str, readable))
    for path in readable:
        options += ["--ro-bind", str(path), str(path)]
    for hidden in sandbox.hidden:
        if any(hidden.is_relative_to(path) for path in (*readable, Path(programs.SYSTEM))):
            options += ["--perms", "0555", "--tmpfs", str(hidden), "--remount-ro", str(hidden)]
    for inside, path in sandbox.files.items():
        options += _parents(inside, mode="0777")
        options += ["--ro-bind", str(path), inside]
    options += _parents(f"{INSIDE}/x")
    for inside, path in place.files.items():
        options += ["--ro-bind", str(path), inside]
    options += ["--bind", str(place.sockets), f"{INSIDE}/{place.sockets.name}"]
    return [*options, "--bind", str(place.workspace), WORKSPACE]


def _parents(*paths: str, mode: str = "0755") -> list[str]:
    """The directories above paths; bubblewrap would make them for itself alone."""
    skip = {"/", "/usr", "/tmp", *(f"/{name}" for name in programs.ROOT_NAMES)}  # noqa: S108
    parents = {str(parent) for path in paths for parent in PurePosixPath(path).parents} - skip
    return [word for path in sorted(parents) for word in ("--perms", mode, "--dir", path)]


def _environment(given: Mapping[str, str], command: Sequence[str]) -> dict[str, str]:
    beside = Path(command[0]).parent
    path = f"{beside}:{BARE['PATH']}" if beside.is_absolute() else BARE["PATH"]
    return {
        "HOME": WORKSPACE,
        "LANG": "C.UTF-8",
        "PATH": path,
        "TMPDIR": "/tmp",  # noqa: S108  (the sandbox's own)
        "USER": "dost",
        # Each of glibc's arenas takes 64 MB of what a process may have.
        "MALLOC_ARENA_MAX": "4",
        **given,
    }


def _variables(environment: Mapping[str, str]) -> list[str]:
    return [word for pair in environment.items() for word in ("--setenv", *pair)]


def _limited(limits: Limits, uid: int | None) -> list[str]:
    """The programs that limit what comes after them; each becomes the next."""
    chain = ["setsid", "nice", "-n", str(NICENESS), "choom", "-n", str(OUT_OF_MEMORY_SCORE), "--"]
    chosen = sorted(os.sched_getaffinity(0))
    if 0 < limits.cores < len(chosen):
        chain += ["taskset", "--cpu-list", _some(chosen, limits.cores)]
    chain += [
        "prlimit",
        f"--data={limits.memory}",
        f"--nproc={limits.processes}",
        f"--fsize={limits.disk}",
        f"--nofile={OPEN_FILES}",
        "--core=0",
        "--",
    ]
    # bubblewrap itself may not enter a directory that is another account's.
    there = ["env", f"--chdir={WORKSPACE}"]
    if uid is None:
        return [*chain, *there]
    become = ["setpriv", "--reuid", str(uid), "--regid", str(uid), "--clear-groups"]
    nothing = ["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"]
    return [*chain, *become, *nothing, *there]


def _some(cores: Sequence[int], count: int) -> str:
    """Some of the cores; not the same for every sandbox."""
    first = int.from_bytes(os.urandom(2)) % len(cores)
    return ",".join(str(cores[(first + place) % len(cores)]) for place in range(count))


def missing() -> str | None:
    """What has to be installed before there can be a sandbox; None where all is there."""
    if shutil.which(PROGRAM) is None:
        return "bubblewrap is missing (on Debian and Ubuntu: apt-get install bubblewrap)"
    for tool in ("setsid", "nice", "choom", "taskset", "prlimit", "setpriv"):
        if shutil.which(tool) is None:
            return f"{tool} of util-linux is missing"
    return None
