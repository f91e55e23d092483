"""What a model reads of a message with files, and pictures in data URLs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.chat.attachments import picture_in, spoken
from dost_ext.core.errors import InvalidRequest
from dost_ext.core.ids import new_id
from dost_ext.files.schemas import Attachment

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
