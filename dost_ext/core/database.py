"""The database: one async engine, one metadata, one way to open a transaction."""

from __future__ import annotations

import logging
import select
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias

import orjson
import psycopg
from sqlalchemy import MetaData, Row, event, exc
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from dost_ext.core.errors import NotReady

log = logging.getLogger("dost")

# A row of any columns, read by name.
Record: TypeAlias = Row[*tuple[Any, ...]]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def sqlalchemy_url(url: str) -> str:
    """A libpq URL as SQLAlchemy wants it: the same URL, spoken through psycopg 3."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.split("+")[0] not in ("postgresql", "postgres"):
        raise NotReady(
            "The database URL must begin with postgresql://. dost stores its data in "
            "PostgreSQL only; leave the URL out to use the built-in server.",
            code="database_url",
        )
    return f"postgresql+psycopg://{rest}"


def libpq_url(url: str) -> str:
    """The URL for programs that speak libpq: psycopg itself, pg_dump, procrastinate."""
    return sqlalchemy_url(url).replace("postgresql+psycopg://", "postgresql://", 1)


def _demand_open(connection: Any, _record: Any, _proxy: Any) -> None:
    """Have the pool replace a connection that the server closed while it was idle.

    An idle connection has nothing to read but the end; this costs two microseconds, where a ping
    costs a round trip on every transaction.
    """
    idle = select.poll()
    idle.register(connection.driver_connection.fileno(), select.POLLIN)
    if idle.poll(0):
        raise exc.DisconnectionError


def _speak_utc(connection: Any, _record: Any) -> None:
    """Have times come in UTC, whatever the server's own zone is."""
    cursor = connection.cursor()
    cursor.execute("set time zone 'UTC'")
    cursor.close()
    connection.commit()


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


# What is copied in goes through the driver, whose errors are its own.
_AWAY = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError, psycopg.OperationalError)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except _AWAY as error:
        cause = getattr(error, "orig", None) or error
        log.warning("the database is out of reach: %s: %s", type(cause).__name__, cause)
        raise NotReady("The database is out of reach at the moment. Try again shortly.") from error


class Database:
    """A pool of connections to one PostgreSQL database.

    Built without a URL and connected when the server starts, since the embedded server's address
    is known only then.
    """

    def __init__(self) -> None:
        self._engine: AsyncEngine | None = None
        self._autocommitting: AsyncEngine | None = None  # the same pool
        self.url = ""

    def connect(self, url: str, *, pool_size: int = 12) -> None:
        """Open the pool (lazily: no connection is made yet)."""
        self.url = url
        self._engine = create_async_engine(
            make_url(sqlalchemy_url(url)),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=20,
            # The connection that was used last knows the statements it prepared.
            pool_use_lifo=True,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
            hide_parameters=True,  # they are what people wrote, and errors are logged
        )
        self._autocommitting = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        event.listen(self._engine.sync_engine, "connect", _speak_utc)
        event.listen(self._engine.sync_engine, "checkout", _demand_open)

    @property
    def connected(self) -> bool:
        """Whether `connect` has been called."""
        return self._engine is not None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end of the block, rolled back when it raises.

        Raises `NotReady` while the server is out of reach.
        """
        with _reachable():
            async with self._open(self._engine).begin() as connection:
                yield connection

    @asynccontextmanager
    async def autocommit(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose every statement is a transaction: one round trip instead of three.

        Raises `NotReady` while the server is out of reach.
        """
        with _reachable():
            async with self._open(self._autocommitting).connect() as connection:
                yield connection

    def _open(self, engine: AsyncEngine | None) -> AsyncEngine:
        if engine is None:
            raise NotReady
        return engine

    async def close(self) -> None:
        """Close every connection."""
        if self._engine is not None:
            await self._engine.dispose()
