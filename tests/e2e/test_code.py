"""Code in answers: it runs in the chat's own kernel, and what it shows is under it and stays."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

from playwright.sync_api import expect

from tests.conftest import FreshDatabase, StartServer
from tests.e2e.code_page import OpenCode, block, output_of, press_run, run
from tests.e2e.conftest import MakePerson
from tests.e2e.person import FAILED_REQUEST, Person
from tests.e2e.test_accessibility import all_violations, sideways
from tests.support.code import fenced
from tests.support.pictures import picture


def test_state_carries_over_and_the_output_survives_a_reload(open_code: OpenCode) -> None:
    chat = open_code("x = 41\nprint('so')", "x + 1")
    expect(run(chat, 0)).to_contain_text("so")
    expect(run(chat, 1)).to_contain_text("42")
    kernel = chat.page.get_by_role("button", name="Python 3: idle")
    expect(kernel).to_be_visible()
    chat.page.reload()
    outputs = chat.log.get_by_role("group", name="Output")
    expect(outputs).to_have_count(2)
    expect(outputs.nth(0)).to_contain_text("so")
    expect(outputs.nth(1)).to_contain_text("42")
    expect(kernel).to_be_visible()


def test_plots_tables_and_formulas_are_shown(open_code: OpenCode) -> None:
    chat = open_code(
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 4, 9])\nplt.show()",
        "import pandas as pd\npd.DataFrame({'bird': ['stork', 'crane'], 'm': [1.02, 1.14]})",
        "from IPython.display import JSON, Latex, Markdown, SVG, display\n"
        "display(Latex(r'$$\\int_0^1 x^2\\,dx$$'), Markdown('**loud**'))\n"
        "display(JSON({'a': [1, {'b': None}]}))\n"
        'display(SVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>\'))',
    )
    plot = run(chat, 0).get_by_role("img", name=re.compile("Figure"))
    # matplotlib looks at all fonts once in every workspace.
    expect(plot).to_be_visible(timeout=30_000)
    assert plot.evaluate("(image) => image.naturalWidth") > 200
    table = run(chat, 1).get_by_role("table")
    expect(table.get_by_role("cell", name="stork")).to_be_visible()
    rich = run(chat, 2)
    expect(rich.locator(".katex").first).to_be_attached()
    expect(rich.locator("strong")).to_have_text("loud")
    rich.get_by_text("[2]").click()
    rich.get_by_text("{1}").nth(1).click()
    expect(rich.get_by_text("null")).to_be_visible()
    expect(rich.get_by_role("img")).to_have_attribute("src", re.compile("^data:image/svg"))
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []


def test_html_that_code_shows_can_run_nothing(open_code: OpenCode, coder: Person) -> None:
    hostile = (
        "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
        "<iframe src='/dost/'></iframe><form action='/'><b>harmless</b></form>"
    )
    coder.watch.forgive("inline event handler")  # that the browser does not execute
    svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked = 1"/>'
    chat = open_code(
        f"from IPython.display import HTML, SVG, display\ndisplay(HTML({hostile!r}), SVG({svg!r}))"
    )
    output = run(chat)
    expect(output.locator("b")).to_have_text("harmless")
    expect(output.get_by_role("img")).to_be_attached()
    assert output.locator("script, iframe, form, [onerror]").count() == 0
    assert chat.page.evaluate("() => window.hacked === undefined")


def test_a_figure_is_shown_as_a_picture_or_said_to_be_one(open_code: OpenCode) -> None:
    figure = {
        "application/vnd.plotly.v1+json": {"data": [], "layout": {}},
        "text/html": "<div></div><script>draw()</script>",
        "text/plain": "Figure({})",
    }
    drawn = b64encode(picture(size=(64, 32))).decode()
    chat = open_code(
        f"display({figure!r}, raw=True)",
        f"display({figure | {'image/png': drawn}!r}, raw=True)",
        "from IPython.display import HTML\nHTML('<div></div><script>draw()</script>')",
    )
    said = run(chat, 0)
    expect(said).to_contain_text("This is a Plotly figure. JupyterLab draws it")
    expect(said).not_to_contain_text("Figure({})")
    expect(run(chat, 1).get_by_role("img")).to_have_js_property("naturalWidth", 64)
    expect(run(chat, 2)).to_contain_text("shows nothing without its scripts")
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []


def test_a_traceback_is_coloured_and_can_be_read_in_every_theme(open_code: OpenCode) -> None:
    chat = open_code(
        "def f(n):\n    return 1 / n\n\nf(0)", "import sys\nsys.stderr.write('beware')"
    )
    output = run(chat, 0)
    expect(output).to_contain_text("Error")
    trace = output.get_by_label("Traceback")
    expect(trace).to_contain_text("ZeroDivisionError: division by zero")
    expect(trace.locator(".ansi-red-fg").first).to_be_visible()
    expect(run(chat, 1).get_by_label("Printed errors")).to_have_text("beware")
    assert all_violations(chat.page) == {}
    assert sideways(chat.page) == []


def test_a_progress_bar_stays_on_its_line(open_code: OpenCode) -> None:
    chat = open_code(
        "from tqdm import tqdm\nfor _ in tqdm(range(2000), mininterval=0):\n    pass\nprint('end')"
    )
    output = run(chat)
    expect(output).to_contain_text("end")
    bar = str(output.get_by_label("Printed errors").text_content())
    assert bar.count("%") == 1
    assert "100%" in bar


def test_code_may_ask_for_input(open_code: OpenCode) -> None:
    chat = open_code("print('Hello', input('Your name? '))")
    output = run(chat)
    output.get_by_label("Your name?").fill("Ada")
    chat.page.keyboard.press("Enter")
    expect(output).to_contain_text("Hello Ada")
    expect(output.get_by_role("textbox")).to_have_count(0)


def test_what_never_ends_can_be_interrupted(open_code: OpenCode) -> None:
    chat = open_code("print('on')\nwhile True: pass")
    output = run(chat)
    expect(output).to_contain_text("on")
    expect(chat.page.get_by_role("button", name="Python 3: busy")).to_be_visible()
    block(chat, 0).get_by_role("button", name="Interrupt").click()
    expect(output).to_contain_text("Interrupted")
    expect(chat.page.get_by_role("button", name="Python 3: idle")).to_be_visible()


def test_what_runs_goes_on_over_a_reload(open_code: OpenCode) -> None:
    chat = open_code("print('begun')\nprint('then', input('Go on? '))")
    expect(run(chat)).to_contain_text("begun")
    chat.page.reload()
    output = chat.log.get_by_role("group", name="Output")
    expect(output).to_contain_text("begun")
    output.get_by_label("Go on?").fill("yes")
    output.get_by_role("button", name="Answer").click()
    expect(output).to_contain_text("then yes")


def test_another_tab_sees_it_run(open_code: OpenCode, coder: Person) -> None:
    chat = open_code("print('both see', input('Ready? '))")
    other = coder.open_chat(f"c/{chat.conversation_id}")
    run(chat)
    seen = other.log.get_by_role("group", name="Output")
    seen.get_by_label("Ready?").fill("it")
    other.page.keyboard.press("Enter")
    expect(seen).to_contain_text("both see it")
    expect(chat.log.get_by_role("group", name="Output")).to_contain_text("both see it")


def test_a_display_that_a_later_block_updates_changes_where_it_stands(
    open_code: OpenCode, coder: Person
) -> None:
    chat = open_code("shown = display('one', display_id=True)", "shown.update('two')\nprint('so')")
    expect(run(chat, 0)).to_contain_text("'one'")
    other = coder.open_chat(f"c/{chat.conversation_id}")
    expect(run(chat, 1)).to_contain_text("so")
    for seen in (chat, other):
        expect(output_of(seen, 0)).to_contain_text("'two'")
    chat.page.reload()
    expect(output_of(chat, 0)).to_contain_text("'two'")


def test_it_does_so_in_a_temporary_chat_as_well(coder: Person) -> None:
    chat = coder.open_chat()
    chat.main.get_by_role("button", name="Temporary chat").click()
    blocks = ("shown = display('one', display_id=True)", "shown.update('two')", "shown.update(3)")
    chat.ask_and_wait("\n\n".join(map(fenced, blocks)))
    expect(run(chat, 0)).to_contain_text("'one'")
    press_run(chat, 1)
    expect(output_of(chat)).to_contain_text("'two'")
    chat.page.reload()
    expect(output_of(chat)).to_contain_text("'two'")
    press_run(chat, 2)
    expect(output_of(chat)).to_contain_text("3")


def test_a_kernel_that_is_killed_is_said_to_be_gone(open_code: OpenCode) -> None:
    chat = open_code("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "'alive'")
    output = run(chat, 0)
    expect(output).to_contain_text("The kernel died. What it had in memory is gone.")
    expect(chat.page.get_by_role("button", name="Python 3: ended")).to_be_visible()
    expect(run(chat, 1)).to_contain_text("alive")


def test_all_runs_in_order_from_a_fresh_kernel_and_ends_at_an_error(open_code: OpenCode) -> None:
    chat = open_code("n = 1", "n += 1\nprint('n is', n)", "1 / 0", "print('never')")
    chat.page.get_by_role("button", name="Kernel: not started").click()
    chat.page.get_by_role("menuitem", name="Execute all code").click()
    outputs = chat.log.get_by_role("group", name="Output")
    expect(outputs.nth(2)).to_contain_text("ZeroDivisionError")
    expect(outputs).to_have_count(3)
    chat.page.get_by_role("button", name="Python 3: idle").click()
    chat.page.get_by_role("menuitem", name="Restart and execute all").click()
    expect(outputs.nth(1)).to_contain_text("n is 2")
    expect(chat.page.get_by_role("button", name="Python 3: idle")).to_be_visible()


def test_what_is_above_a_block_runs_before_it(open_code: OpenCode) -> None:
    chat = open_code("a = 1", "b = a + 1", "print('b is', b)")
    name = "Execute all code above, then this"
    block(chat, 2).get_by_role("button", name=name).click()
    outputs = chat.log.get_by_role("group", name="Output")
    expect(outputs.nth(2)).to_contain_text("b is 2")


def test_only_code_that_a_kernel_speaks_has_run(open_code: OpenCode) -> None:
    chat = open_code("ls -l", language="bash")
    expect(block(chat, 0).get_by_role("button", name="Copy code")).to_be_visible()
    expect(block(chat, 0).get_by_role("button", name="Run", exact=True)).to_have_count(0)


def test_code_that_was_changed_since_is_said_to_be(open_code: OpenCode) -> None:
    chat = open_code("1 + 1")
    run(chat)
    chat.press(chat.last, "Edit")
    chat.last.get_by_role("textbox").fill(fenced("2 + 2"))
    chat.last.get_by_role("button", name="Save").click()
    output = chat.log.get_by_role("group", name="Output")
    expect(output).to_contain_text("The code has changed since.")


def test_who_may_not_run_code_is_told_why(
    make_person: MakePerson, start_server: StartServer, new_database: FreshDatabase, tmp_path: Path
) -> None:
    server = start_server(tmp_path, "--DostApp.sandbox=False", database_url=new_database())
    make_person(server)  # the first one administers
    person = make_person(server)
    conversation = person.client.make_conversation()["id"]
    person.client.add(conversation, fenced("1"), role="assistant")
    chat = person.open_chat(f"c/{conversation}")
    button = block(chat, 0).get_by_role("button", name="Run", exact=True)
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("title", re.compile("no sandbox.*switched off"))


def test_too_many_kernels_are_refused_under_the_block(open_code: OpenCode, coder: Person) -> None:
    coder.watch.forgive(f"{FAILED_REQUEST}.*409")
    chat = open_code("input()")
    for _ in range(8):
        conversation = coder.client.make_conversation()["id"]
        message = coder.client.add(conversation, fenced("input()"), role="assistant")["id"]
        path = f"messages/{message}/execute"
        with coder.client.following("POST", path, json={"block": 0}) as events:
            next(events)
    block(chat, 0).get_by_role("button", name="Run", exact=True).click()
    expect(chat.log).to_contain_text("All of your 8 kernels are busy")
    coder.client.ok("DELETE", "conversations")
