"""The migrations and the tables that the code describes are one thing."""

from collections.abc import Callable

from alembic import command

from dost_ext.migrations import alembic_config, migrate


def test_the_migrations_make_the_tables_that_the_code_describes(
    new_database: Callable[[], str],
) -> None:
    command.check(alembic_config(new_database()))  # raises where they differ


def test_migrating_twice_changes_nothing(new_database: Callable[[], str]) -> None:
    url = new_database()
    migrate(url)
    command.check(alembic_config(url))
