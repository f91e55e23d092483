"""The migrations and the tables that the code describes are one thing."""

from collections.abc import Callable

import psycopg
import pytest
from alembic import command
from psycopg import sql

from dost_ext.core.errors import NotReady
from dost_ext.migrations import alembic_config, migrate
from tests.support.postgres import fresh_database


def test_the_migrations_make_the_tables_that_the_code_describes(
    new_database: Callable[[], str],
) -> None:
    command.check(alembic_config(new_database()))  # raises where they differ


def test_migrating_twice_changes_nothing(new_database: Callable[[], str]) -> None:
    url = new_database()
    migrate(url)
    command.check(alembic_config(url))


def test_a_role_that_may_not_make_extensions_is_told_so(database_server: str) -> None:
    with fresh_database(database_server) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            name = sql.Identifier(connection.info.dbname)
            forbid = sql.SQL("revoke create on database {} from public, current_user")
            connection.execute(forbid.format(name))
        with pytest.raises(NotReady, match="unaccent and vector"):
            migrate(url)
