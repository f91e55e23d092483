"""A directory whose content somebody else's code may change at any moment."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from dost_ext.core.errors import Conflict, DostError, InvalidRequest, NotFound, TooLarge
from dost_ext.execution.workspace import folder as folders
from dost_ext.execution.workspace.folder import Folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The directory, beside something that is nobody's business."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("secret")
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def content(folder: Folder, path: str) -> bytes:
    with folder.open(path) as file:
        return file.read()


def test_what_is_there_is_listed_directories_before_their_content(root: Path) -> None:
    (root / "b" / "deep").mkdir(parents=True)
    (root / "b" / "deep" / "x.csv").write_bytes(b"1234")
    (root / "a.txt").write_bytes(b"12")
    found, more = Folder(root).entries()
    assert [(one.path, one.is_directory, one.size) for one in found] == [
        ("a.txt", False, 2),
        ("b", True, 0),
        ("b/deep", True, 0),
        ("b/deep/x.csv", False, 4),
    ]
    assert not more


def test_what_is_hidden_or_no_file_is_not_listed(root: Path) -> None:
    (root / ".cache").mkdir()
    os.mkfifo(root / "pipe")
    (root / "link").symlink_to(root.parent / "secret")
    (root / "way").symlink_to(root.parent / "outside")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "s"))
    assert Folder(root).entries() == ([], False)


def test_a_folder_that_is_not_there_is_empty(root: Path) -> None:
    assert Folder(root / "missing").entries() == ([], False)


def test_more_than_anybody_reads_is_said_to_be_more(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MOST_ENTRIES", 3)
    for number in range(5):
        (root / str(number)).touch()
    found, more = Folder(root).entries()
    assert (len(found), more) == (3, True)


def test_directories_deeper_than_anybody_looks_are_no_harm(root: Path) -> None:
    here = os.open(root, os.O_RDONLY)
    for _ in range(60):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    found, more = Folder(root).entries()
    assert (len(found), more) == (folders.DEEPEST, True)


def test_a_file_is_written_with_the_directories_on_its_way_and_read(root: Path) -> None:
    folder = Folder(root)
    entry = folder.write("a/b/ü.csv", b"1,2")
    assert (entry.path, entry.size) == ("a/b/ü.csv", 3)
    assert content(folder, "a/b/ü.csv") == b"1,2"
    folder.write("a/b/ü.csv", b"new")
    assert content(folder, "a/b/ü.csv") == b"new"
    assert [path.name for path in (root / "a" / "b").iterdir()] == ["ü.csv"]


def test_a_file_may_be_as_old_as_it_is_said_to_be(root: Path) -> None:
    folder = Folder(root)
    folder.write("x", b"", changed_at=1_000_000_000.25)
    assert folder.changed_at("x") == pytest.approx(1_000_000_000.25)
    assert folder.changed_at("y") is None


LEADING_OUT = [
    "../secret",
    "/etc/passwd",
    "link",
    "way/secret",
    "a/../../secret",
    ".",
    "",
    "a//b",
    "x\0y",
    "\udc80",
]


@pytest.mark.parametrize("path", LEADING_OUT)
def test_no_path_leads_out(root: Path, path: str) -> None:
    (root / "link").symlink_to(root.parent / "secret")
    (root / "way").symlink_to(root.parent / "outside")
    folder = Folder(root)
    with pytest.raises(NotFound):
        folder.open(path)
    with pytest.raises(NotFound):
        folder.move_out(path if path != "link" else "way/secret", root.parent / "gone")
    if path == "link":  # the link itself is replaced, not what it leads to
        folder.write(path, b"mine")
    else:
        with pytest.raises((InvalidRequest, Conflict)):
            folder.write(path, b"mine")
    assert (root.parent / "secret").read_text() == "secret"
    assert (root.parent / "outside" / "secret").read_text() == "secret"


def test_what_is_no_file_cannot_be_opened_and_is_not_waited_for(root: Path) -> None:
    os.mkfifo(root / "pipe")
    (root / "directory").mkdir()
    for path in ("pipe", "directory", "missing", "missing/deeper"):
        with pytest.raises(NotFound):
            Folder(root).open(path)


def test_a_directory_is_not_replaced_by_a_file_nor_a_file_by_a_directory(root: Path) -> None:
    (root / "directory").mkdir()
    (root / "file").touch()
    for path in ("directory", "file/below"):
        with pytest.raises(Conflict):
            Folder(root).write(path, b"x")
    assert sorted(path.name for path in root.iterdir()) == ["directory", "file"]


def test_a_full_disk_is_named_and_leaves_nothing_behind(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(TooLarge, match="disk is full"):
        Folder(root).write("x", b"x")
    assert list(root.iterdir()) == []


def test_a_name_that_is_too_long_is_refused(root: Path) -> None:
    with pytest.raises(InvalidRequest):
        Folder(root).write("ü" * 200, b"x")


def test_a_directory_is_moved_out_with_all_that_is_in_it(root: Path) -> None:
    folder = Folder(root)
    folder.write("a/b", b"x")
    folder.move_out("a", root.parent / "rubbish")
    assert folder.entries() == ([], False)
    assert (root.parent / "rubbish" / "b").read_bytes() == b"x"


def test_a_directory_that_becomes_a_link_meanwhile_leads_nowhere(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two steps of a path the second is exchanged."""
    (root / "a" / "b").mkdir(parents=True)
    opened = os.open

    def exchanging(path: object, *how: object, **options: object) -> int:
        descriptor: int = opened(path, *how, **options)  # type: ignore[call-overload]
        if path == "a":
            (root / "a" / "b").rmdir()
            (root / "a" / "b").symlink_to(root.parent / "outside")
        return descriptor

    monkeypatch.setattr(os, "open", exchanging)
    with pytest.raises(DostError):
        Folder(root).open("a/b/secret")
