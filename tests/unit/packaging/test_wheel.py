"""The wheel, which is all that a machine without Node.js gets of dost."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path

import pytest

from dost_ext import __version__
from dost_ext.migrations import revisions
from tests.support.dost_server import ROOT

# One worker builds it, once.
pytestmark = pytest.mark.xdist_group("wheel")

# The build's own hook builds the page, which `make` has done; npm would ask the network.
WITHOUT_NPM = {"SKIP_JUPYTER_BUILDER": "1"}
BUILD = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
PACKAGES = {"dost_ext": "dost_ext", "kernels/dost_magic": "dost_magic"}
PACKAGES |= {"kernels/dost_sandbox": "dost_sandbox"}
INFO = f"dost-{__version__}.dist-info"
DATA = f"dost-{__version__}.data/data"
PANEL = f"{DATA}/share/jupyter/labextensions/@dost/labextension"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    environment = {**os.environ, **WITHOUT_NPM}
    words = [sys.executable, "-c", BUILD, str(folder)]
    subprocess.run(words, cwd=ROOT, env=environment, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """What is in it."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def files_in(folder: Path) -> Iterator[str]:
    """Every file below a folder, by its path from there; Python's own leavings are none."""
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder).as_posix()


def metadata(wheel: Path) -> Message:
    """What the wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        return HeaderParser().parsestr(archive.read(f"{INFO}/METADATA").decode())


@pytest.mark.parametrize(("folder", "package"), PACKAGES.items())
def test_all_of_a_package_is_in_it(names: set[str], folder: str, package: str) -> None:
    files = {f"{package}/{name}" for name in files_in(ROOT / folder)}
    assert files - names == set()


def test_the_schema_is_in_it(names: set[str]) -> None:
    migrations = {name for name in names if name.startswith("dost_ext/migrations/versions/0")}
    assert len(migrations) == len(revisions()) > 10


def test_the_built_page_is_in_it(names: set[str]) -> None:
    page = ("index.html", "widgets.html", "sw.js", "manifest.webmanifest", ".vite/manifest.json")
    assert {f"dost_ext/static/{name}" for name in page} <= names
    assert any(name.startswith("dost_ext/static/assets/panel-") for name in names)


def test_the_panel_and_the_servers_configuration_are_in_it(names: set[str]) -> None:
    assert {f"{PANEL}/{name}" for name in files_in(ROOT / "labextension" / "dost")} <= names
    assert {f"{PANEL}/package.json", f"{PANEL}/install.json"} <= names
    assert any(name.startswith(f"{PANEL}/static/remoteEntry.") for name in names)
    assert f"{DATA}/etc/jupyter/jupyter_server_config.d/dost.json" in names


def test_nothing_else_is_in_it(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert tops == {*PACKAGES.values(), INFO, DATA.partition("/")[0]}
    unwanted = {"node_modules", "__pycache__", "tests"}
    assert [name for name in names if unwanted & set(name.split("/"))] == []
    assert [name for name in names if name.endswith((".ts", ".svelte"))] == []


def test_it_says_what_it_is(wheel: Path, names: set[str]) -> None:
    said = metadata(wheel)
    assert (said["Name"], said["Version"]) == ("dost", __version__)
    assert (said["License-Expression"], said["License-File"]) == ("MIT", "LICENSE")
    with zipfile.ZipFile(wheel) as archive:
        licence = archive.read(f"{INFO}/licenses/LICENSE")
        commands = archive.read(f"{INFO}/entry_points.txt").decode()
    assert licence == (ROOT / "LICENSE").read_bytes()
    assert "[console_scripts]\ndost = dost_ext.cli:main\n" in commands
    assert "\ndost-sandbox = dost_sandbox.provisioner:SandboxProvisioner\n" in commands


def test_what_is_installed_from_it_runs_and_has_its_page(wheel: Path, tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--target", str(tmp_path), str(wheel)], check=True)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    found = "import dost_ext.core.page as p; print(p.__file__, p.Site().shell is not None)"
    for words, said in (
        (["bin/dost", "version"], f"dost {__version__}\n"),
        (["-c", found], f"{tmp_path}/dost_ext/core/page.py True\n"),
    ):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        assert done.stdout == said
