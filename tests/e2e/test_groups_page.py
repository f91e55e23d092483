"""Groups, as an administrator makes them and as somebody shares a collection with one."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import expect

from tests.e2e.conftest import MakePerson
from tests.e2e.person import Person
from tests.e2e.test_accessibility import all_violations, sideways
from tests.support.client import Client


def test_a_group_is_made_changed_and_deleted(admin: Client, make_person: MakePerson) -> None:
    member, owner = make_person(), make_person()
    me = owner.client.ok("GET", "auth/me")
    admin.ok("PATCH", f"admin/users/{me['id']}", json={"role": "admin"})
    name = f"Harbour {uuid4()}"
    page = owner.open("admin/groups").page
    page.get_by_role("button", name="New group").click()
    dialog = page.get_by_role("dialog", name="New group")
    dialog.get_by_role("textbox", name="Name").fill(name)
    box = dialog.get_by_role("checkbox", name=member.client.username)
    expect(box).to_be_visible()
    assert all_violations(page) == {}
    box.check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    listed = page.get_by_role("listitem").filter(has_text=name)
    expect(listed).to_contain_text("1 member")
    assert all_violations(page) == {}
    assert sideways(page) == []

    page.get_by_role("button", name=f"Edit group {name}").click()
    dialog = page.get_by_role("dialog", name=f"Edit group {name}")
    expect(dialog.get_by_role("checkbox", name=member.client.username)).to_be_checked()
    dialog.get_by_role("textbox", name="Description").fill("Who minds it")
    dialog.get_by_role("button", name="Save").click()
    expect(listed).to_contain_text("Who minds it")

    page.get_by_role("button", name=f"Delete group {name}").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(listed).to_be_hidden()
    assert name not in [one["name"] for one in admin.ok("GET", "admin/groups")["items"]]


def test_a_collection_is_shared_with_a_group(
    admin: Client, person: Person, make_person: MakePerson
) -> None:
    member = make_person()
    name = f"Harbour {uuid4()}"
    body = {"name": name, "members": [person.client.username, member.client.username]}
    admin.ok("POST", "admin/groups", json=body)
    page = person.open("documents").page
    page.get_by_role("button", name="New collection").click()
    dialog = page.get_by_role("dialog", name="New collection")
    dialog.get_by_role("textbox", name="Name").fill("Charts")
    dialog.get_by_role("group", name="Share with groups").get_by_role("checkbox", name=name).check()
    assert all_violations(page) == {}
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Shared with {name}")).to_be_visible()
    shown = member.open("documents").page
    expect(shown.get_by_role("link", name="Charts")).to_be_visible()
