"""dost as an app of its own: what Chromium asks of one, at any address, and the next build."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.conftest import FreshDatabase, StartServer
from tests.e2e.conftest import MakePerson
from tests.e2e.person import FAILED_REQUEST, NO_NETWORK, Person
from tests.e2e.test_offline import installed
from tests.support.browser import FLAGS, chromium
from tests.support.dost_server import ROOT, DostServer, guarded

BASE = "/user/a%40b/"


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """With its windows: only so it says what can be installed."""
    browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
    yield browser
    browser.close()


@pytest.mark.parametrize("base", ["/", BASE])
def test_chromium_would_install_it(
    make_person: MakePerson, start_server: StartServer, new_database: FreshDatabase, base: str
) -> None:
    server = start_server(database_url=new_database(), base_url=base)
    page = make_person(on=server).open_chat().page
    installed(page)
    session = page.context.new_cdp_session(page)
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A test's browser is a private window, in which nothing is installed.
    assert [e["errorId"] for e in errors if e["errorId"] != "in-incognito"] == []
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["manifest"]["startUrl"] == manifest["manifest"]["scope"] == server.url
    assert session.send("Page.getAppId")["appId"] == server.url
    assert page.evaluate("async () => (await navigator.serviceWorker.ready).scope") == server.url


class Deployment:
    """An installation of dost of this test's own, whose page can become another build."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "dost_ext", folder / "dost_ext")
        self.static = folder / "dost_ext" / "static"

    def renew(self) -> None:
        """Put another build in the place of this one: some parts have other names then."""
        parts = [
            p for n in ("page", "App", "SettingsPage") for p in self.static.glob(f"*/{n}-*.js")
        ]
        renamed = {part.name: f"{part.stem}Next.js" for part in parts}
        for part in [*self.static.rglob("*.js"), self.static / "index.html"]:
            text = part.read_text()
            if any(name in text for name in renamed):
                for name, new in renamed.items():
                    text = text.replace(name, new)
                part.write_text(text)
                for packed in (".br", ".gz"):
                    part.with_name(part.name + packed).unlink(missing_ok=True)
        for part in parts:
            part.rename(part.with_name(renamed[part.name]))


@pytest.fixture
def deployed(
    make_person: MakePerson,
    start_server: StartServer,
    new_database: FreshDatabase,
    tmp_path: Path,
) -> tuple[Deployment, Person]:
    """A deployment, and somebody on it."""
    deployment = Deployment(tmp_path / "deployed")
    environment = guarded(deployment.folder)
    server = start_server(tmp_path / "data", database_url=new_database(), environment=environment)
    person = make_person(on=server)
    person.watch.forgive(NO_NETWORK)
    return deployment, person


def redeploy(deployment: Deployment, person: Person) -> None:
    """Have the server come back as another build."""
    person.server.stop()
    deployment.renew()
    person.server.start()


def test_a_new_build_is_offered_and_waits(deployed: tuple[Deployment, Person]) -> None:
    deployment, person = deployed
    chat = person.open_chat()
    installed(chat.page)
    chat.box.fill("In the middle of a sentence")
    redeploy(deployment, person)
    expect(chat.notices).to_contain_text("A new version is ready.", timeout=60_000)
    expect(chat.box).to_have_value("In the middle of a sentence")
    chat.notices.get_by_role("button", name="Reload").click()
    expect(chat.box).to_have_value("In the middle of a sentence")
    assert "Next.js" in chat.page.content()
    chat.ask_and_wait("Still here?")
    expect(chat.notices).not_to_contain_text("A new version is ready.")


def test_a_part_that_has_vanished_leads_to_the_new_build(
    deployed: tuple[Deployment, Person],
) -> None:
    deployment, person = deployed
    person.watch.forgive(f"{FAILED_REQUEST}.*404.*SettingsPage")
    person.watch.forgive("Failed to fetch dynamically imported module")
    chat = person.open_chat()
    chat.page.evaluate("navigator.serviceWorker.ready.then((it) => it.unregister())")
    redeploy(deployment, person)
    chat.sidebar.get_by_role("button", name="Account of").click()
    chat.page.get_by_role("menuitem", name="Settings").click()
    expect(chat.main).to_contain_text("This part could not be loaded.")
    chat.main.get_by_role("button", name="Reload").click()
    expect(chat.main.get_by_role("heading", name="Settings")).to_be_visible()


def test_without_its_worker_the_server_is_as_before(deployed: tuple[Deployment, Person]) -> None:
    deployment, person = deployed
    installed(person.open_chat().page)
    redeploy(deployment, person)
    for part in deployment.static.glob("sw.js*"):
        part.unlink()
    person.server.stop()
    person.server.start()
    chat = person.open_chat()
    assert "Next.js" in chat.page.content()
    chat.ask_and_wait("An older server")


def test_the_browser_asks_anew_for_the_worker_and_the_manifest(server: DostServer) -> None:
    for name, kind in (("sw.js", "javascript"), ("manifest.webmanifest", "manifest+json")):
        answer = httpx.get(f"{server.url}{name}")
        assert answer.headers["cache-control"] == "no-cache"
        assert kind in answer.headers["content-type"]


def test_the_kept_shell_is_about_nobody(person: Person) -> None:
    shell = person.context.request.get(f"{person.server.url}offline").text()
    assert '"offline":true' in shell
    assert person.client.username not in shell
    assert "signed_in" not in shell
