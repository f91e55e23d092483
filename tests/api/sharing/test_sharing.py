"""Links by which anyone reads a conversation."""

from __future__ import annotations

import pytest

from tests.api.conftest import SignUp
from tests.support.client import PASSWORD, Client

GONE = "This link does not exist, or not any more."


def shared(client: Client, content: str = "Why?") -> tuple[str, str]:
    """A conversation and its link's token."""
    answer = client.ask(content, system_prompt="Secret instructions", params={"seed": 987654321})
    share = client.ok("POST", f"conversations/{answer.conversation_id}/share")
    return answer.conversation_id, share["token"]


def test_anyone_with_the_link_reads_the_shown_branch(user: Client, anonymous: Client) -> None:
    conversation, token = shared(user)
    user.add(conversation, "Another branch")
    found = anonymous.ok("GET", f"shared/{token}")
    assert found["title"] == "Why?"
    assert [(m["role"], m["content"], m["model"]) for m in found["messages"]] == [
        ("user", "Why?", None),
        ("assistant", "Why?", "echo"),
    ]


def test_a_link_shows_nothing_private(user: Client, anonymous: Client) -> None:
    conversation, token = shared(user)
    response = anonymous.get(f"shared/{token}")
    me = user.ok("GET", "auth/me")
    private = [conversation, me["id"], me["username"], "Secret", "987654321", "usage", "fake/"]
    assert [word for word in private if word in response.text] == []
    fields = {"role", "content", "attachments", "sources", "model", "created_at"}
    assert all(set(m) == fields for m in response.json()["messages"])
    assert response.headers["x-robots-tag"] == "noindex"


def test_files_are_counted_and_not_shown(user: Client, anonymous: Client) -> None:
    file = user.attach("salaries.csv", b"a,b")
    answer = user.ask("", attachments=[{"file_id": file["id"]}])
    share = user.ok("POST", f"conversations/{answer.conversation_id}/share")
    response = anonymous.get(f"shared/{share['token']}")
    (prompt, _) = response.json()["messages"]
    assert (prompt["content"], prompt["attachments"]) == ("", 1)
    assert file["id"] not in response.text
    assert anonymous.get(f"files/{file['id']}").status_code == 401


def test_what_is_said_later_stays_private_until_shared_again(
    user: Client, anonymous: Client
) -> None:
    conversation, token = shared(user)
    leaf = user.tree(conversation)["leaf"]
    user.add(conversation, "Later", leaf)
    assert len(anonymous.ok("GET", f"shared/{token}")["messages"]) == 2
    renewed = user.ok("POST", f"conversations/{conversation}/share")
    assert renewed["token"] == token
    assert anonymous.ok("GET", f"shared/{token}")["messages"][-1]["content"] == "Later"


def test_the_owner_sees_whether_it_is_shared(user: Client) -> None:
    conversation = user.make_conversation()["id"]
    path = f"conversations/{conversation}/share"
    assert user.ok("GET", path) == {"share": None}
    share = user.ok("POST", path)
    assert user.ok("GET", path) == {"share": share}
    assert share["url_path"] == f"/dost/share/{share['token']}"
    user.ok("DELETE", path)
    assert user.ok("GET", path) == {"share": None}
    assert user.delete(path).status_code == 404


def test_revoked_and_unknown_are_the_same(user: Client, anonymous: Client) -> None:
    conversation, token = shared(user)
    user.ok("DELETE", f"conversations/{conversation}/share")
    answers = [anonymous.get(f"shared/{t}") for t in (token, "x" * 32, "x", "%00", "ğ", token[:-1])]
    assert {(a.status_code, a.json()["detail"]) for a in answers} == {(404, GONE)}


def test_a_link_made_anew_is_another(user: Client, anonymous: Client) -> None:
    conversation, token = shared(user)
    user.ok("DELETE", f"conversations/{conversation}/share")
    again = user.ok("POST", f"conversations/{conversation}/share")["token"]
    assert again != token
    assert anonymous.get(f"shared/{token}").status_code == 404


def test_a_deleted_conversation_ends_its_link(user: Client, anonymous: Client) -> None:
    conversation, token = shared(user)
    user.ok("DELETE", f"conversations/{conversation}")
    assert anonymous.get(f"shared/{token}").status_code == 404


def test_a_deleted_account_ends_its_links(sign_up: SignUp, anonymous: Client) -> None:
    somebody = sign_up()
    _, token = shared(somebody)
    somebody.ok("DELETE", "auth/me", json={"password": PASSWORD})
    assert anonymous.get(f"shared/{token}").status_code == 404


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_nobody_shares_anothers_conversation(user: Client, sign_up: SignUp, method: str) -> None:
    conversation, _ = shared(user)
    response = sign_up().request(method, f"conversations/{conversation}/share")
    assert response.status_code == 404


def test_tokens_cannot_be_guessed(user: Client) -> None:
    tokens = {shared(user)[1] for _ in range(3)}
    assert len(tokens) == 3
    assert {len(token) for token in tokens} == {32}


def test_a_tool_and_a_system_message_are_not_shown(user: Client, anonymous: Client) -> None:
    conversation = user.make_conversation()["id"]
    top = user.add(conversation, "rules", role="system")["id"]
    asked = user.add(conversation, "asked", top)["id"]
    user.add(conversation, "raw data", asked, role="tool")
    token = user.ok("POST", f"conversations/{conversation}/share")["token"]
    found = anonymous.ok("GET", f"shared/{token}")
    assert [m["content"] for m in found["messages"]] == ["asked"]
