"""Results of search engines in one form, and queries as engines take them."""

from __future__ import annotations

from typing import Any

import pytest

from dost_ext.web.engines.engine import Result, asked, well_formed


def test_a_result_is_one_line_of_text_with_an_end() -> None:
    (result,) = well_formed(
        [("<H1>&lt;b&gt; in</H1>Vec<String>\x00\r\n", " HTTPS://a.example/x y ", "w\ud800" * 999)],
        5,
    )
    assert (result.title, result.url) == ("<b> in Vec<String>\ufffd", "https://a.example/x%20y")
    assert (len(result.snippet), result.snippet[:4], result.snippet[-1]) == (1000, "w?w?", "…")


@pytest.mark.parametrize("title", [None, "", " \n", "<b></b>", 7])
def test_a_page_without_a_title_is_called_as_its_host(title: Any) -> None:
    assert well_formed([(title, "https://a.example:8443/x", None)], 5) == [
        Result("a.example", "https://a.example:8443/x", "")
    ]


@pytest.mark.parametrize(
    "url",
    [None, 7, "", "https://a\nb/", "http://[::1", "http://a:99999/", "http://a/" + "x" * 2000],
)
def test_a_result_without_an_address_is_none(url: Any) -> None:
    assert well_formed([("Title", url, "Words")], 5) == []


def test_a_query_is_cut_between_words() -> None:
    assert asked("a\n b\ud800 ") == "a b?"
    assert asked("long " * 100) == " ".join(["long"] * 80)
    assert asked("x" * 500) == "x" * 400
