"""Another embedder, as whoever administers the server chooses it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import FreshDatabase, StartServer
from tests.e2e.conftest import MakePerson
from tests.e2e.person import FAILED_REQUEST, Person
from tests.e2e.test_accessibility import all_violations, sideways
from tests.support.dost_server import wait_until
from tests.support.embedding_server import EmbeddingServer
from tests.support.worker import when_over

BUILTIN = "all-MiniLM-L6-v2, built in, 384 numbers a passage"


@pytest.fixture
def other() -> Iterator[EmbeddingServer]:
    """A server of embeddings."""
    with EmbeddingServer() as other:
        yield other


@pytest.fixture
def owner(
    start_server: StartServer, new_database: FreshDatabase, make_person: MakePerson
) -> Person:
    """Whoever made the first account of a server, where a document is."""
    owner = make_person(start_server(database_url=new_database(), worker=True))
    sent = owner.client.send_document("tides.md", b"# Tides\n\nThe sea rises to 7.31 metres.\n")
    assert when_over(owner.client, sent["id"])["status"] == "ready"
    return owner


def choose(page: Page, other: EmbeddingServer) -> None:
    """Choose a model of that server, as far as the question whether to."""
    expect(page.get_by_text(BUILTIN)).to_be_visible()
    page.get_by_role("radio", name="OpenAI-compatible").check(force=True)
    page.get_by_role("textbox", name="Address").fill(f"{other.origin}/v1")
    page.get_by_role("textbox", name="Model").fill("nomic")
    page.get_by_role("button", name="Change", exact=True).click()


def test_an_embedder_is_tried_asked_about_and_changed_to(
    owner: Person, other: EmbeddingServer
) -> None:
    page = owner.open("admin/embedder").page
    choose(page, other)
    asked = page.get_by_role("dialog", name="Change embedder")
    expect(asked).to_contain_text("1 passage")
    expect(asked).to_contain_text(f"{other.origin}/v1")
    assert all_violations(page) == {}
    other.held = "7.31 metres"
    asked.get_by_role("button", name="Change embedder").click()
    expect(page.get_by_text("Embedding anew with nomic: 0 of 1")).to_be_visible()
    expect(page.get_by_text(BUILTIN)).to_be_visible()
    assert all_violations(page) == {}
    assert sideways(page) == []
    other.gate.set()
    expect(page.get_by_text("All 1 passages are embedded with nomic.")).to_be_visible()
    expect(page.get_by_text(f"nomic at {other.origin}/v1, 512 numbers a passage")).to_be_visible()


def test_a_stored_key_is_removed(owner: Person, other: EmbeddingServer) -> None:
    choice = {"kind": "openai", "model": "nomic", "base_url": f"{other.origin}/v1"}
    owner.client.ok("PUT", "admin/embedder", json={**choice, "api_key": "sk-1"})
    wait_until(lambda: owner.client.ok("GET", "admin/embedder")["next"] is None)
    page = owner.open("admin/embedder").page
    change = page.get_by_role("button", name="Change", exact=True)
    expect(change).to_be_disabled()
    page.get_by_role("checkbox", name="Remove the stored key").check()
    change.click()
    page.get_by_role("dialog").get_by_role("button", name="Change embedder").click()
    expect(page.get_by_text("Leave empty if the server asks for none.")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    assert owner.client.ok("GET", "admin/embedder")["current"]["has_key"] is False


def test_a_change_can_be_given_up(owner: Person, other: EmbeddingServer) -> None:
    page = owner.open("admin/embedder").page
    choose(page, other)
    other.held = "7.31 metres"
    page.get_by_role("dialog").get_by_role("button", name="Change embedder").click()
    work = page.get_by_text("Embedding anew with nomic: 0 of 1")
    expect(work).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(work).to_be_hidden()
    expect(page.get_by_text(BUILTIN)).to_be_visible()


def test_one_that_does_not_answer_is_refused_with_a_reason(
    owner: Person, other: EmbeddingServer
) -> None:
    owner.watch.forgive(FAILED_REQUEST)
    page = owner.open("admin/embedder").page
    other.status = 404
    choose(page, other)
    expect(page.get_by_role("alert")).to_contain_text("This model is away.")
    assert all_violations(page) == {}
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_administration_speaks_turkish_when_it_is_opened_first(owner: Person) -> None:
    """The words come after the page has begun to show itself."""
    owner.client.ok("PATCH", "settings", json={"language": "tr"})
    page = owner.open("admin/embedder").page
    expect(page.get_by_role("link", name="Gömme modeli")).to_be_visible()
    expect(page.get_by_role("link", name="Kullanıcılar")).to_be_visible()
