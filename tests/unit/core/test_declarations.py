"""A verb that declares no scope, or one that does not exist, does not import."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from dost_ext.core.http import ApiHandler, operation
from dost_ext.core.scopes import PUBLIC, ROLES, SCOPES, Principal, can

ME, OTHER = UUID(int=1), UUID(int=2)


def test_an_unknown_scope_fails_at_import() -> None:
    with pytest.raises(ValueError, match="name it in"):
        operation("conversations:burn")


def test_a_verb_without_a_scope_fails_at_import() -> None:
    async def get(self: Any) -> None:
        """Read."""

    with pytest.raises(TypeError, match="declares no scope"):
        type("Undeclared", (ApiHandler,), {"get": get})


def test_a_role_holds_only_scopes_that_exist() -> None:
    assert set().union(*ROLES.values()) == set(SCOPES)


@pytest.mark.parametrize("scope", SCOPES)
def test_nobody_may_do_only_what_is_public(scope: str) -> None:
    assert can(None, scope) is (scope == PUBLIC)
    assert can(Principal(ME, "x", "no such role"), scope) is (scope == PUBLIC)


def test_a_thing_is_its_owners_alone_even_before_an_admin() -> None:
    admin = Principal(ME, "admin", "admin")
    assert can(admin, "conversations:read", owner=ME)
    assert not can(admin, "conversations:read", owner=OTHER)
