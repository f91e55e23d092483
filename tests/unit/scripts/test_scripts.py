"""The scripts of `make` on machines that have other programs than this one."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.browser import WHOLE, chromium
from tests.support.dost_server import ROOT

NEEDED = json.loads((ROOT / "package.json").read_text())["engines"]["node"].removeprefix(">=")
TOOLS = ("cat", "dirname", "env", "grep", "id", "sed", "sh")
# What an apt knows that has Chromium under this name, and writes down what it is to install.
APT_CACHE = "[ $2 = {known} ] && echo '  Candidate: 1.0' || echo '  Candidate: (none)'"
APT_GET = 'case "$*" in *install*) echo "$*" >"$(dirname "$0")/installed" ;; esac'

Put = Callable[[str, str], None]


@pytest.fixture
def bin_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder of programs, with the usual ones in it."""
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found
        (tmp_path / tool).symlink_to(found)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def put(bin_: Path) -> Put:
    """Puts a program there, by what its shell script does."""

    def put(name: str, script: str) -> None:
        (bin_ / name).write_text(f"#!/bin/sh\n{script}\n")
        (bin_ / name).chmod(0o755)

    return put


def ran(script: str) -> subprocess.CompletedProcess[str]:
    """Run one of the scripts."""
    words = ["/bin/sh", str(ROOT / "scripts" / script)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def refused(version: str) -> bool:
    """Whether a Node.js is too old, as package.json says it."""
    major, minor = version.removeprefix("v").split(".")[:2]
    return (int(major), int(minor)) < tuple(int(part) for part in NEEDED.split("."))


@pytest.mark.parametrize(
    "version", ["v18.20.4", "v20.0.0", "v20.18.3", "v20.19.0", "v20.20.2", "v22.3.0", "v100.0.0"]
)
def test_only_a_node_that_builds_the_page_is_taken(put: Put, version: str) -> None:
    put("node", f"echo {version}")
    done = ran("check-node")
    assert done.returncode == (1 if refused(version) else 0)
    begin = f"dost's page is built with Node.js {NEEDED} or newer; this is {version}."
    assert done.stderr.startswith(begin if refused(version) else "")
    assert refused("v20.18.3")
    assert not refused("v20.19.0")


def test_a_node_that_is_not_there_is_named(bin_: Path) -> None:
    done = ran("check-node")
    assert done.returncode == 1
    assert f"Node.js {NEEDED} or newer, which is not installed." in done.stderr
    assert "Debian 12 and Ubuntu 24.04 have only 18" in done.stderr


@pytest.mark.parametrize("known", ["chromium", "chromium-browser"])
def test_chromium_is_installed_under_the_name_that_apt_knows(
    bin_: Path, put: Put, known: str
) -> None:
    put("uname", "echo Linux")
    put("apt-cache", APT_CACHE.format(known=known))
    put("apt-get", APT_GET)
    put("sudo", 'exec "$@"')
    done = ran("install-system")
    assert (done.returncode, done.stderr) == (0, "")
    installed = (bin_ / "installed").read_text().split()
    assert [word for word in installed if word in WHOLE] == [known]
    assert "bubblewrap" in installed


@pytest.mark.parametrize("name", WHOLE)
def test_the_browser_is_found_under_each_of_its_names(bin_: Path, put: Put, name: str) -> None:
    put(name, "")
    assert chromium() == chromium(windows=False) == str(bin_ / name)
    put("chromium-headless-shell", "")
    assert chromium() == str(bin_ / name)
    assert chromium(windows=False) == str(bin_ / "chromium-headless-shell")


def test_the_browser_is_found_where_macos_has_it(bin_: Path, put: Put) -> None:
    app = bin_ / "Google Chrome"
    assert chromium(app=app) == "chromium"
    put("Google Chrome", "")
    assert chromium(app=app) == str(app)
