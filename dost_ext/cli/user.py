"""`dost user add|reset-password|list`: accounts from the command line."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys

from pydantic import ValidationError

from dost_ext.auth.schemas import Register
from dost_ext.cli.session import add_storage_options, finish, parser, storage_of
from dost_ext.core.errors import InvalidRequest
from dost_ext.core.scopes import ROLES
from dost_ext.services import Options, Services


def run(argv: list[str]) -> int:
    """Add an account, set a password, or list the accounts."""
    arguments = _arguments(argv)
    return finish(lambda: _run(arguments))


def _arguments(argv: list[str]) -> argparse.Namespace:
    made = parser("user", "Accounts from the command line.")
    actions = made.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="make an account; the first is an administrator")
    add.add_argument("username")
    add.add_argument("--role", choices=sorted(ROLES))
    add.add_argument("--email")
    reset = actions.add_parser("reset-password", help="set a password and sign out everywhere")
    reset.add_argument("username")
    for action in (add, reset):
        action.add_argument(
            "--generate", action="store_true", help="make up a password and print it"
        )
    listing = actions.add_parser("list", help="print every account")
    for action in (add, reset, listing):
        add_storage_options(action)
    return made.parse_args(argv)


async def _run(arguments: argparse.Namespace) -> int:
    storage = storage_of(arguments)
    services = Services(Options(storage.data_dir), storage=storage)
    async with storage.opened():
        if arguments.action == "list":
            for user in await services.accounts.users():
                print(f"{user.username}\t{user.role}\t{user.email or ''}")
            return 0
        password = _password(arguments)
        wanted = _checked(arguments.username, password, getattr(arguments, "email", None))
        if arguments.action == "add":
            user = await services.accounts.add(wanted, arguments.role)
            print(f"{user.username} can sign in now, as {user.role}.")
        else:
            await services.accounts.reset_password(wanted.username, wanted.password)
            print(f"{wanted.username} has a new password and is signed out everywhere.")
    if arguments.generate:
        print(f"Password: {password}")
    return 0


def _password(arguments: argparse.Namespace) -> str:
    """From the terminal, unseen and twice; from a pipe, its first line."""
    if arguments.generate:
        return secrets.token_urlsafe(15)
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise InvalidRequest("The two passwords differ.")
    return password


def _checked(username: str, password: str, email: str | None) -> Register:
    try:
        return Register(username=username, password=password, email=email)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidRequest(f"{first['loc'][0]}: {first['msg']}") from None
