"""Saying why there is no sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from dost_sandbox.probe import tried
from dost_sandbox.sandbox import Limits, Sandbox

SANDBOX = Sandbox(Limits(memory=2**31, processes=256, disk=2**31))


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    reason = tried(SANDBOX)
    assert reason is not None
    assert "apt-get install bubblewrap" in reason


def test_what_bubblewrap_says_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = tmp_path / "bwrap"
    refusing.write_text("#!/bin/sh\necho 'bwrap: No permissions to make a namespace' >&2\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("dost_sandbox.bubblewrap.PROGRAM", str(refusing))
    reason = tried(SANDBOX)
    assert reason is not None
    assert "No permissions to make a namespace" in reason
