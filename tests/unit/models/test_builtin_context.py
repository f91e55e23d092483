"""Chats are fitted into the built-in model's context."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.core.params import ChatParams
from dost_ext.models.builtin.context import PER_MESSAGE, PROMPT_TOKENS, SYSTEM_PROMPT, fit
from dost_ext.models.client import ChatRequest


async def by_words(text: str) -> int:
    return len(text.split())


async def by_bytes(text: str) -> int:
    return len(text.encode())


def chat(*contents: str, **params) -> ChatRequest:
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": c} for n, c in enumerate(contents)]
    return ChatRequest("m", messages, ChatParams(**params))


async def test_a_short_chat_stays_whole_and_gets_a_system_prompt():
    fitted = await fit(chat("a", "b", "c"), by_words)
    assert [m["content"] for m in fitted.messages] == [SYSTEM_PROMPT, "a", "b", "c"]


async def test_the_users_own_system_prompt_takes_its_place():
    messages = [{"role": "system", "content": "Rhyme."}, {"role": "user", "content": "hi"}]
    fitted = await fit(ChatRequest("m", messages), by_words)
    assert fitted.messages == messages


async def test_the_oldest_turns_are_left_out():
    turns = [f"turn {n} " + "word " * 200 for n in range(41)]
    fitted = await fit(chat(*turns), by_words)
    kept = [m["content"] for m in fitted.messages[1:]]
    assert 0 < len(kept) < 41
    assert kept == turns[-len(kept) :]


async def test_a_chat_that_grows_drops_several_turns_at_once():
    """The engine reads again only what follows a change, so the beginning must seldom change."""
    turns = [f"turn {n} " + "word " * 90 for n in range(60)]
    begins = [
        (await fit(chat(*turns[:n]), by_words)).messages[1]["content"] for n in range(31, 60, 2)
    ]
    assert len(set(begins)) <= 5


async def test_a_message_that_is_too_long_keeps_its_beginning_and_end():
    fitted = await fit(chat("first " + "word " * 50_000 + "last"), by_words)
    (message,) = fitted.messages[1:]
    assert message["content"].startswith("first")
    assert message["content"].endswith("last")


async def test_images_are_left_out():
    parts = [{"type": "text", "text": "see"}, {"type": "image_url", "image_url": {"url": "data:"}}]
    fitted = await fit(ChatRequest("m", [{"role": "user", "content": parts}]), by_words)
    assert fitted.messages[1]["content"] == "see"


@pytest.mark.parametrize(("asked", "given"), [(None, 512), (10, 10), (100_000, 512)])
async def test_the_answer_has_a_limit(asked, given):
    assert (await fit(chat("hi", max_tokens=asked), by_words)).params.max_tokens == given


LONG_TEXTS = st.builds(
    lambda piece, times: piece * times, st.text(max_size=5), st.integers(0, 3000)
)


@given(
    contents=st.lists(LONG_TEXTS, min_size=1, max_size=12),
    system=st.none() | LONG_TEXTS.filter(bool),
)
def test_no_chat_is_ever_too_long(contents, system):
    request = chat(*contents)
    if system is not None:
        request.messages.insert(0, {"role": "system", "content": system})
    fitted = asyncio.run(fit(request, by_bytes))
    sizes = [PER_MESSAGE + len(m["content"].encode()) for m in fitted.messages]
    assert sum(sizes) <= PROMPT_TOKENS
    assert fitted.messages[-1]["role"] == request.messages[-1]["role"]
