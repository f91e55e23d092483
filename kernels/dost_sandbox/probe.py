"""Whether sandboxes work on this machine: one is tried, and looked at from inside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from dost_sandbox import place as places
from dost_sandbox.bubblewrap import BARE, GUEST, missing, wrapped
from dost_sandbox.programs import needed_by
from dost_sandbox.sandbox import Sandbox

SECONDS = 30

# Runs inside, by the Python that kernels have, without anything imported that is slow.
_LOOK = """
import json, os, resource, sys
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
open("written", "w").close()
print(json.dumps({
    "uid": os.getuid(),
    "capabilities": int(status["CapEff"], 16) | int(status["CapPrm"], 16),
    "no_new_privileges": int(status["NoNewPrivs"]),
    "network": os.readlink("/proc/self/ns/net"),
    "processes": [name for name in os.listdir("/proc") if name.isdigit()],
    "limit": resource.getrlimit(resource.RLIMIT_NPROC)[1],
    "memory": resource.getrlimit(resource.RLIMIT_DATA)[1],
    "seen": [path for path in sys.argv[1:] if os.path.lexists(path)],
}))
"""


def tried(sandbox: Sandbox) -> str | None:
    """Try a sandbox; why it cannot be relied on, or None where it keeps everything apart.

    The reason is the end of a sentence, for whoever runs the server.
    """
    if (reason := missing()) is not None:
        return reason
    with tempfile.TemporaryDirectory(prefix="dost-", ignore_cleanup_errors=True) as folder:
        workspace = Path(folder, "workspace")
        workspace.mkdir(mode=0o700)
        place = places.made(Path(folder), workspace, GUEST)
        try:
            said = _run(sandbox, place)
        except (OSError, subprocess.SubprocessError) as error:
            return f"bubblewrap does not run here: {error}"
        if said.returncode != 0:
            last = said.stderr.strip().rpartition("\n")[2] or f"it ended with {said.returncode}"
            return f"bubblewrap does not work here: {last}"
        return _fault(json.loads(said.stdout), sandbox)


def _run(sandbox: Sandbox, place: places.Place) -> subprocess.CompletedProcess[str]:
    look = [sys.executable, "-I", "-S", "-c", _LOOK]
    readable = needed_by(look)
    command = [*look, *map(str, _secret(sandbox, readable)), str(place.root)]
    whole, descriptor = wrapped(command, sandbox, place, sandbox.environment, readable)
    try:
        return subprocess.run(
            whole,
            env=BARE,
            cwd="/",
            pass_fds=(descriptor,),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    finally:
        os.close(descriptor)


def _secret(sandbox: Sandbox, readable: list[Path]) -> list[Path]:
    """What is in the hidden directories, but for what is on the way to something readable."""
    return [
        path
        for hidden in sandbox.hidden
        if hidden.is_dir()
        for path in hidden.iterdir()
        if not any(shown.is_relative_to(path) for shown in readable)
    ]


def _fault(inside: dict[str, object], sandbox: Sandbox) -> str | None:
    """What is not as it has to be."""
    limits = sandbox.limits
    apart = limits.network or inside["network"] != os.readlink("/proc/self/ns/net")
    processes = inside["processes"]
    assert isinstance(processes, list)
    holds = {
        "it runs as an administrator": inside["uid"] != 0,
        "it has capabilities": inside["capabilities"] == 0,
        "it may gain privileges": inside["no_new_privileges"] == 1,
        "it is in the machine's network": apart,
        "it sees other processes": len(processes) <= 2,
        "its processes are not limited": inside["limit"] == limits.processes,
        "its memory is not limited": inside["memory"] == limits.memory,
        f"it sees {inside['seen']}": not inside["seen"],
    }
    return next((fault for fault, held in holds.items() if not held), None)
