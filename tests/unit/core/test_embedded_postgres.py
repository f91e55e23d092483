"""The embedded PostgreSQL in peace: starting, sharing, stopping, refusing."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from dost_ext.core import postgres_binaries
from dost_ext.core.embedded_postgres import EmbeddedPostgres
from dost_ext.core.postgres_binaries import DatabaseUnavailable
from dost_ext.core.postgres_guard import LOG_LIMIT
from tests.support.postgres import copy_data_dir, made_data_dir

MakeServer = Callable[..., EmbeddedPostgres]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_data_dir(tmp_path_factory.mktemp("made"))


@pytest.fixture
def data_dir(made: Path, tmp_path: Path) -> Path:
    return copy_data_dir(made, tmp_path)


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[MakeServer]:
    servers: list[EmbeddedPostgres] = []

    def make(data_dir: Path = tmp_path, **options: object) -> EmbeddedPostgres:
        servers.append(EmbeddedPostgres(data_dir, **options))  # type: ignore[arg-type]
        return servers[-1]

    yield make
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def shared_url(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedPostgres(copy_data_dir(made, tmp_path_factory.mktemp("shared")))
    yield server.start()
    server.stop()


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """Every process whose command line names the data directory."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(str(data_dir / "postgres") in word for word in process.info["cmdline"] or [])
    ]


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_rows_outlive_a_restart(make_server: MakeServer) -> None:
    server = make_server()
    execute(server.start(), "create table kept as select 42 as answer")
    server.stop()
    assert execute(server.start(), "select answer from kept") == [(42,)]


def test_stop_leaves_no_process_behind(make_server: MakeServer, data_dir: Path) -> None:
    server = make_server()
    server.start()
    assert processes_of(data_dir)
    server.stop()
    assert processes_of(data_dir) == []


def test_the_last_reference_stops_the_server(make_server: MakeServer, data_dir: Path) -> None:
    first, second = make_server(), make_server()
    assert first.start() == second.start()
    first.stop()
    assert execute(second.ensure(), "select 1") == [(1,)]
    second.stop()
    assert processes_of(data_dir) == []


def test_stopping_twice_drops_one_reference(make_server: MakeServer, data_dir: Path) -> None:
    first, second = make_server(), make_server()
    first.start()
    second.start()
    first.stop()
    first.stop()
    assert execute(second.ensure(), "select 1") == [(1,)]


def test_dost_is_no_superuser_and_has_vectors(make_server: MakeServer, data_dir: Path) -> None:
    url = make_server().start()
    execute(url, "create extension if not exists vector")
    found = "select rolsuper, rolcreatedb, '[1,2]'::vector <-> '[1,2]' from pg_roles"
    assert execute(url, f"{found} where rolname = current_user") == [(False, True, 0.0)]


@pytest.mark.parametrize(
    ("setting", "value"),
    [("fsync", "on"), ("synchronous_commit", "on"), ("jit", "off"), ("listen_addresses", "")],
)
def test_the_server_is_durable_and_not_on_the_network(
    shared_url: str, setting: str, value: str
) -> None:
    assert execute(shared_url, f"show {setting}") == [(value,)]


def test_a_long_path_moves_the_socket_elsewhere(make_server: MakeServer, tmp_path: Path) -> None:
    url = make_server(tmp_path / ("long" * 30) / "with, comma").start()
    assert execute(url, "select 1") == [(1,)]
    assert str(tmp_path) not in url


def test_tcp_asks_for_the_password(make_server: MakeServer, data_dir: Path) -> None:
    url = make_server(tcp=True).start()
    assert execute(url, "select 1") == [(1,)]
    credentials, _, address = url.partition("@")
    user = credentials.rpartition(":")[0]
    for wrong in (f"{user}@{address}", f"{user}:guess@{address}"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong)


def test_an_unfinished_creation_is_begun_anew(make_server: MakeServer, tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres" / "data.tmp"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18")
    assert execute(make_server().start(), "select 1") == [(1,)]


def test_the_log_holds_nothing_that_users_wrote(make_server: MakeServer, data_dir: Path) -> None:
    url = make_server().start()
    with pytest.raises(psycopg.errors.UniqueViolation):
        execute(
            url,
            "create table t (s text primary key); insert into t values ('my secret')"
            ", ('my secret')",
        )
    log = data_dir / "postgres" / "server.log"
    assert "duplicate key" in log.read_text()
    assert "secret" not in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_the_log_stays_small(make_server: MakeServer, data_dir: Path) -> None:
    make_server().start()
    log = data_dir / "postgres" / "server.log"
    with log.open("ab") as file:
        file.write(b"x" * LOG_LIMIT)
    wait_until(lambda: log.stat().st_size < LOG_LIMIT)
    assert log.with_suffix(".log.1").stat().st_size > LOG_LIMIT


def refusal(server: EmbeddedPostgres) -> str:
    with pytest.raises(DatabaseUnavailable) as caught:
        server.start()
    return caught.value.detail


def test_another_major_version_is_refused(make_server: MakeServer, tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("17\n")
    assert "made by PostgreSQL 17" in refusal(make_server())


def test_a_foreign_directory_is_refused(make_server: MakeServer, tmp_path: Path) -> None:
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    assert "something else than a database" in refusal(make_server())


def test_a_missing_wheel_is_named(make_server: MakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_binaries, "PACKAGE", "absent-postgres")
    assert "no embedded PostgreSQL for this platform" in refusal(make_server())


def test_a_file_in_the_way_is_named(make_server: MakeServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "Not a directory" in refusal(make_server(tmp_path / "file"))


def test_a_path_that_is_too_long_is_named(make_server: MakeServer, tmp_path: Path) -> None:
    assert "too long" in refusal(make_server(tmp_path / "/".join(["x" * 200] * 6)))


def test_a_bad_setting_is_named_with_the_log(make_server: MakeServer, data_dir: Path) -> None:
    sentence = refusal(make_server(settings={"shared_buffers": "none"}))
    assert "shared_buffers" in sentence
    assert "server.log" in sentence


def test_a_refused_start_holds_no_reference(make_server: MakeServer, data_dir: Path) -> None:
    refusal(make_server(settings={"shared_buffers": "none"}))
    good = make_server()
    good.start()
    good.stop()
    assert processes_of(data_dir) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = shutil.which("mount") and os.geteuid() == 0
    command = ["mount", "-t", "tmpfs", "-o", "size=20m", "none", str(place)]
    if not mounted or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_named(make_server: MakeServer, small_disk: Path) -> None:
    assert "no space left" in refusal(make_server(small_disk))


def test_a_read_only_disk_is_named(make_server: MakeServer, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert "may not write" in refusal(make_server(small_disk))


def test_ensure_after_stop_is_refused(make_server: MakeServer, data_dir: Path) -> None:
    server = make_server()
    server.start()
    server.stop()
    with pytest.raises(DatabaseUnavailable):
        server.ensure()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another user")
def test_root_opens_no_directory_to_the_servers_user(
    make_server: MakeServer, tmp_path: Path
) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    assert execute(make_server(private).start(), "select 1") == [(1,)]
    assert private.stat().st_mode & 0o777 == 0o700
    servers = [p for p in processes_of(private) if p.name() == "postgres"]
    assert [server.uids().effective for server in servers] != [0]


def test_queries_read_no_files_of_the_server(shared_url: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        execute(shared_url, "select pg_read_file('/etc/passwd')")
