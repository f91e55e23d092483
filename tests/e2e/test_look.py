"""How the page looks and which language it speaks: chosen once, the same ever after."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import MakePerson, NewContext
from tests.e2e.person import FAILED_REQUEST, NOBODY, Person
from tests.e2e.test_accessibility import THEMES, show_theme, sideways, violations
from tests.support.client import Client
from tests.support.dost_server import DostServer, wait_until

# Every word that was ever on the page, from before the page's own scripts on.
NOTE_WORDS = """
    window.words = '';
    new MutationObserver(() => { words += document.body?.innerText ?? ''; })
        .observe(document, { subtree: true, childList: true, characterData: true });
"""
# What the first paint looked like.
NOTE_PAINT = """
    const value = name => getComputedStyle(document.documentElement).getPropertyValue(name);
    new PerformanceObserver(list => { window.painted ??= ['--accent', '--text-size',
        '--background-image'].map(value) }).observe({ type: 'paint', buffered: true });
"""


def saved(person: Person, name: str, value: object) -> None:
    """Wait until the server has a setting."""
    wait_until(lambda: person.client.ok("GET", "settings")[name] == value)


def choose(page: Page, group: str, name: str) -> None:
    """Choose in a group of radio buttons."""
    page.get_by_role("radiogroup", name=group).get_by_role("radio", name=name).check(force=True)


def picture(colour: str, size: tuple[int, int] = (40, 30)) -> dict[str, object]:
    """A picture of one colour, as a file to upload."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return {"name": "photo.png", "mimeType": "image/png", "buffer": out.getvalue()}


def behind(page: Page) -> str:
    """What is behind everything."""
    return str(page.evaluate("() => getComputedStyle(document.body, '::before').backgroundImage"))


def upload(page: Page, colour: str) -> None:
    """Put a picture behind the page and wait until it shows."""
    page.get_by_label("Picture to use").set_input_files(picture(colour))  # type: ignore[arg-type]
    expect(page.locator("html")).to_have_attribute("data-background", "picture")


def test_the_page_speaks_turkish_at_once_and_from_then_on(person: Person) -> None:
    page = person.open("settings/interface").page
    page.get_by_role("combobox", name="Language").select_option("Türkçe")
    expect(page.get_by_role("heading", name="Ayarlar")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "tr")
    saved(person, "language", "tr")
    page.add_init_script(NOTE_WORDS)
    page.reload()
    expect(page.get_by_role("combobox", name="Dil")).to_have_value("tr")
    words = page.evaluate("words")
    assert "Ayarlar" in words
    assert "Settings" not in words


def test_another_device_takes_on_the_language(person: Person, make_person: MakePerson) -> None:
    person.client.ok("PATCH", "settings", json={"language": "tr"})
    expect(person.open().page.get_by_role("button", name="Gönder")).to_be_visible()


@pytest.fixture
def turkish(new_context: NewContext, server: DostServer, admin: Client) -> BrowserContext:
    """A browser of somebody who prefers Turkish, and whom the server does not know."""
    context, watch = new_context(server, locale="tr-TR")
    watch.forgive(NOBODY)
    return context


def test_the_door_speaks_the_browsers_language(turkish: BrowserContext, server: DostServer) -> None:
    page = turkish.new_page()
    page.goto(f"{server.url}login")
    expect(page.get_by_role("button", name="Oturum aç")).to_be_visible()
    expect(page.get_by_role("link", name="Kaydolun")).to_be_visible()


def test_the_look_is_there_at_the_first_paint(person: Person) -> None:
    page = person.open("settings/interface").page
    choose(page, "Accent colour", "Violet")
    page.get_by_role("slider", name="Text size").press("End")
    upload(page, "teal")
    saved(person, "text_size", 20)
    look = "dost.look"
    wait_until(lambda: "20px" in str(page.evaluate("name => localStorage.getItem(name)", look)))
    page.add_init_script(NOTE_PAINT)
    page.reload()
    page.wait_for_function("() => window.painted")
    accent, size, image = page.evaluate("painted")
    assert accent.startswith("light-dark(#")
    assert size.strip() == "20px"
    assert "settings/background/" in image


def test_messages_take_on_size_width_and_density(person: Person) -> None:
    chat = person.open_chat()
    chat.ask_and_wait("How large is this?")
    answer = chat.text_of(chat.last)
    assert answer.evaluate("e => getComputedStyle(e).fontSize") == "16px"
    width = answer.evaluate("e => e.clientWidth")
    changes = {"text_size": 20, "message_width": "wide", "density": "compact"}
    person.client.ok("PATCH", "settings", json=changes)  # as if from another tab
    expect(answer).to_have_css("font-size", "20px")
    expect(answer).to_have_css("line-height", "30px")
    assert answer.evaluate("e => e.clientWidth") > width


def test_a_change_shows_in_another_tab(person: Person) -> None:
    other = person.open("settings/interface").page
    expect(other.get_by_role("radio", name="Light")).to_be_checked()
    page = person.open("settings/interface").page
    choose(page, "Theme", "Dark")
    expect(other.get_by_role("radio", name="Dark")).to_be_checked()
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_control_says_that_it_saved(person: Person) -> None:
    page = person.open("settings/interface").page
    choose(page, "Density", "Compact")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()


def test_what_cannot_be_saved_is_said_and_taken_back(person: Person) -> None:
    person.watch.forgive(FAILED_REQUEST)
    chat = person.open("settings/interface")
    expect(chat.page.get_by_role("radio", name="Light")).to_be_checked()
    chat.page.route("**/api/v1/settings", lambda route: route.abort())
    choose(chat.page, "Theme", "Dark")
    expect(chat.notices).to_contain_text("Not saved. The server cannot be reached.")
    expect(chat.page.get_by_role("radio", name="Light")).to_be_checked()
    expect(chat.page.locator("html")).to_have_attribute("data-theme", "light")


def test_a_picture_stays_until_it_is_removed(person: Person) -> None:
    page = person.open("settings/interface").page
    upload(page, "teal")
    assert "settings/background/" in behind(page)
    page.get_by_role("slider", name="Blur").press("ArrowRight")
    saved(person, "background_blur", 1)
    page.reload()
    expect(page.get_by_role("slider", name="Blur")).to_have_value("1")
    page.get_by_role("button", name="Remove picture").click()
    expect(page.get_by_role("slider", name="Blur")).to_be_hidden()
    assert behind(page) == "none"
    saved(person, "background", None)


def test_what_is_no_picture_is_refused_in_words(person: Person) -> None:
    person.watch.forgive(f"{FAILED_REQUEST}.*415")
    page = person.open("settings/interface").page
    file = {"name": "photo.png", "mimeType": "image/png", "buffer": b"<svg onload='alert(1)'/>"}
    page.get_by_label("Picture to use").set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_role("alert")).to_contain_text("not a PNG, JPEG, GIF or WebP picture")
    expect(page.locator("html")).not_to_have_attribute("data-background", "picture")


def test_a_photo_is_made_smaller_before_it_is_sent(person: Person) -> None:
    page = person.open("settings/interface").page
    noise = Image.effect_noise((3200, 2400), 80)
    out = io.BytesIO()
    noise.save(out, "PNG")
    photo = {"name": "photo.png", "mimeType": "image/png", "buffer": out.getvalue()}
    page.get_by_label("Picture to use").set_input_files(photo)  # type: ignore[arg-type]
    version = wait_until(lambda: person.client.ok("GET", "settings")["background"])
    kept = person.client.get(f"settings/background/{version}")
    assert Image.open(io.BytesIO(kept.content)).size == (2560, 1920)
    assert len(kept.content) < len(out.getvalue())


def test_nobody_sees_the_picture_of_who_signed_out(person: Person) -> None:
    person.watch.forgive(NOBODY)
    page = person.open("settings/interface").page
    upload(page, "teal")
    page.get_by_role("button", name=re.compile("Account of")).click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for()
    assert behind(page) == "none"
    page.reload()
    page.get_by_role("button", name="Sign in").wait_for()
    assert behind(page) == "none"


def luminance(colour: tuple[int, ...]) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [c / 255 for c in colour[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("theme", "colour"), [("light", "black"), ("dark", "white"), ("oled", "white")]
)
def test_hints_can_be_read_on_the_worst_picture(person: Person, theme: str, colour: str) -> None:
    person.client.ok("PATCH", "settings", json={"theme": theme, "background_dim": 0})
    page = person.open("settings/interface").page
    upload(page, colour)
    hint = page.get_by_text("System follows your device.")
    written = hint.evaluate("e => getComputedStyle(e).color.match(/\\d+/g).map(Number)")
    at = page.get_by_role("main").bounding_box() or {}
    clip = {"x": at["x"] + 10, "y": at["y"] + 100, "width": 4, "height": 4}
    shot = Image.open(io.BytesIO(page.screenshot(clip=clip)))  # type: ignore[arg-type]
    pixel = shot.convert("RGB").getpixel((1, 1))
    low, high = sorted([luminance(tuple(written)), luminance(pixel)])  # type: ignore[arg-type]
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_a_picture_leaves_the_page_accessible(person: Person) -> None:
    page = person.open("settings/interface").page
    upload(page, "orange")
    for theme in THEMES:
        show_theme(page, theme)
        assert violations(page) == []


@pytest.mark.parametrize("path", ["", "settings/profile", "settings/interface", "settings/data"])
def test_nothing_breaks_where_writing_goes_from_right_to_left(person: Person, path: str) -> None:
    page = person.open(path).page
    page.get_by_role("heading", level=1).wait_for()
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert sideways(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    chats = page.get_by_role("navigation", name="Chats").bounding_box() or {}
    assert chats["x"] == 1000


def test_text_goes_in_its_own_direction(person: Person) -> None:
    chat = person.open_chat()
    chat.ask_and_wait("مرحبا\n\n- واحد\n- اثنان")
    answer = chat.text_of(chat.last)
    for block in (answer.locator("p").first, answer.locator("ul")):
        expect(block).to_have_css("direction", "rtl")
    expect(answer.locator("..").first).to_have_css("direction", "ltr")
