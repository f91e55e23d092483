"""What a kernel's program is given to see."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dost_sandbox.programs import needed_by


def installed(prefix: Path, name: str = "python") -> Path:
    """A program in a directory of its own."""
    program = prefix / "bin" / name
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def test_a_program_is_seen_with_what_is_installed_beside_it(tmp_path: Path) -> None:
    program = installed(tmp_path / "conda")
    assert needed_by([str(program), "-m", "kernel"]) == [tmp_path / "conda"]


def test_a_virtual_environment_is_seen_with_its_python(tmp_path: Path) -> None:
    base = installed(tmp_path / "base", "python3").parent
    program = tmp_path / "venv" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.symlink_to(base / "python3")
    (tmp_path / "venv" / "pyvenv.cfg").write_text(f"home = {base}\nversion = 3.12\n")
    assert needed_by([str(program)]) == [tmp_path / "base", tmp_path / "venv"]


def test_somebodys_home_is_never_seen_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    program = installed(tmp_path, "kernel")
    (tmp_path / "private").touch()
    assert needed_by([str(program)]) == [program]


def test_what_everybody_sees_is_not_named_again() -> None:
    assert needed_by(["/usr/bin/env"]) == []


def test_a_directory_within_another_is_not_named_again(tmp_path: Path) -> None:
    program = installed(tmp_path / "conda")
    resources = tmp_path / "conda" / "share" / "kernels" / "python3"
    resources.mkdir(parents=True)
    assert needed_by([str(program)], [resources]) == [tmp_path / "conda"]


def test_this_python_is_seen_with_its_packages() -> None:
    seen = needed_by([sys.executable])
    for folder in (sys.prefix, sys.base_prefix):
        assert any(Path(folder).is_relative_to(path) for path in (*seen, Path("/usr")))
