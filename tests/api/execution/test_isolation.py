"""Code of one account, in its sandbox, tries what is not its own."""

from __future__ import annotations

import glob
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest

from tests.api.conftest import SignUp
from tests.conftest import FreshDatabase, StartServer
from tests.support.client import PASSWORD, Client
from tests.support.code import Coder, pid_of
from tests.support.dost_server import DostServer, wait_until

MEGABYTE = 2**20


@pytest.fixture
def victim(sign_up: SignUp) -> Iterator[Coder]:
    """Somebody with a kernel, a file in it, and a variable."""
    coder = Coder(sign_up())
    coder.runs("secret = 'the victim was here'\nopen('secret.txt', 'w').write(secret)")
    yield coder
    coder.client.delete(f"conversations/{coder.conversation_id}")


@pytest.fixture
def intruder(sign_up: SignUp) -> Iterator[Coder]:
    """Another ordinary account, who runs code as well."""
    coder = Coder(sign_up())
    yield coder
    coder.client.delete(f"conversations/{coder.conversation_id}")


def answer(coder: Coder, code: str) -> Any:
    """What code prints as JSON."""
    return json.loads(coder.runs(f"import json, os\n{code}").text)


def test_an_ordinary_account_runs_code_where_there_is_a_sandbox(intruder: Coder) -> None:
    specs = intruder.client.ok("GET", "kernelspecs")
    assert (specs["may_run"], specs["no_sandbox"]) == (True, None)
    assert intruder.runs("print(6 * 7)").text == "42\n"


def test_it_finds_neither_the_servers_files_nor_anothers_kernel(
    intruder: Coder, victim: Coder, server: DostServer
) -> None:
    theirs = server.data_dir / "workspaces" / victim.conversation_id / "secret.txt"
    assert theirs.read_text() == "the victim was here"
    sockets = glob.glob(f"{tempfile.gettempdir()}/dost-*/k-*/s/k-*")
    assert sockets
    wanted = [theirs, server.data_dir, server.data_dir / "secret.key", *sockets]
    seen = answer(
        intruder, f"print(json.dumps([p for p in {[*map(str, wanted)]!r} if os.path.lexists(p)]))"
    )
    assert seen == []
    found = answer(
        intruder,
        "print(json.dumps([os.path.join(d, n) for d, _, names in os.walk('/') "
        "if not d.startswith(('/proc', '/usr', '/sys')) "
        "for n in names if n == 'kernel.json' or n.startswith('kernel-')]))",
    )
    assert [path for path in found if "/kernels/" not in path] == ["/run/dost/kernel.json"]


def test_it_finds_no_environment_and_no_process_but_its_own(
    intruder: Coder, victim: Coder, server: DostServer
) -> None:
    assert server.process is not None
    outside = {server.process.pid, pid_of(victim)}
    look = (
        "seen = {}\n"
        "for pid in filter(str.isdigit, os.listdir('/proc')):\n"
        "    try: seen[pid] = open(f'/proc/{pid}/environ').read()\n"
        "    except OSError: seen[pid] = ''\n"
        "print(json.dumps(seen))"
    )
    seen = answer(intruder, look)
    assert len(seen) <= 3
    assert "DOST_" not in json.dumps(seen)
    assert "PATH" in answer(intruder, "print(json.dumps(list(os.environ)))")
    hit = answer(
        intruder,
        "hit = []\n"
        f"for pid in {sorted(outside)!r}:\n"
        "    try: os.kill(pid, 0); hit.append(pid)\n"
        "    except OSError: pass\n"
        "print(json.dumps(hit))",
    )
    assert hit == []


def test_it_reaches_neither_the_server_nor_the_database(
    intruder: Coder, server: DostServer
) -> None:
    places = [("127.0.0.1", server.port), ("127.0.0.1", 5432), ("192.0.2.1", 80)]
    reached = answer(
        intruder,
        "import socket\n"
        "reached = []\n"
        f"for place in {places!r}:\n"
        "    try: socket.create_connection(place, timeout=2); reached.append(place)\n"
        "    except OSError: pass\n"
        "print(json.dumps(reached))",
    )
    assert reached == []
    # The intruder's own kernel is at /run/dost.
    bound = [str(c.laddr) for c in psutil.net_connections("unix") if c.laddr]
    sockets = [path for path in bound if not path.startswith("/run/dost/")]
    assert any(".s.PGSQL" in path for path in sockets)
    reached = answer(
        intruder,
        "import socket\n"
        "reached = []\n"
        f"for path in {sockets!r}:\n"
        "    try: socket.socket(socket.AF_UNIX).connect(path); reached.append(path)\n"
        "    except OSError: pass\n"
        "print(json.dumps(reached))",
    )
    assert reached == []


def test_it_is_nobody_and_stays_nobody(intruder: Coder) -> None:
    found = answer(
        intruder,
        "status = dict(line.split(':', 1) for line in open('/proc/self/status'))\n"
        "acts = [lambda: os.setuid(0), lambda: os.chroot('/workspace'),\n"
        "    lambda: os.mknod('/workspace/disk', 0o060600, 0x800)]\n"
        "for path in ('/x', '/usr/x', '/dev/x', '/run/dost/kernel.json'):\n"
        "    acts.append(lambda path=path: open(path, 'w'))\n"
        "done = []\n"
        "for number, act in enumerate(acts):\n"
        "    try: act(); done.append(number)\n"
        "    except OSError: pass\n"
        "of = lambda name: status[name].strip()\n"
        "print(json.dumps([os.getuid(), of('CapEff'), of('NoNewPrivs'), done]))",
    )
    assert found[0] != 0
    assert found[1] == "0" * 16
    assert found[2:] == ["1", []]


def test_a_fork_bomb_ends_with_itself(intruder: Coder) -> None:
    shown = intruder.runs(
        "import os, time\n"
        "count = 0\n"
        "try:\n"
        "    while True:\n"
        "        if os.fork() == 0:\n"
        "            time.sleep(600)\n"
        "            os._exit(0)\n"
        "        count += 1\n"
        "except OSError as error:\n"
        "    print(error.errno, count < 256)\n"
    )
    assert shown.text == "11 True\n"
    assert intruder.client.ok("GET", "conversations")["items"]
    kernel = pid_of(intruder)
    intruder.client.ok("DELETE", intruder.kernel)
    wait_until(lambda: not psutil.pid_exists(kernel))


def test_ten_gigabytes_of_memory_are_refused(intruder: Coder) -> None:
    shown = intruder.runs("bytearray(10 * 10**9)")
    assert shown.outputs[0]["ename"] == "MemoryError"
    assert intruder.runs("print('well')").text == "well\n"


def test_a_file_is_no_larger_than_the_limit(intruder: Coder) -> None:
    shown = intruder.runs(
        "try:\n"
        "    with open('large', 'wb') as file:\n"
        "        file.truncate(10**10)\n"
        "except OSError as error:\n"
        "    print(error.strerror)"
    )
    assert shown.text == "File too large\n"


def test_links_out_of_the_workspace_lead_nowhere(intruder: Coder, server: DostServer) -> None:
    place = server.data_dir / "workspaces" / intruder.conversation_id
    kept = server.data_dir / f"kept-{uuid4()}"
    kept.mkdir()
    (kept / "file").write_text("kept")
    intruder.runs(f"import os\nos.symlink({str(kept)!r}, 'out')\nos.makedirs('/'.join('a' * 900))")
    assert (place / "out").is_symlink()
    intruder.client.ok("DELETE", f"conversations/{intruder.conversation_id}")
    wait_until(lambda: not place.exists())
    assert (kept / "file").read_text() == "kept"


@pytest.fixture
def strict(start_server: StartServer, new_database: FreshDatabase) -> Client:
    """The administrator of a server of this test's own."""
    server = start_server(database_url=new_database())
    body = {"username": "root", "password": PASSWORD}
    with Client(server.api) as anonymous:
        token = anonymous.ok("POST", "auth/register", json=body)["access_token"]
    return Client(server.api, token)


def test_the_limits_are_settings_and_hold_for_the_sum(strict: Client) -> None:
    strict.ok("GET", "kernelspecs")  # a spare kernel has begun to start with the limits of before
    limits = {"code_memory_mb": 384, "code_disk_mb": 24, "code_processes": 40, "code_cores": 1}
    strict.ok("PATCH", "admin/settings", json=limits)
    coder = Coder(strict)
    found = answer(
        coder,
        "import resource\n"
        "most = lambda name: resource.getrlimit(getattr(resource, name))[1]\n"
        "print(json.dumps([most('RLIMIT_DATA'), most('RLIMIT_FSIZE'), most('RLIMIT_NPROC'),\n"
        "    len(os.sched_getaffinity(0))]))",
    )
    assert found == [384 * MEGABYTE, 24 * MEGABYTE, 40, 1]

    shown = coder.runs(
        "import os, time\n"
        "for _ in range(8):  # each of them well within what one process may have\n"
        "    if os.fork() == 0:\n"
        "        held = bytearray(60 * 2**20)\n"
        "        held[::4096] = b'x' * len(held[::4096])\n"
        "        time.sleep(600)\n"
        "        os._exit(0)\n"
        "time.sleep(600)"
    )
    assert ended(shown.outputs, coder, strict) == ("dead", "memory")
    assert "memory" in shown.outputs[-1]["evalue"]

    shown = coder.runs(
        "import time\n"
        "for n in range(8):\n"
        "    open(f'file-{n}', 'wb').write(b'x' * 8 * 2**20)\n"
        "time.sleep(600)"
    )
    assert ended(shown.outputs, coder, strict) == ("dead", "disk")

    # What was full may be emptied.
    empty = "import glob, os\nfor name in glob.glob('file-*'): os.remove(name)"
    assert coder.runs(empty).status == "ok"


HOLD = (
    "import os\n"
    "held = []\n"
    "for n in range({count}):\n"
    "    held.append({file})\n"
    "    os.write(held[-1], bytes(8 * 2**20))\n"
    "    {then}\n"
)
WRITE = "os.O_CREAT | os.O_WRONLY"
DETACHED = (
    "import ctypes\n"
    "c = ctypes.CDLL(None)\n"
    "c.shmat.restype = ctypes.c_void_p\n"
    "for n in range(64):\n"
    "    place = ctypes.c_void_p(c.shmat(c.shmget(0, 8 * 2**20, 0o1600), None, 0))\n"
    "    ctypes.memset(place, 1, 8 * 2**20)\n"
    "    c.shmdt(place)\n"
)
UNLISTED = [
    (HOLD.format(count=64, file="os.memfd_create('file')", then="pass"), "memory"),
    (HOLD.format(count=8, file=f"os.open('file', {WRITE})", then="os.remove('file')"), "disk"),
    (HOLD.format(count=8, file=f"os.open(f'/run/dost/s/{{n}}', {WRITE})", then="pass"), "disk"),
]
if os.geteuid() == 0:
    UNLISTED.append((DETACHED, "memory"))


@pytest.mark.parametrize(
    ("code", "reason"),
    UNLISTED,
    ids=["memfd", "deleted", "beside sockets", "detached"][: len(UNLISTED)],
)
def test_what_no_listing_of_its_files_and_no_process_shows_counts_too(
    strict: Client, code: str, reason: str
) -> None:
    strict.ok("GET", "kernelspecs")
    strict.ok("PATCH", "admin/settings", json={"code_memory_mb": 384, "code_disk_mb": 24})
    coder = Coder(strict)
    shown = coder.runs(f"{code}import time\ntime.sleep(60)")
    assert ended(shown.outputs, coder, strict) == ("dead", reason)


def ended(outputs: list[dict[str, Any]], coder: Coder, client: Client) -> tuple[str, str]:
    """How the kernel of somebody is."""
    assert outputs[-1]["ename"] == "KernelDied"
    kernel = client.ok("GET", coder.kernel)
    return kernel["state"], kernel["reason"]


def test_the_network_is_for_the_administrator_to_allow(strict: Client) -> None:
    coder = Coder(strict)
    look = "print(json.dumps(open('/proc/net/dev').read().count(':')))"
    alone = answer(coder, look)
    strict.ok("PATCH", "admin/settings", json={"code_network": True})
    assert answer(coder, look) == alone  # the kernel is as it was when it started
    strict.ok("POST", f"{coder.kernel}/restart")
    port = strict.base_url.port
    reach = (
        f"import socket\nsocket.create_connection(('127.0.0.1', {port})).close()\nprint('reached')"
    )
    assert coder.runs(reach).text == "reached\n"
    strict.ok("PATCH", "admin/settings", json={"code_network": False})
    strict.ok("POST", f"{coder.kernel}/restart")
    assert coder.runs(reach).outputs[0]["ename"] == "ConnectionRefusedError"


def test_a_kernel_is_interrupted_and_its_children_with_it(intruder: Coder) -> None:
    def interrupt(_: object) -> None:
        intruder.client.ok("POST", f"{intruder.kernel}/interrupt")

    shown = intruder.acts("print('begun')\nget_ipython().system('sleep 600')", "output", interrupt)
    assert shown.status in ("ok", "error", "interrupted")
    assert intruder.runs("print('alive')").text == "alive\n"


# Whose files everybody may read; those of the Python that runs the tests need not be.
PYTHON = Path("/usr/bin/python3")
ROOT = Path(__file__).parents[3]

if os.geteuid() == 0 and PYTHON.exists():

    def test_a_server_that_is_no_administrator_has_sandboxes_too() -> None:
        kernels = Path(tempfile.mkdtemp(prefix="dost-kernels-"))
        try:
            shutil.copytree(ROOT / "kernels" / "dost_sandbox", kernels / "dost_sandbox")
            for path in (kernels, *kernels.rglob("*")):
                path.chmod(0o755)
            code = (
                "from dost_sandbox.probe import tried\n"
                "from dost_sandbox.sandbox import Limits, Sandbox\n"
                "print(tried(Sandbox(Limits(memory=2**31, processes=256, disk=2**31))))"
            )
            said = subprocess.run(
                [PYTHON, "-c", code],
                env={
                    "PYTHONPATH": str(kernels),
                    "PATH": os.environ["PATH"],
                    "HOME": "/nonexistent",
                },
                cwd="/",
                user=12345,
                group=12345,
                extra_groups=[],
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            shutil.rmtree(kernels)
        assert (said.stdout, said.stderr) == ("None\n", "")
