"""What a model reads of a message with files, and pictures in data URLs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.chat.attachments import picture_in, spoken
from dost_ext.chat.history import Reader, Said, goes_on, read_by
from dost_ext.core.errors import InvalidRequest
from dost_ext.core.ids import new_id
from dost_ext.files.schemas import Attachment
from dost_ext.tools.schemas import ToolCall, ToolResult

NOTES = Attachment(
    id=new_id(), kind="text", filename="notes.md", media_type="text/markdown", size=5
)
CAT = Attachment(id=new_id(), kind="image", filename="cat.png", media_type="image/png", size=5)
URL = "data:image/png;base64,AAAA"


@given(st.text(st.sampled_from("`\n x"), max_size=60))
def test_no_text_ends_its_own_fence(words: str) -> None:
    said = spoken("prompt", [NOTES], {NOTES.id: words}, sees=False)
    assert isinstance(said, str)
    fence, inside = re.fullmatch(
        r"Attached file “notes.md”:\n\n(`{3,})\n(.*)\1\n\nprompt", said, re.DOTALL
    ).groups()  # type: ignore[union-attr]
    assert fence not in inside
    assert inside.startswith(words)


def test_pictures_follow_the_words() -> None:
    readable = {NOTES.id: "Words\n", CAT.id: URL}
    assert spoken("Well?", [CAT, NOTES], readable, sees=True) == [
        {"type": "text", "text": "Attached file “notes.md”:\n\n```\nWords\n```\n\nWell?"},
        {"type": "image_url", "image_url": {"url": URL}},
    ]


def test_what_cannot_be_sent_is_named() -> None:
    assert spoken("", [CAT, NOTES], {}, sees=True) == "[picture: cat.png]\n\n[file: notes.md]"
    assert spoken("x", [CAT], {CAT.id: URL}, sees=False) == "[picture: cat.png]\n\nx"


@pytest.mark.parametrize(
    ("url", "content"),
    [
        ("data:image/png;base64,QUJD", b"ABC"),
        ("data:image/png;name=a.png;base64,QUJD", b"ABC"),
        ("data:,A%42C", b"ABC"),
        ("data:image/png;base64,QU%4AD", b"ABC"),
    ],
)
def test_a_data_url_holds_its_content(url: str, content: bytes) -> None:
    assert picture_in(url).content == content


@pytest.mark.parametrize(
    "url", ["", "data:", "http://x/y.png", "data:image/png;base64,QU", "C:\\x"]
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(InvalidRequest):
        picture_in(url)


def read(*messages: Said, model: str = "a/b", calls: bool = True) -> list[dict[str, Any]]:
    return read_by(Reader(model, sees=False, calls=calls), messages, {})


MADE = ToolCall(
    id="call_with_a_long_id",
    name="run_code",
    arguments="{}",
    result=ToolResult(content="42", is_error=False),
)
RAN = Said("assistant", "", [], [MADE], "a/b")


def test_calls_of_another_model_have_ids_that_any_provider_takes() -> None:
    own = read(RAN)
    assert own[1]["tool_call_id"] == own[0]["tool_calls"][0]["id"] == MADE.id
    other = read(RAN, model="mistral/x")
    assert other[1]["tool_call_id"] == other[0]["tool_calls"][0]["id"]
    assert re.fullmatch("[a-z0-9]{9}", other[1]["tool_call_id"])


def test_a_prompt_never_follows_a_result() -> None:
    roles = [one["role"] for one in read(RAN, Said("user", "And now?", [], []))]
    assert roles == ["assistant", "tool", "assistant", "user"]


def test_an_answer_that_ends_with_results_needs_no_word_to_go_on() -> None:
    reader = Reader("a/b", sees=False, calls=True)
    assert goes_on(reader, RAN) == []
    said = Said("assistant", "It is", [], [MADE], "a/b")
    for last in (said, Said("assistant", "It is", [], [])):
        assert goes_on(reader, last)[0]["role"] == "user"
    assert goes_on(Reader("a/b", sees=False, calls=False), RAN)[0]["role"] == "user"
