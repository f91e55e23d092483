"""How a model is told in which way to answer once more."""

from __future__ import annotations

from dost_ext.chat.hints import AGAIN, with_hint

PROMPT = {"role": "user", "content": "Why is the sky blue?"}
AGAIN_SHORTER = AGAIN.format(hint="Shorter")


def test_the_hint_follows_the_answer_that_it_is_about() -> None:
    answer = {"role": "assistant", "content": "A long story"}
    hint = {"role": "user", "content": AGAIN_SHORTER}
    assert with_hint([PROMPT], "A long story", "Shorter") == [PROMPT, answer, hint]


def test_without_an_answer_it_ends_the_prompt() -> None:
    (said,) = with_hint([PROMPT], "", "Shorter")
    assert said == {"role": "user", "content": f"Why is the sky blue?\n\n{AGAIN_SHORTER}"}


def test_a_prompt_with_pictures_gets_one_more_part() -> None:
    parts = [{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": "x"}}]
    (said,) = with_hint([{"role": "user", "content": parts}], "", "Shorter")
    assert said["content"] == [*parts, {"type": "text", "text": AGAIN_SHORTER}]
