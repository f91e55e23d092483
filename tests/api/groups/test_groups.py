"""Groups: administrators make them, their members share collections with them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import SignUp
from tests.support.client import Client


def make(admin: Client, *members: Client, **about: Any) -> dict[str, Any]:
    """A group of these."""
    body = {"name": f"Group {uuid4()}", "members": [one.username for one in members]} | about
    group: dict[str, Any] = admin.ok("POST", "admin/groups", json=body)
    return group


def shared(owner: Client, *groups: dict[str, Any]) -> str:
    """A collection that these groups read."""
    body = {"name": "Papers", "groups": [group["name"] for group in groups]}
    return str(owner.ok("POST", "collections", json=body)["id"])


def reads(client: Client, collection: str) -> bool:
    """Whether somebody may read a collection, however they come to it."""
    listed = [one["id"] for one in client.ok("GET", "collections")["items"]]
    found = client.get(f"collections/{collection}").status_code == 200
    assert found == (collection in listed)
    return found


def names(client: Client) -> list[str]:
    """The groups with which somebody may share."""
    return [group["name"] for group in client.ok("GET", "groups")["items"]]


def test_an_admin_makes_changes_and_deletes_them(admin: Client, user: Client) -> None:
    group = make(admin, user, description="Who minds the harbour")
    path = f"admin/groups/{group['id']}"
    assert group["members"] == [user.username]
    changed = admin.ok("PATCH", path, json={"description": "", "members": []})
    assert (changed["name"], changed["description"], changed["members"]) == (group["name"], "", [])
    assert changed in admin.ok("GET", "admin/groups")["items"]
    admin.ok("DELETE", path)
    assert [admin.get(path).status_code, admin.delete(path).status_code] == [404, 404]


def test_names_are_told_apart_whatever_their_case(admin: Client) -> None:
    group, other = make(admin), make(admin)
    body = {"name": group["name"].upper()}
    refused = [
        admin.post("admin/groups", json=body),
        admin.patch(f"admin/groups/{other['id']}", json=body),
    ]
    assert [(one.status_code, one.json()["code"]) for one in refused] == [
        (409, "group_name_taken")
    ] * 2
    assert admin.ok("GET", f"admin/groups/{other['id']}")["name"] == other["name"]


def test_whoever_is_nobody_is_no_member_and_nothing_changes(admin: Client, user: Client) -> None:
    group = make(admin, user)
    path = f"admin/groups/{group['id']}"
    body = {"name": "Other", "members": [user.username, "nobody at all"]}
    refused = admin.patch(path, json=body)
    assert refused.status_code == 422
    assert refused.json()["detail"] == "members: there is no user named 'nobody at all'"
    assert admin.ok("GET", path) == group


def test_members_are_named_whatever_the_case_and_are_in_it_once(
    admin: Client, user: Client
) -> None:
    group = make(admin, members=[user.username, user.username.upper()])
    assert group["members"] == [user.username]


def test_one_sees_the_groups_one_is_in_and_an_admin_sees_all(
    admin: Client, user: Client, sign_up: SignUp
) -> None:
    mine, other = make(admin, user), make(admin, sign_up())
    assert names(user) == [mine["name"]]
    assert {mine["name"], other["name"]} <= set(names(admin))
    assert [set(group) for group in user.ok("GET", "groups")["items"]] == [
        {"id", "name", "description"}
    ]


def test_members_read_what_is_shared_with_their_group(
    admin: Client, user: Client, sign_up: SignUp
) -> None:
    member, stranger = sign_up(), sign_up()
    group = make(admin, user, member)
    collection = shared(user, group)
    assert [reads(one, collection) for one in (user, member, stranger)] == [True, True, False]
    assert user.ok("GET", f"collections/{collection}")["groups"] == [group["name"]]
    assert member.ok("GET", f"collections/{collection}")["groups"] == []
    assert member.patch(f"collections/{collection}", json={"name": "Mine"}).status_code == 403


@pytest.mark.parametrize("way", ["left", "deleted", "shared no more"])
def test_what_a_group_read_is_gone_at_once_once_it_is_over(
    way: str, admin: Client, user: Client, sign_up: SignUp
) -> None:
    member = sign_up()
    group = make(admin, user, member)
    path, collection = f"admin/groups/{group['id']}", shared(user, group)
    if way == "left":
        admin.ok("PATCH", path, json={"members": [user.username]})
    elif way == "deleted":
        admin.ok("DELETE", path)
    else:
        user.ok("PATCH", f"collections/{collection}", json={"groups": []})
    assert [reads(one, collection) for one in (user, member)] == [True, False]


def test_whoever_comes_into_a_group_reads_what_was_shared_before(
    admin: Client, user: Client, sign_up: SignUp
) -> None:
    late = sign_up()
    group = make(admin, user)
    collection = shared(user, group)
    admin.ok("PATCH", f"admin/groups/{group['id']}", json={"members": [late.username]})
    assert reads(late, collection)


def test_one_shares_with_no_group_that_one_is_not_in(
    admin: Client, user: Client, sign_up: SignUp
) -> None:
    strange = make(admin, sign_up())
    for name in (strange["name"], "no group at all"):
        refused = user.post("collections", json={"name": "Papers", "groups": [name]})
        assert refused.status_code == 422
        assert refused.json()["detail"] == f"groups: you are in no group named {name!r}"
        assert refused.json()["code"] == "unknown_group"
    assert user.ok("GET", "collections")["items"] == []


def test_what_one_shared_stays_shared_once_one_has_left(
    admin: Client, user: Client, sign_up: SignUp
) -> None:
    member = sign_up()
    group = make(admin, user, member)
    collection = shared(user, group)
    admin.ok("PATCH", f"admin/groups/{group['id']}", json={"members": [member.username]})
    body = {"name": "Other papers", "groups": [group["name"]]}
    assert user.ok("PATCH", f"collections/{collection}", json=body)["groups"] == [group["name"]]
    assert reads(member, collection)


def test_a_deleted_account_is_in_no_group(admin: Client, sign_up: SignUp) -> None:
    leaving = sign_up()
    group = make(admin, leaving)
    admin.ok("DELETE", f"admin/users/{leaving.ok('GET', 'auth/me')['id']}")
    assert admin.ok("GET", f"admin/groups/{group['id']}")["members"] == []
