"""Widgets in the page: alive while their kernel is, as they were afterwards, and without rights."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from tests.e2e.code_page import OpenCode, output_of, run
from tests.e2e.hostile_script import ATTEMPTS, hostile_script, outcomes_in
from tests.e2e.person import Person
from tests.e2e.test_accessibility import LETTERS_TO_FRAMES, all_violations, sideways

SLIDER = "import ipywidgets as w\ns = w.IntSlider(value=3, description='Speed')\ns"
COUNTER = """
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = '''
    function render({ model, el }) {
      const button = document.createElement('button')
      const show = () => { button.textContent = 'count is ' + model.get('value') }
      button.onclick = () => { model.set('value', model.get('value') + 1); model.save_changes() }
      model.on('change:value', show)
      show()
      el.append(button)
    }
    export default { render }
    '''
    value = traitlets.Int(5).tag(sync=True)

c = Counter()
c
"""


def frame_of(output: Locator) -> FrameLocator:
    """The frame in which an output's widget lives."""
    return output.frame_locator("iframe")


def slider_of(output: Locator) -> Locator:
    """An output's slider."""
    return frame_of(output).get_by_role("slider", name="Speed")


def test_a_slider_moved_in_the_page_moves_in_the_kernel_and_back(open_code: OpenCode) -> None:
    chat = open_code(SLIDER, "print('it is', s.value)", "s.value = 42")
    slider = slider_of(run(chat, 0))
    expect(slider).to_have_attribute("aria-valuenow", "3.0")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuenow", "7.0")
    expect(run(chat, 1)).to_contain_text("it is 7")
    run(chat, 2)
    expect(slider).to_have_attribute("aria-valuenow", "42.0")


def test_interact_shows_what_its_function_shows(open_code: OpenCode) -> None:
    chat = open_code(
        "import ipywidgets as w\n@w.interact(Speed=(0, 10))\ndef double(Speed=2):\n"
        "    print('twice', Speed * 2)"
    )
    output = run(chat)
    expect(frame_of(output).get_by_text("twice 4")).to_be_visible()
    slider_of(output).press("ArrowRight")
    expect(frame_of(output).get_by_text("twice 6")).to_be_visible()
    expect(frame_of(output).get_by_text("twice 4")).to_have_count(0)


@pytest.mark.parametrize("box", ["HBox", "VBox", "GridBox", "Tab", "Accordion"])
def test_a_box_shows_its_children_and_they_work(open_code: OpenCode, box: str) -> None:
    more = ", titles=('First', 'Second'), selected_index=0" if box in ("Tab", "Accordion") else ""
    boxed = f"w.{box}([s, w.Button(description='Go')]{more})"
    chat = open_code(SLIDER.removesuffix("\ns") + f"\n{boxed}", "print('it is', s.value)")
    frame = frame_of(run(chat, 0))
    slider = frame.get_by_role("slider", name="Speed")
    slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuenow", "4.0")
    if more:
        expect(frame.get_by_text("First")).to_be_visible()
        frame.get_by_text("Second").click()
    expect(frame.get_by_role("button", name="Go")).to_be_visible()
    expect(run(chat, 1)).to_contain_text("it is 4")


def test_an_output_widget_draws_figures_and_tables(open_code: OpenCode) -> None:
    chat = open_code(
        "%matplotlib inline\nimport ipywidgets as w, matplotlib.pyplot as plt, pandas as pd\n"
        "o = w.Output()\ndisplay(o)\nwith o:\n    plt.plot([1, 4, 9])\n    plt.show()\n"
        "    display(pd.DataFrame({'bird': ['stork']}))"
    )
    frame = frame_of(run(chat))
    # matplotlib looks at all fonts once in every workspace.
    figure = frame.locator("img")
    expect(figure).to_be_visible()
    assert figure.evaluate("(image) => image.naturalWidth") > 200
    expect(frame.get_by_role("cell", name="stork")).to_be_visible()
    chat.page.reload()
    expect(frame_of(output_of(chat)).locator("img")).to_be_visible()


def test_what_is_shown_twice_or_in_two_tabs_moves_together(
    open_code: OpenCode, coder: Person
) -> None:
    chat = open_code(SLIDER, "s")
    first, second = slider_of(run(chat, 0)), slider_of(run(chat, 1))
    expect(second).to_have_attribute("aria-valuenow", "3.0")
    other = coder.open_chat(f"c/{chat.conversation_id}")
    elsewhere = slider_of(other.log.get_by_role("group", name="Output").first)
    expect(elsewhere).to_have_attribute("aria-valuenow", "3.0")
    first.press("ArrowRight")
    for slider in (first, second, elsewhere):
        expect(slider).to_have_attribute("aria-valuenow", "4.0")


def test_a_progress_bar_moves_while_its_code_runs(open_code: OpenCode) -> None:
    chat = open_code(
        "from tqdm.notebook import tqdm\nfor n in tqdm(range(3), desc='Birds'):\n    pass\n"
        "input('go on? ')"
    )
    output = run(chat)
    expect(frame_of(output).get_by_text("3/3")).to_be_visible()
    expect(frame_of(output).get_by_text("Birds")).to_be_visible()


def test_a_widget_of_anywidget_lives(open_code: OpenCode) -> None:
    chat = open_code(COUNTER, "print('now', c.value)", "c.value = 100")
    button = frame_of(run(chat, 0)).get_by_role("button", name="count is 5")
    button.click()
    expect(run(chat, 1)).to_contain_text("now 6")
    run(chat, 2)
    expect(frame_of(output_of(chat, 0)).get_by_role("button", name="count is 100")).to_be_visible()


def test_a_widget_lives_on_through_a_reload(open_code: OpenCode) -> None:
    chat = open_code(SLIDER, "print('it is', s.value)")
    slider_of(run(chat, 0)).press("ArrowRight")
    chat.page.reload()
    slider = slider_of(output_of(chat, 0))
    expect(slider).to_have_attribute("aria-valuenow", "4.0")
    slider.press("ArrowRight")
    expect(run(chat, 1)).to_contain_text("it is 5")


def test_a_widget_whose_kernel_is_gone_shows_how_it_was(open_code: OpenCode, coder: Person) -> None:
    chat = open_code(SLIDER)
    slider_of(run(chat)).press("ArrowRight")
    expect(slider_of(output_of(chat, 0))).to_have_attribute("aria-valuenow", "4.0")
    coder.client.ok("DELETE", f"conversations/{chat.conversation_id}/kernel")
    chat.page.reload()
    output = output_of(chat, 0)
    expect(output.get_by_text("The kernel is gone")).to_be_visible()
    expect(frame_of(output).get_by_text("Speed")).to_be_visible()
    expect(frame_of(output).locator(".widget-readout")).to_have_text("4")


def test_a_kernel_that_goes_while_one_looks_leaves_its_widgets_behind(open_code: OpenCode) -> None:
    chat = open_code(SLIDER)
    output = run(chat)
    expect(slider_of(output)).to_be_visible()
    chat.page.get_by_role("button", name="Python 3: idle").click()
    chat.page.get_by_role("menuitem", name="Restart the kernel", exact=True).click()
    expect(output.get_by_text("The kernel is gone")).to_be_visible()


def test_a_widget_of_an_unknown_module_is_named_with_a_way_out(open_code: OpenCode) -> None:
    chat = open_code(
        "import ipywidgets as w, traitlets as t\nclass Map(w.DOMWidget):\n"
        "    _model_name = t.Unicode('MapModel').tag(sync=True)\n"
        "    _model_module = t.Unicode('jupyter-leaflet').tag(sync=True)\n"
        "    _view_name = t.Unicode('MapView').tag(sync=True)\n"
        "    _view_module = t.Unicode('jupyter-leaflet').tag(sync=True)\nMap()"
    )
    output = run(chat)
    expect(output.get_by_text("jupyter-leaflet").first).to_be_visible()
    with chat.page.expect_download() as download:
        output.get_by_role("button", name="notebook").click()
    assert download.value.suggested_filename.endswith(".ipynb")


def test_hostile_code_of_a_widget_reaches_nothing(open_code: OpenCode, coder: Person) -> None:
    coder.watch.forgive("")  # the browser says what it refuses, which is the point
    render = "export default { async render({ el }) { el.textContent = await tried() } }"
    code = f"{hostile_script(coder.server.port)}\n{render}"
    chat = open_code(
        f"import anywidget\nclass Hostile(anywidget.AnyWidget):\n    _esm = {code!r}\nHostile()"
    )
    assert outcomes_in(frame_of(run(chat))) == dict.fromkeys(ATTEMPTS, "refused")
    assert coder.client.ok("GET", "auth/me")["username"]
    assert chat.page.url.endswith(chat.conversation_id)
    assert coder.watch.foreign == []


@pytest.mark.parametrize("place", ["https://elsewhere.invalid/?leak", "ORIGIN/dost/"])
def test_a_widget_that_goes_elsewhere_is_shown_in_words(
    open_code: OpenCode, coder: Person, place: str
) -> None:
    coder.watch.forgive("")  # the browser says what it refuses
    place = place.replace("ORIGIN", f"http://127.0.0.1:{coder.server.port}")
    leaving = f"export default {{ render() {{ location = '{place}' }} }}"
    chat = open_code(
        f"import anywidget\nclass Leaving(anywidget.AnyWidget):\n    _esm = {leaving!r}\n"
        "    def __repr__(self): return 'a widget that left'\nLeaving()"
    )
    output = run(chat)
    expect(output.get_by_text("a widget that left")).to_be_visible()
    expect(output.locator("iframe")).to_have_count(0)
    assert coder.watch.foreign == []


def test_widgets_are_accessible_in_every_theme_and_fit_a_phone(
    open_code: OpenCode, coder: Person
) -> None:
    coder.watch.forgive(LETTERS_TO_FRAMES)
    chat = open_code(SLIDER)
    expect(slider_of(run(chat))).to_be_visible()
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []
