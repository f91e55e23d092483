"""Many pieces of news in few notifications, each within what PostgreSQL takes."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.core.notifications import MOST_BYTES, packed

NEWS = st.lists(st.tuples(st.text(max_size=400), st.integers(-1000, 1000)), max_size=60)


def unpacked(text: str) -> list[Any]:
    """What a listener hears, in order."""
    heard: list[Any] = []
    for message in orjson.loads(text):
        topic, *payloads = orjson.loads(message)
        assert topic == "news"
        heard += payloads
    return heard


@given(NEWS)
def test_all_news_arrives_in_order_and_within_the_limit(news: list[tuple[str, int]]) -> None:
    text = packed("news", news)
    assert unpacked(text) == [list(item) for item in news]
    assert all(len(message.encode()) < 8_000 for message in orjson.loads(text))


def test_small_news_shares_one_notification() -> None:
    assert len(orjson.loads(packed("news", range(500)))) == 1


def test_no_news_is_no_notification() -> None:
    assert packed("news", []) == "[]"


def test_one_piece_that_fills_a_notification_goes_alone() -> None:
    large = "x" * (MOST_BYTES - 4)
    assert len(orjson.loads(packed("news", ["a", large, "b"]))) == 3
