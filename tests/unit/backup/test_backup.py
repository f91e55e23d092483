"""Backup and restore against a real PostgreSQL: a round trip, and nothing by halves."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dost_ext.backup.archive import BackupFailed, Manifest, NotABackup
from dost_ext.backup.service import backup, restore
from dost_ext.core.errors import Conflict, DostError
from tests.support.postgres import fresh_database, server_url, with_database

SCHEMA = """
create extension if not exists vector;
create table alembic_version (version_num text primary key);
insert into alembic_version values ('0007');
create table people (id uuid primary key default uuidv7(), name text unique not null);
create table notes (
  id bigint generated always as identity primary key,
  person uuid not null references people on delete cascade,
  body text, file bytea, facts jsonb, meaning halfvec(3),
  words tsvector generated always as (to_tsvector('simple', coalesce(body, ''))) stored);
create index notes_words on notes using gin (words);
create index notes_meaning on notes using hnsw (meaning halfvec_cosine_ops);
"""
ROWS = """
insert into people (name) select 'person ' || n from generate_series(1, 50) n;
insert into notes (person, body, file, facts, meaning)
  select id, name || E' grüßt 世界 \\\\ \\t''"', sha256(name::bytea), jsonb_build_object('n', name),
         '[1,2,3]' from people;
"""
EVERYTHING = {
    "people": "select * from people order by id",
    "notes": "select * from notes order by id",
    "indexes": "select indexdef from pg_indexes where schemaname = 'public' order by indexname",
    "revision": "select * from alembic_version",
    "next": "select last_value from pg_sequences",
}
KNOWN = ["0006", "0007"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server_url(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture
def database(server: str) -> Iterator[str]:
    """A database with rows of every kind."""
    with fresh_database(server) as url:
        execute(url, SCHEMA + ROWS)
        yield url


@pytest.fixture
def other(server: str) -> Iterator[str]:
    """A database with dost's tables and no rows."""
    with fresh_database(server) as url:
        execute(url, SCHEMA)
        yield url


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "secret.key"
    path.write_text("k" * 64)
    return path


@pytest.fixture
def file(database: str, tmp_path: Path, key: Path) -> Path:
    """A backup of `database`."""
    backup(database, tmp_path / "dost.backup", secret_key=key)
    return tmp_path / "dost.backup"


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement)


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(url) as connection:
        return {name: connection.execute(query).fetchall() for name, query in EVERYTHING.items()}


def databases(server: str) -> set[str]:
    with psycopg.connect(server) as connection:
        return {name for (name,) in connection.execute("select datname from pg_database")}


def refusal(kind: type[DostError], url: str, file: Path, key: Path, **options: object) -> str:
    with pytest.raises(kind) as caught:
        restore(url, file, secret_key=key, **{"known_revisions": KNOWN, **options})  # type: ignore[arg-type]
    return caught.value.detail


def test_a_restored_database_holds_every_row(
    database: str, other: str, file: Path, key: Path
) -> None:
    restore(other, file, secret_key=key, known_revisions=KNOWN)
    assert everything(other) == everything(database)
    assert len(everything(other)["notes"]) == 50


def test_a_restored_database_goes_on_where_it_was(other: str, file: Path, key: Path) -> None:
    restore(other, file, secret_key=key, known_revisions=KNOWN)
    execute(other, ROWS.replace("person ", "new person "))
    assert everything(other)["next"] == [(150,)]


def test_the_secret_key_comes_back_private(other: str, file: Path, key: Path) -> None:
    elsewhere = key.with_name("elsewhere.key")
    elsewhere.write_text("another")
    restore(other, file, secret_key=elsewhere, known_revisions=KNOWN)
    assert elsewhere.read_text() == key.read_text()
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o600


def test_without_a_key_file_there_is_none_in_the_backup(database: str, tmp_path: Path) -> None:
    backup(database, tmp_path / "file", secret_key=tmp_path / "absent")
    assert zipfile.ZipFile(tmp_path / "file").namelist() == ["manifest.json", "dost.dump"]


def test_a_backup_is_one_private_file_and_its_manifest(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    manifest = Manifest.model_validate_json(zipfile.ZipFile(file).read("manifest.json"))
    assert (manifest.schema_revision, manifest.extensions) == ("0007", ["vector"])
    assert [path.name for path in file.parent.glob("*.part")] == []


def test_a_backup_of_a_sqlalchemy_url_works(database: str, tmp_path: Path, key: Path) -> None:
    url = database.replace("postgresql://", "postgresql+psycopg://")
    assert backup(url, tmp_path / "file", secret_key=key).schema_revision == "0007"


def test_a_backup_that_fails_keeps_the_one_before(server: str, tmp_path: Path, key: Path) -> None:
    target = tmp_path / "dost.backup"
    target.write_text("the one before")
    with pytest.raises(BackupFailed, match="does not exist"):
        backup(with_database(server, "absent"), target, secret_key=key)
    assert target.read_text() == "the one before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dost.backup", "secret.key"]


def test_a_place_that_does_not_exist_is_named(database: str, tmp_path: Path, key: Path) -> None:
    with pytest.raises(BackupFailed, match="could not be written: No such file"):
        backup(database, tmp_path / "absent" / "file", secret_key=key)


def test_rows_are_replaced_only_when_asked(database: str, file: Path, key: Path) -> None:
    before = everything(database)
    execute(database, "delete from people where name < 'person 3'")
    changed = everything(database)
    assert "not empty" in refusal(Conflict, database, file, key)
    assert everything(database) == changed
    restore(database, file, secret_key=key, known_revisions=KNOWN, replace=True)
    assert everything(database) == before


def test_a_restore_leaves_no_database_behind(
    server: str, other: str, file: Path, key: Path
) -> None:
    before = databases(server)
    restore(other, file, secret_key=key, known_revisions=KNOWN)
    assert databases(server) == before


def test_a_newer_schema_is_refused(other: str, file: Path, key: Path) -> None:
    assert "Update dost" in refusal(Conflict, other, file, key, known_revisions=["0006"])


def test_a_database_in_use_is_refused(other: str, file: Path, key: Path) -> None:
    with psycopg.connect(other):
        assert "Stop it" in refusal(Conflict, other, file, key)


def test_a_missing_file_is_named(other: str, tmp_path: Path, key: Path) -> None:
    assert "There is no file" in refusal(BackupFailed, other, tmp_path / "absent", key)


def no_zip(content: bytes) -> bytes:
    return b"not a zip at all"


def cut_off(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped_bits(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


@pytest.mark.parametrize("damage", [no_zip, cut_off, flipped_bits])
def test_a_damaged_backup_changes_nothing(
    server: str, database: str, file: Path, key: Path, damage: object
) -> None:
    assert callable(damage)
    file.write_bytes(damage(file.read_bytes()))
    key.write_text("the key of now")
    before, all_databases = everything(database), databases(server)
    with pytest.raises((NotABackup, BackupFailed)):
        restore(database, file, secret_key=key, known_revisions=KNOWN, replace=True)
    assert (everything(database), databases(server)) == (before, all_databases)
    assert key.read_text() == "the key of now"


def test_a_zip_of_something_else_is_no_backup(other: str, tmp_path: Path, key: Path) -> None:
    with zipfile.ZipFile(tmp_path / "holiday.zip", "w") as archive:
        archive.writestr("photo.jpg", b"")
    assert "not a backup" in refusal(NotABackup, other, tmp_path / "holiday.zip", key)


def test_a_backup_format_of_the_future_is_refused(other: str, file: Path, key: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        manifest = archive.read("manifest.json").replace(b'_version": 1', b'_version": 2')
        dumped = archive.read("dost.dump")
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", manifest)
        archive.writestr("dost.dump", dumped)
    assert "newer than this one" in refusal(Conflict, other, file, key)
