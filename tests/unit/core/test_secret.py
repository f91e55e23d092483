"""The server's secret."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dost_ext.core.errors import NotReady
from dost_ext.core.secret import derive_key, load_secret


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOST_SECRET_KEY", raising=False)


def test_a_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    secret = load_secret(tmp_path / "new")
    file = tmp_path / "new" / "secret.key"
    assert len(secret) >= 32
    assert load_secret(tmp_path / "new") == secret
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_servers_that_start_together_share_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(load_secret, [tmp_path] * 40))) == 1


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOST_SECRET_KEY", "k" * 32)
    assert load_secret(tmp_path) == b"k" * 32
    assert list(tmp_path.iterdir()) == []


def test_a_short_secret_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOST_SECRET_KEY", "k" * 31)
    with pytest.raises(NotReady, match="32 characters"):
        load_secret(tmp_path)


def test_an_emptied_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(NotReady):
        load_secret(tmp_path)


def test_each_purpose_has_a_key_of_its_own() -> None:
    keys = {derive_key(b"s" * 32, purpose) for purpose in ("tokens", "providers")}
    assert {len(key) for key in keys} == {32}
    assert len(keys) == 2
