"""Pages of the web that are added to documents."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import LoginAs
from tests.api.rag.conftest import Ask
from tests.support.client import Client
from tests.support.documents import pdf
from tests.support.local_web import LocalWeb, article
from tests.support.worker import when_over

ELM = article(
    "The tides of Elm",
    "The harbour of Elm has four tides a day, twice what other harbours of the coast have.",
    "The keeper of the harbour writes down their heights; the highest was 7.31 metres.",
)


def add(client: Client, url: str, **fields: str) -> dict[str, Any]:
    """A page that is added."""
    # Form data that holds no file goes out in another encoding unless it is given as parts.
    parts = {name: (None, value) for name, value in {"url": url, **fields}.items()}
    return dict(client.ok("POST", "documents", files=parts))


def refusal(client: Client, url: str, **fields: str) -> tuple[int, str]:
    """The status and the code with which a page is refused."""
    parts = {name: (None, value) for name, value in {"url": url, **fields}.items()}
    response = client.post("documents", files=parts)
    return response.status_code, str(response.json()["code"])


def test_a_page_is_read_like_a_file(worker: None, user: Client, web: LocalWeb, ask: Ask) -> None:
    url = web.put("/coast/elm", ELM)
    sent = add(user, url)
    assert (sent["status"], sent["url"]) == ("queued", url)
    page = when_over(user, sent["id"])
    assert (page["status"], page["title"], page["media_type"]) == (
        "ready",
        "The tides of Elm",
        "text/html",
    )
    assert page["filename"] == "127.0.0.1/coast/elm.html"
    (found,) = ask("How high was the highest tide?")
    assert "7.31 metres" in found["text"]
    assert "Most read" not in found["text"]


def test_a_page_lies_in_the_collection_that_is_named(
    worker: None, user: Client, web: LocalWeb
) -> None:
    collection = user.ok("POST", "collections", json={"name": "Coasts"})
    sent = add(user, web.put("/elm", ELM), collection_id=collection["id"])
    assert sent["collection_id"] == collection["id"]


def test_a_page_that_has_changed_takes_its_own_place(
    worker: None, user: Client, web: LocalWeb, ask: Ask
) -> None:
    collection = user.ok("POST", "collections", json={"name": "Coasts"})["id"]
    url = web.put("/elm", ELM)
    first = when_over(user, add(user, url, collection_id=collection)["id"])
    assert add(user, url, collection_id=collection)["duplicate"]
    web.put("/elm", ELM.replace("7.31", "8.02"))
    second = when_over(user, add(user, url, collection_id=collection)["id"])
    assert second["id"] != first["id"]
    listed = user.ok("GET", f"documents?collection_id={collection}")["items"]
    assert [one["id"] for one in listed] == [second["id"]]
    (found,) = ask("How high was the highest tide?", collection_ids=[collection])
    assert "8.02 metres" in found["text"]


def test_a_pdf_of_the_web_has_its_pages(worker: None, user: Client, web: LocalWeb) -> None:
    url = web.put("/elm.pdf", pdf("Elm.", "Four tides."), "application/pdf")
    page = when_over(user, add(user, url)["id"])
    assert (page["filename"], page["pages"], page["status"]) == ("127.0.0.1/elm.pdf", 2, "ready")


def test_a_page_in_another_alphabet_is_read_as_its_server_says(
    worker: None, user: Client, web: LocalWeb, ask: Ask
) -> None:
    text = article("Deniz", "Karaağaç limanında günde dört kez gelgit olur, öğleden önce ve sonra.")
    url = web.put("/tr", text.encode("iso-8859-9"), "text/html; charset=iso-8859-9")
    when_over(user, add(user, url)["id"])
    (found,) = ask("gelgit")
    assert "Karaağaç limanında günde dört kez" in found["text"]


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("http://127.0.0.2/", 422, "address_refused"),
        ("file:///etc/passwd", 422, "address_refused"),
        ("elm", 422, "address_refused"),
        ("{origin}/none", 502, "page_unreadable"),
        ("{origin}/empty", 422, "invalid"),
    ],
)
def test_what_cannot_be_had_is_no_document(
    user: Client, web: LocalWeb, url: str, status: int, code: str
) -> None:
    web.put("/empty", b"")
    assert refusal(user, url.format(origin=web.origin)) == (status, code)
    assert user.ok("GET", "documents")["items"] == []


def test_nothing_is_fetched_for_a_collection_that_is_not_there(
    user: Client, web: LocalWeb, login_as: LoginAs
) -> None:
    theirs = login_as("user").ok("POST", "collections", json={"name": "Theirs"})["id"]
    assert refusal(user, web.put("/elm", ELM), collection_id=theirs) == (404, "not_found")
    assert web.asked == []
