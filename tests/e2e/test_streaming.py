"""An answer that is being written: it only grows, whoever leaves and comes back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.chat_page import ChatPage
from tests.e2e.person import NO_NETWORK, Person
from tests.support.fake_control import FakeControl

# Every kind of block, each cut anywhere while it comes.
RICH = """\
## A heading

Some **bold**, *soft*, `code`, [a link](https://example.org) and $e^{i\\pi} = -1$ in one line.

1. one with **bold words**
2. two
   - inner

> A quotation.

| Name | Value |
| --- | ---: |
| alpha | **1** |
| beta | 22 |

```python
def area(radius):
    return 3.14159 * radius ** 2
```

$$
\\sum_{i=1}^n x_i = 1
$$

The end of it.
"""
LINE = 26
# Notes at every frame where the answer stands lower than it stood before, by more than a line.
WATCH = """(line) => {
    window.shrunk = [];
    let most = 0;
    const look = () => {
        const answers = document.querySelectorAll('[role=log] article .dost-markdown');
        const height = [...answers].at(-1)?.getBoundingClientRect().height ?? 0;
        if (height < most - line) window.shrunk.push([most, height]);
        most = Math.max(most, height);
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
}"""


def test_an_answer_never_blanks_or_shrinks(chat: ChatPage, fake: FakeControl) -> None:
    chat.page.evaluate(WATCH, LINE)
    fake.queue(reply=RICH, tokens_per_second=60)
    chat.ask("Show me everything")
    chat.wait_for_answer()
    expect(chat.last).to_contain_text("The end of it.")
    assert chat.page.evaluate("window.shrunk") == []


def test_who_leaves_and_returns_finds_all_that_has_come(
    chat: ChatPage, person: Person, fake: FakeControl
) -> None:
    fake.queue(tokens=200, tokens_per_second=50)
    chat.ask("Say something long")
    seen = chat.wait_for_words(5)
    conversation_id = chat.conversation_id
    chat.sidebar.get_by_role("link", name="New chat").click()
    expect(chat.messages).to_have_count(0)
    chat.page.go_back()
    again = chat.wait_for_words(len(seen.split()))
    assert again.startswith(seen)
    chat.wait_for_answer()
    assert chat.seen() == person.answer(conversation_id)["content"]
    assert len(chat.seen().split()) == 200


def test_a_network_that_comes_and_goes_costs_no_word(
    chat: ChatPage, person: Person, fake: FakeControl
) -> None:
    person.watch.forgive(NO_NETWORK)
    fake.queue(tokens=200, tokens_per_second=50)
    chat.ask("Say something long")
    for words in (5, 20, 40, 60):
        chat.wait_for_words(words)
        person.context.set_offline(True)
        expect(chat.main).to_contain_text("You are offline.")
        person.context.set_offline(False)
    chat.wait_for_answer()
    assert chat.seen() == person.answer(chat.conversation_id)["content"]
    assert len(chat.seen().split()) == 200
