"""The prompt library: what one keeps, and what others may use of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import SignUp
from tests.support.client import PASSWORD, Client

ABSENT = "01890000-0000-7000-8000-000000000000"


def keep(client: Client, name: str = "greet", **fields: Any) -> dict[str, Any]:
    """A prompt of somebody's."""
    body = {"name": name, "content": "Say hello to {{name}}"} | fields
    return dict(client.ok("POST", "prompts", json=body))


def names(client: Client) -> list[str]:
    """What somebody may use."""
    return [prompt["name"] for prompt in client.ok("GET", "prompts")["items"]]


def test_a_prompt_is_kept_and_found_again(user: Client) -> None:
    made = keep(user, title="Greet somebody", shared=True)
    assert (made["title"], made["content"]) == ("Greet somebody", "Say hello to {{name}}")
    assert (made["shared"], made["mine"], made["owner"]) == (True, True, user.username)
    assert user.ok("GET", f"prompts/{made['id']}") == made
    assert user.ok("GET", "prompts")["items"][0] == made


def test_a_prompt_without_a_title_goes_by_its_name(user: Client) -> None:
    assert keep(user, "özet")["title"] == "özet"


def test_names_differ_whatever_their_case(user: Client, sign_up: SignUp) -> None:
    keep(user, "Greet")
    response = user.post("prompts", json={"name": "greet", "content": "x"})
    assert (response.status_code, response.json()["code"]) == (409, "prompt_name_taken")
    other = keep(user, "other")["id"]
    assert user.patch(f"prompts/{other}", json={"name": "GREET"}).status_code == 409
    assert keep(sign_up(), "greet")["name"] == "greet"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "two words"},
        {"name": "/slash"},
        {"name": "x" * 61},
        {"name": None},
        {"title": "   "},
        {"content": ""},
        {"content": "x" * 20_001},
        {"shared": None},
        {"colour": "red"},
    ],
    ids=str,
)
def test_what_is_no_prompt_is_refused(user: Client, changes: dict[str, Any]) -> None:
    made = keep(user)
    assert user.post("prompts", json={"name": "a", "content": "b"} | changes).status_code == 422
    assert user.patch(f"prompts/{made['id']}", json=changes).status_code == 422
    assert user.ok("GET", f"prompts/{made['id']}") == made


def test_a_change_leaves_the_rest(user: Client) -> None:
    made = keep(user)
    changed = user.ok("PATCH", f"prompts/{made['id']}", json={"content": "Hi"})
    assert changed.pop("updated_at") > made.pop("updated_at")
    assert changed == made | {"content": "Hi"}
    assert user.ok("PATCH", f"prompts/{made['id']}", json={})["content"] == "Hi"


def test_what_is_not_shared_does_not_exist_for_others(user: Client, sign_up: SignUp) -> None:
    made, admin = keep(user), sign_up(role="admin")
    for other in (sign_up(), admin):
        assert made["id"] not in [p["id"] for p in other.ok("GET", "prompts")["items"]]
        path = f"prompts/{made['id']}"
        calls = [other.get(path), other.patch(path, json={"title": "x"}), other.delete(path)]
        assert [response.status_code for response in calls] == [404, 404, 404]


def test_what_is_shared_others_use_and_leave_as_it_is(user: Client, sign_up: SignUp) -> None:
    made, other = keep(user, shared=True), sign_up()
    path = f"prompts/{made['id']}"
    assert other.ok("GET", path) == made | {"mine": False}
    assert other.patch(path, json={"title": "x"}).status_code == 403
    assert other.delete(path).status_code == 403
    user.ok("PATCH", path, json={"shared": False})
    assert other.get(path).status_code == 404


def test_an_admin_deletes_what_is_shared_but_does_not_change_it(
    user: Client, sign_up: SignUp
) -> None:
    path, admin = f"prompts/{keep(user, shared=True)['id']}", sign_up(role="admin")
    assert admin.patch(path, json={"title": "x"}).status_code == 403
    admin.ok("DELETE", path)
    assert user.get(path).status_code == 404


def test_ones_own_come_first_by_name(user: Client, sign_up: SignUp) -> None:
    keep(sign_up(), "aaa-by-another", shared=True)
    for name in ("b", "a"):
        keep(user, name)
    found = names(user)
    assert found[:2] == ["a", "b"]
    assert "aaa-by-another" in found[2:]


def test_prompts_go_with_their_account(sign_up: SignUp, user: Client) -> None:
    leaving = sign_up()
    made = keep(leaving, shared=True)
    leaving.ok("DELETE", "auth/me", json={"password": PASSWORD})
    assert user.get(f"prompts/{made['id']}").status_code == 404


def test_there_is_an_end_to_how_many(user: Client) -> None:
    for number in range(500):
        keep(user, f"p{number}", content="x")
    response = user.post("prompts", json={"name": "more", "content": "x"})
    assert (response.status_code, len(names(user)) >= 500) == (409, True)


def test_an_absent_prompt_is_not_found(user: Client) -> None:
    assert user.get(f"prompts/{ABSENT}").status_code == 404
