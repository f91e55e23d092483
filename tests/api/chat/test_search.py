"""Finding conversations by what is said in them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import SignUp
from tests.support.client import Client


def found(client: Client, q: str, **query: Any) -> list[str]:
    """The titles of what a search finds, the best first."""
    page = client.ok("GET", "conversations", params={"q": q, **query})
    return [item["title"] for item in page["items"]]


def said(client: Client, title: str, *contents: str, **fields: Any) -> dict[str, Any]:
    """A conversation in which something was said."""
    made = client.make_conversation(title=title, **fields)
    parent = None
    for content in contents:
        parent = client.add(made["id"], content, parent)["id"]
    return made


def test_words_are_found_in_titles_and_in_messages(user: Client) -> None:
    said(user, "Sourdough", "How long does the dough rest?")
    said(user, "Travel", "Trains to Ankara")
    assert found(user, "sourdough") == ["Sourdough"]
    assert found(user, "ankara trains") == ["Travel"]
    assert found(user, "ankara dough") == []


def test_what_a_model_answered_is_found_once_it_is_whole(user: Client) -> None:
    answer = user.ask("zebra crossing")
    assert answer.message["status"] == "complete"
    ids = [i["id"] for i in user.ok("GET", "conversations", params={"q": "zebra"})["items"]]
    assert ids == [answer.conversation_id]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Kitaplarımızı okuduk", "kitap"),
        ("kitap", "kitaplar"),
        ("IŞIK HIZI", "ışık"),
        ("şifre unuttum", "sifre"),
        ("İstanbul'da hava", "ISTANBUL"),
        ("She was running", "run"),
        ("a good run", "running"),
        ("np.linalg.norm(x)", "linalg"),
        ("<b>bold</b> html", "bold"),
        ("mail to ada@example.org", "example"),
    ],
)
def test_forms_and_marks_of_a_word_make_no_difference(
    user: Client, written: str, asked: str
) -> None:
    said(user, "here", written)
    assert found(user, asked) == ["here"]


def test_a_title_says_more_than_a_message(user: Client) -> None:
    said(user, "Pandas in Python", "Which library reads tables?")
    said(user, "Zoo", "There were pandas.")
    assert found(user, "pandas") == ["Pandas in Python", "Zoo"]


def test_a_snippet_shows_where_it_was_found(user: Client) -> None:
    said(user, "Long", "word " * 300 + "then a giraffe came " + "after " * 300)
    [item] = user.ok("GET", "conversations", params={"q": "giraffe"})["items"]
    begin, end = item["matches"][0]
    assert item["snippet"][begin:end] == "giraffe"
    assert (item["snippet"][0], item["snippet"][-1]) == ("…", "…")
    assert len(item["snippet"]) < 230
    assert item["message_id"] is not None


def test_a_title_that_matches_alone_has_no_snippet(user: Client) -> None:
    said(user, "Giraffes", "nothing of the kind")
    [item] = user.ok("GET", "conversations", params={"q": "giraffe"})["items"]
    assert (item["snippet"], item["matches"], item["message_id"]) == (None, None, None)


def test_prefixes_narrow_a_search(user: Client) -> None:
    folder = user.ok("POST", "folders", json={"name": "Work"})["id"]
    said(user, "a", "oak", tags=["tree", "wood"], model="fake/echo")
    said(user, "b", "oak", tags=["tree"], folder_id=folder)
    said(user, "c", "oak", model="other/llama-3")
    assert sorted(found(user, "oak tag:tree")) == ["a", "b"]
    assert found(user, "oak tag:tree tag:wood") == ["a"]
    assert found(user, "folder:work oak") == ["b"]
    assert found(user, "model:LLAMA oak") == ["c"]
    assert found(user, "tag:tree folder:nowhere") == []


def test_prefixes_alone_list_what_they_name(user: Client) -> None:
    said(user, "plain", "x")
    kept = said(user, "kept", "x")
    user.ok("PATCH", f"conversations/{kept['id']}", json={"pinned": True})
    assert found(user, "pinned:yes") == ["kept"]
    assert found(user, "pinned:no") == ["plain"]


def test_archived_chats_are_found_when_asked_for(user: Client) -> None:
    old = said(user, "old", "walnut")
    said(user, "new", "walnut")
    user.ok("PATCH", f"conversations/{old['id']}", json={"archived": True})
    assert found(user, "walnut") == ["new"]
    assert found(user, "walnut archived:yes") == ["old"]
    assert sorted(found(user, "walnut archived:any")) == ["new", "old"]
    assert found(user, "walnut", archived=True) == ["old"]


@pytest.mark.parametrize(
    "typed", ["%", "_", "*", "50%_off", "a' or '1'='1", ":*", "\\", "!&|()<->"]
)
def test_signs_in_a_query_are_harmless(user: Client, typed: str) -> None:
    said(user, "one", "anything at all")
    assert found(user, typed) in ([], ["one"])


def test_wildcards_in_a_filter_find_only_themselves(user: Client) -> None:
    said(user, "one", "x", model="fake/echo")
    assert found(user, "model:%") == []
    assert found(user, "model:f_ke") == []


def test_nobody_finds_what_others_said(user: Client, sign_up: SignUp) -> None:
    said(user, "mine", "a secret pangolin")
    assert found(sign_up(), "pangolin") == []


def test_an_edit_and_a_deletion_change_what_is_found(user: Client) -> None:
    made = user.make_conversation(title="t")
    first = user.add(made["id"], "about otters")
    second = user.add(made["id"], "about beavers", first["id"])
    user.ok("PATCH", f"messages/{first['id']}", json={"content": "about badgers"})
    user.ok("DELETE", f"messages/{second['id']}")
    assert [found(user, q) for q in ("otters", "beavers", "badgers")] == [[], [], ["t"]]


def test_results_come_in_pages_without_gaps(user: Client) -> None:
    expected = {said(user, f"n{i}", "the same walrus")["id"] for i in range(7)}
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        query = {"q": "walrus", "limit": 3, **cursor}
        page = user.ok("GET", "conversations", params=query)
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert sorted(seen) == sorted(expected)


@pytest.mark.parametrize("cursor", ["x", "WyJmb3VuZCIsLTFd", "WyJmb3VuZCIsMV", "WyJkZWNveSIsMV0="])
def test_a_cursor_of_something_else_is_refused(user: Client, cursor: str) -> None:
    answer = user.get("conversations", params={"q": "x", "cursor": cursor})
    assert answer.status_code == 422


def test_a_message_of_a_million_unlike_words_is_kept_and_found(user: Client) -> None:
    words = " ".join(f"{i:x}ğ𐐀" for i in range(200_000))
    said(user, "huge", f"armadillo {words}")
    assert found(user, "armadillo") == ["huge"]
