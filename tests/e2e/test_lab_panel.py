"""dost's panel in a real JupyterLab, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, TimeoutError, expect

from tests.e2e.jupyter_lab import TOKEN, JupyterLab, built_panel
from tests.e2e.test_documents_page import MANUAL, marked
from tests.support.code import Coder, fenced
from tests.support.dost_server import wait_until
from tests.support.fake_control import FakeControl
from tests.support.local_web import LocalWeb, article, with_web
from tests.support.pictures import picture
from tests.support.worker import when_over

# One worker starts what they share, once.
pytestmark = pytest.mark.xdist_group("lab panel")

LOADING = 60_000
CHART = {
    "data": {"values": [{"bird": "stork", "m": 1.02}, {"bird": "crane", "m": 1.14}]},
    "mark": "bar",
    "encoding": {
        "x": {"field": "m", "type": "quantitative"},
        "y": {"field": "bird", "type": "nominal"},
    },
}
LAB_BACKGROUND = "getComputedStyle(document.querySelector('.dost-panel')).backgroundColor"


@pytest.fixture(scope="module")
def lab(
    worker_database: str, local_web: LocalWeb, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[JupyterLab]:
    server = JupyterLab(
        tmp_path_factory.mktemp("lab"),
        environment=with_web(local_web),
        database_url=worker_database,
        worker=True,
    )
    server.start()
    settings = {"theme": "system", "default_model": "fake/echo", "send_on_enter": True}
    server.client().ok("PUT", "settings", json=settings)
    yield server
    server.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(20_000)
    yield page
    page.context.close()


def open_lab(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#jp-main-dock-panel", timeout=LOADING)


def open_panel(page: Page, lab: JupyterLab) -> Locator:
    open_lab(page, lab.page)
    page.get_by_role("tab", name="dost").click()
    return page.get_by_role("region", name="dost")


def test_a_question_is_answered_in_the_panel(page: Page, lab: JupyterLab) -> None:
    panel = open_panel(page, lab)
    panel.get_by_role("textbox", name="Message").fill("Say **this** back.")
    panel.get_by_role("button", name="Send").click()
    answer = panel.get_by_role("article").last
    expect(answer.locator("strong")).to_have_text("this")


def test_code_and_diagrams_are_shown_in_the_panel(page: Page, lab: JupyterLab) -> None:
    panel = open_panel(page, lab)
    panel.get_by_role("textbox", name="Message").fill(
        "```python\nif x: pass\n```\n\n```mermaid\ngraph LR\n  A --> B\n```\n\n"
        "A note[^1].\n\n[^1]: It."
    )
    panel.get_by_role("button", name="Send").click()
    answer = panel.get_by_role("article").last
    expect(answer.locator(".hljs-keyword")).to_have_text(["if", "pass"])
    expect(answer.locator("svg.flowchart")).to_be_visible()
    answer.get_by_label("Footnote 1", exact=True).click()
    expect(answer.get_by_role("group", name="Footnotes").get_by_role("listitem")).to_be_focused()


def test_code_runs_in_the_panel(page: Page, lab: JupyterLab) -> None:
    panel = open_panel(page, lab)
    panel.get_by_role("textbox", name="Message").fill("```python\nprint(40 + 2)\n```")
    panel.get_by_role("button", name="Send").click()
    answer = panel.get_by_role("article").last
    answer.get_by_role("button", name="Run", exact=True).click()
    output = answer.get_by_label("Printed text")
    expect(output).to_have_text("42\n")
    expect(output).to_have_css("white-space-collapse", "preserve")


def shown_by(code: str, panel: Locator) -> Locator:
    """The output of code that has run in the panel."""
    panel.get_by_role("textbox", name="Message").fill(fenced(code))
    panel.get_by_role("button", name="Send").click()
    answer = panel.get_by_role("article").last
    answer.get_by_role("button", name="Run", exact=True).click()
    output = answer.get_by_role("group", name="Output")
    expect(output).to_contain_text("Done")
    return output


def test_a_chart_is_drawn_by_jupyterlab_in_its_place(page: Page, lab: JupyterLab) -> None:
    panel = open_panel(page, lab)
    data = {"application/vnd.vegalite.v5+json": CHART, "text/plain": "a chart"}
    output = shown_by(f"display({data!r}, raw=True)\nprint('below')", panel)
    chart = panel.locator(".vega-embed").locator("svg.marks, canvas")
    expect(chart).to_be_visible()
    expect(output).not_to_contain_text("a chart")
    below = output.get_by_label("Printed text").bounding_box()
    drawn, place = chart.bounding_box(), output.bounding_box()
    assert drawn
    assert place
    assert below
    assert place["x"] <= drawn["x"]
    assert place["y"] <= drawn["y"] <= drawn["y"] + drawn["height"] <= below["y"]


def test_a_chart_of_a_chat_that_is_opened_is_drawn_when_it_is_asked_for(
    page: Page, lab: JupyterLab
) -> None:
    data = {"application/vnd.vegalite.v5+json": CHART, "text/plain": "a chart"}
    with lab.client() as client:
        coder = Coder(client)
        coder.runs(f"display({data!r}, raw=True)")
        client.ok("PATCH", f"conversations/{coder.conversation_id}", json={"title": "Opened"})
    panel = open_panel(page, lab)
    panel.get_by_role("button", name="Open sidebar").click()
    panel.get_by_role("link", name="Opened").click()
    output = panel.get_by_role("article").last.get_by_role("group", name="Output")
    expect(output).to_contain_text("It may load what it names from the web.")
    chart = panel.locator(".vega-embed").locator("svg.marks, canvas")
    expect(chart).to_have_count(0)
    output.get_by_role("button", name="Draw it").click()
    expect(chart).to_be_visible()


def test_a_chart_that_jupyterlab_cannot_draw_says_why(page: Page, lab: JupyterLab) -> None:
    data = {"application/vnd.vegalite.v5+json": CHART | {"mark": "no mark"}}
    output = shown_by(f"display({data!r}, raw=True)", open_panel(page, lab))
    expect(output).to_contain_text("JupyterLab could not draw this output")


def test_scripts_that_code_shows_do_not_run_in_jupyterlab(page: Page, lab: JupyterLab) -> None:
    code = "from IPython.display import Javascript\nJavascript('window.hacked = 1')"
    output = shown_by(code, open_panel(page, lab))
    expect(output).to_contain_text("shows nothing without its scripts")
    assert page.evaluate("window.hacked") is None


def test_a_chat_opens_as_a_notebook_in_jupyterlab(page: Page, lab: JupyterLab) -> None:
    panel = open_panel(page, lab)
    panel.get_by_role("textbox", name="Message").fill("Sums\n\n```python\nprint(40 + 2)\n```")
    panel.get_by_role("button", name="Send").click()
    answer = panel.get_by_role("article").last
    answer.get_by_role("button", name="Run", exact=True).click()
    expect(answer.get_by_label("Printed text")).to_have_text("42\n")
    for name in ("Sums.ipynb", "Sums 2.ipynb"):
        panel.get_by_role("button", name="Chat options").click()
        panel.get_by_role("menuitem", name="Open in JupyterLab").click()
        expect(page.locator("#jp-main-dock-panel").get_by_role("tab", name=name)).to_be_visible()
        notebook = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        expect(notebook.locator(".jp-CodeCell .jp-OutputArea-output")).to_have_text("42\n")


def test_a_slider_lives_in_the_panel(page: Page, lab: JupyterLab) -> None:
    panel = open_panel(page, lab)
    code = "import ipywidgets as w\ns = w.IntSlider(value=3, description='Speed')\ns"
    prompt = f"```python\n{code}\n```\n\n```python\nprint('it is', s.value)\n```"
    panel.get_by_role("textbox", name="Message").fill(prompt)
    panel.get_by_role("button", name="Send").click()
    answer = panel.get_by_role("article").last
    answer.get_by_role("button", name="Run", exact=True).first.click()
    slider = answer.frame_locator("iframe").get_by_role("slider", name="Speed")
    slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuenow", "4.0")
    answer.get_by_role("button", name="Run", exact=True).last.click()
    expect(answer.get_by_label("Printed text")).to_have_text("it is 4\n")


def test_a_picture_is_dropped_on_the_panel_and_shown(page: Page, lab: JupyterLab) -> None:
    panel = open_panel(page, lab)
    panel.get_by_role("combobox", name="Model").click()
    panel.get_by_role("option", name="vision").click()
    drop = """(box, bytes) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([Uint8Array.from(bytes)], 'cat.png'));
        box.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, composed: true }));
    }"""
    field = panel.get_by_role("textbox", name="Message")
    field.evaluate(drop, list(picture(size=(64, 32))))
    expect(panel.get_by_role("list", name="Attached files")).to_contain_text("byte")
    field.press("Enter")
    expect(panel.get_by_role("article").last).to_contain_text("I see image/png of")
    shown = panel.get_by_role("button", name="Enlarge image: cat.png").locator("img")
    expect(shown).to_have_js_property("naturalWidth", 64)


def test_a_text_that_is_dropped_on_the_panel_is_read_and_cited(page: Page, lab: JupyterLab) -> None:
    panel = open_panel(page, lab)
    drop = """(node, text) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], 'herons.md', { type: 'text/markdown' }));
        const options = { dataTransfer, bubbles: true, cancelable: true, composed: true };
        for (const type of ['dragenter', 'dragover', 'drop'])
            node.dispatchEvent(new DragEvent(type, options));
    }"""
    field = panel.get_by_role("textbox", name="Message")
    field.evaluate(drop, "# Herons\n\nHerons nest in April.\n")
    expect(panel.get_by_role("button", name="How herons.md is read: Automatic")).to_be_visible()
    field.fill("When do herons nest?")
    field.press("Enter")
    # The model repeats what it was given, number and all.
    source = panel.get_by_role("article").last.get_by_role("link", name="Source 1: Herons")
    expect(source.first).to_be_visible()


def test_a_source_of_an_answer_in_the_panel_opens_at_its_page(page: Page, lab: JupyterLab) -> None:
    with lab.client() as client:
        sent = client.send_document("manual.pdf", MANUAL)
        assert when_over(client, sent["id"])["status"] == "ready"
    panel = open_panel(page, lab)
    field = panel.get_by_role("textbox", name="Message")
    option = panel.get_by_role("option", name="manual.pdf")

    def suggested() -> bool:
        field.fill("")
        field.press_sequentially("#manual")
        try:
            option.wait_for(timeout=5_000)
        except TimeoutError:
            return False
        return True

    # While Lab starts it takes the focus once, for the launcher.
    wait_until(suggested)
    field.press("Enter")
    expect(panel.get_by_role("list", name="Answer from")).to_contain_text("manual.pdf")
    field.press_sequentially("It is heron-41 [2].")
    panel.get_by_role("button", name="Send").click()
    # The model says what it was given, and the question last.
    links = panel.get_by_role("article").last.get_by_role(
        "link", name="Source 2: manual.pdf, page 2"
    )
    with page.context.expect_page() as opened:
        links.last.click()
    expect(marked(opened.value).filter(has_text="heron-41")).to_be_in_viewport(timeout=LOADING)


def test_the_owner_administers_what_a_local_server_has(page: Page, lab: JupyterLab) -> None:
    panel = open_panel(page, lab)
    panel.get_by_role("button", name="Open sidebar").click()
    panel.get_by_role("button", name="Account of").click()
    panel.get_by_role("menuitem", name="Administration").click()
    expect(panel.get_by_role("heading", name="Default model")).to_be_visible()
    expect(panel.get_by_role("heading", name="Sign-up")).to_have_count(0)
    expect(panel.get_by_role("link", name="Users")).to_have_count(0)
    panel.get_by_role("link", name="Embedder").click()
    expect(panel.get_by_text("384 numbers a passage")).to_be_visible()


def test_an_answer_in_the_panel_rests_on_the_web(
    page: Page, lab: JupyterLab, web: LocalWeb
) -> None:
    address = web.put("/elm", article("The tides of Elm", "The highest was 7.31 metres."))
    FakeControl(lab.client()).queue(reply="It was 7.31 metres [1].")
    panel = open_panel(page, lab)
    panel.get_by_role("button", name="Web search", exact=True).click()
    panel.get_by_role("textbox", name="Message").fill("How high was the highest tide of Elm?")
    panel.get_by_role("button", name="Send").click()
    source = panel.get_by_role("article").last.get_by_role("link", name="Source 1")
    expect(source.first).to_have_attribute("href", address)
    assert web.searches


def test_typing_in_the_panel_runs_none_of_labs_commands(page: Page, lab: JupyterLab) -> None:
    panel = open_panel(page, lab)
    field = panel.get_by_role("textbox", name="Message")

    def typed() -> bool:
        field.fill("")
        field.press_sequentially("abdd")
        return field.input_value() == "abdd"

    # While Lab starts it takes the focus once, for the launcher.
    wait_until(typed)
    field.press("Control+b")
    expect(field).to_have_value("abdd")
    expect(page.locator("#jp-left-stack")).to_be_visible()


def run_command(page: Page, name: str) -> None:
    # Lab's menu gives the focus back where it was, and its palette closes without it.
    page.locator("#jp-main-dock-panel .lm-TabBar-tab", has_text="Launcher").click()
    page.locator(".lm-MenuBar-item", has_text="View").click()
    page.locator(".lm-Menu-item[data-command='apputils:activate-command-palette']").click()
    page.locator("#modal-command-palette input").fill(name)
    page.keyboard.press("Enter")


def test_the_palette_opens_the_panel(page: Page, lab: JupyterLab) -> None:
    open_lab(page, lab.page)
    run_command(page, "dost: open chat")
    panel = page.get_by_role("region", name="dost")
    expect(panel.get_by_role("textbox", name="Message")).to_be_visible()


def test_the_panel_comes_back_with_the_layout(page: Page, lab: JupyterLab) -> None:
    panel = open_panel(page, lab)
    with page.expect_response(lambda r: "/api/workspaces/" in r.url and r.request.method == "PUT"):
        expect(panel).to_be_visible()
    open_lab(page, f"{lab.jupyter}lab")
    expect(panel.get_by_role("textbox", name="Message")).to_be_visible()


def test_the_panel_takes_labs_theme(page: Page, lab: JupyterLab) -> None:
    panel = open_panel(page, lab)
    host = panel.locator(".dost-panel-host")
    expect(host).to_have_attribute("data-theme", "light")
    expect(panel.get_by_role("textbox", name="Message")).to_be_focused()
    run_command(page, "JupyterLab Dark")
    expect(host).to_have_attribute("data-theme", "dark")
    ours = panel.locator(".dost").first.evaluate("e => getComputedStyle(e).backgroundColor")
    assert ours == page.evaluate(LAB_BACKGROUND)


def test_a_server_of_another_version_is_named(page: Page, lab: JupyterLab) -> None:
    def other(route: Route) -> None:
        route.fulfill(json={"status": "ok", "version": "9.9.9"})

    page.route("**/dost/api/v1/health*", other)
    note = open_panel(page, lab).get_by_role("alert")
    expect(note).to_contain_text("the server has dost 9.9.9")


def test_a_server_without_dost_is_said_and_can_be_asked_again(
    page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    without = JupyterLab(tmp_path_factory.mktemp("lab-without"), with_dost=False)
    without.start()
    try:
        note = open_panel(page, without).get_by_role("alert")
        expect(note).to_contain_text("Install the wheel of dost")
        with page.expect_response("**/dost/api/v1/health*"):
            note.get_by_role("button", name="Try again").click()
        expect(note).to_contain_text("Install the wheel of dost")
    finally:
        without.stop()


def test_panel_and_server_are_of_one_version(lab: JupyterLab) -> None:
    panel = json.loads((built_panel() / "package.json").read_text())
    assert panel["version"] == lab.client().ok("GET", "health")["version"]


def test_lab_is_not_the_worker_of_the_page(page: Page, lab: JupyterLab) -> None:
    page.goto(f"{lab.url}?token={TOKEN}")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    open_panel(page, lab)
    assert page.evaluate("navigator.serviceWorker.controller") is None
    scopes = "navigator.serviceWorker.getRegistrations().then((all) => all.map((it) => it.scope))"
    assert page.evaluate(scopes) == [lab.url]
