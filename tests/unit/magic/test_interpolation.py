"""Notebook variables in prompts."""

from __future__ import annotations

import pytest

from dost_magic.errors import UnknownVariable
from dost_magic.interpolation import interpolate

VARIABLES = {"name": "Ada", "n": 3, "değer": "42", "x": {"a": 1}}


@pytest.mark.parametrize(
    ("prompt", "sent"),
    [
        ("Hello {name}, {n} times", "Hello Ada, 3 times"),
        ("{değer}", "42"),
        ("as {x}", "as {'a': 1}"),
        ("write {{name}} there", "write {name} there"),
        ('{"a": 1, "b": {"c": []}}', '{"a": 1, "b": {"c": []}}'),
        ("{} and { name } and {1} and {name!r} and {name.upper()}",) * 2,
        (r"so \frac{a}{b} and ${HOME} stay",) * 2,
        ("{", "{"),
    ],
)
def test_a_plain_name_in_braces_is_filled_in(prompt: str, sent: str) -> None:
    assert interpolate(prompt, VARIABLES) == sent


def test_a_filled_in_value_is_not_looked_at_again() -> None:
    assert interpolate("{a}", {"a": "{b}"}) == "{b}"


def test_an_unknown_name_is_an_error_that_names_it() -> None:
    with pytest.raises(UnknownVariable, match=r"no variable named nmae.*\{\{nmae\}\}"):
        interpolate("Hello {nmae}", VARIABLES)
