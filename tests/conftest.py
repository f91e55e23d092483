"""What all tests share: no network, a database of their own, servers that start when asked for."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql

import tests.support.no_network  # noqa: F401  (its import is the guard)
from dost_ext.migrations import migrate
from tests.support.dost_server import DostServer
from tests.support.local_web import LocalWeb, with_web
from tests.support.postgres import fresh_database, migrated_template, server_url

# A test that waits for ever fails instead of holding up all others.
LONGEST_TEST = 240

# A busy machine is no fault of what is tested: no example is timed.
settings.register_profile("dost", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("dost")

StartServer = Callable[..., DostServer]
FreshDatabase = Callable[[], str]


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Have failures named at once: the whole run takes long, and may be cut off before its end."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_NamesFailures(reporter), "names-failures")


class _NamesFailures:
    def __init__(self, reporter: pytest.TerminalReporter) -> None:
        self._reporter = reporter

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome in ("failed", "rerun"):
            self._reporter.write_line(f"{report.outcome.upper()} {report.nodeid}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Run one test, within its time."""

    def too_long(number: int, frame: object) -> None:
        raise TimeoutError(f"{item.nodeid} took more than {LONGEST_TEST} s")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LONGEST_TEST)
    try:
        return (yield)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def database_server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The URL of the one database server that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    with server_url(base if worker_id == "master" else base.parent) as url:
        yield url


@pytest.fixture(scope="session")
def template(database_server: str, testrun_uid: str) -> Iterator[str]:
    """The name of a database with the newest schema, made once a run."""
    with migrated_template(database_server, testrun_uid, migrate) as name:
        yield name


@pytest.fixture
def new_database(database_server: str, template: str) -> Iterator[FreshDatabase]:
    """Makes databases with the newest schema, dropped at the test's end."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(fresh_database(database_server, template))


@pytest.fixture(scope="session")
def worker_database(database_server: str, template: str) -> Iterator[str]:
    """The database of this worker's server, in a time zone that is not UTC."""
    with fresh_database(database_server, template) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            name = sql.Identifier(connection.info.dbname)
            zone = sql.SQL("alter database {} set timezone = 'Asia/Kolkata'")
            connection.execute(zone.format(name))
        yield url


@pytest.fixture(scope="session")
def local_web() -> Iterator[LocalWeb]:
    """What stands for the web before this worker's server."""
    with LocalWeb() as web:
        yield web


@pytest.fixture
def web(local_web: LocalWeb) -> Iterator[LocalWeb]:
    """The web, empty."""
    local_web.reset()
    yield local_web
    local_web.go_on.set()
    # Others meet it too, for the server searches it.
    local_web.reset()


@pytest.fixture(scope="session")
def server(
    worker_database: str, local_web: LocalWeb, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DostServer]:
    """This worker's server. Tests share it, so each makes accounts of its own."""
    server = DostServer(
        tmp_path_factory.mktemp("dost"),
        "--DostApp.first_byte_timeout=1",
        "--DostApp.silence_timeout=1",
        database_url=worker_database,
        environment=with_web(local_web),
    )
    yield server.start()
    server.stop()
    assert "Traceback" not in server.printed(), server.printed()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Starts servers for one test alone; those that are left are stopped at its end."""
    servers: list[DostServer] = []

    def start(data_dir: Path = tmp_path, *arguments: str, **options: Any) -> DostServer:
        servers.append(DostServer(data_dir, *arguments, **options))
        return servers[-1].start()

    yield start
    for server in servers:
        server.stop()
