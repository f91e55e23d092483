"""Whatever is changed in a notebook, it is read or refused; what is read can be exported again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import nbformat
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dost_ext.files.contents import known
from dost_ext.notebooks import dost_json, ipynb
from dost_ext.notebooks.portable import PortableConversation
from dost_ext.notebooks.reading import Skipped, conversations_in
from tests.support.conversations import NOW
from tests.support.pictures import picture
from tests.unit.notebooks.test_files import JSON
from tests.unit.notebooks.test_ipynb import notebook, ran_by_the_model, slider

Way = tuple[str | int, ...]


def whole() -> Any:
    """A notebook that has something of everything."""
    found = ran_by_the_model()
    found.files = {"f": known("plot.png", picture())}
    found.messages[0].attachments = ["f"]
    answer = found.messages[1]
    answer.content += "\n\n```python\ntotal = 40 + 2\nprint(total)\n```\n"
    answer.executions.append(slider("s", 41))
    return notebook(found)


def ways(value: Any, way: Way = ()) -> Iterator[Way]:
    """Where each part of a value is."""
    yield way
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in parts:
            yield from ways(part, (*way, name))


WHOLE = json.dumps(whole())
WAYS = [way for way in ways(json.loads(WHOLE)) if way]
CHANGES = st.lists(st.tuples(st.sampled_from(WAYS), JSON), min_size=1, max_size=3)


def changed(changes: list[tuple[Way, Any]]) -> Any:
    """The notebook with other values in some places, as far as these are still there."""
    written = json.loads(WHOLE)
    for way, value in changes:
        try:
            part = written
            for name in way[:-1]:
                part = part[name]
            part[way[-1]] = value
        except (TypeError, KeyError, IndexError):
            continue  # another change has taken the place away
    return written


@settings(max_examples=200, deadline=None)
@given(CHANGES)
@example([])
@example([(("nbformat",), True)])
@example([(("metadata",), [])])
@example([(("cells", 3, "metadata", "dost", "message"), [])])
@example([(("metadata", "dost", "conversation", "files", 0, "data"), "ğ")])
def test_no_change_of_a_notebook_breaks_anything(changes: list[tuple[Way, Any]]) -> None:
    (found,) = conversations_in(json.dumps(changed(changes)).encode(), NOW)
    if isinstance(found, Skipped):
        assert changes
        assert found.reason.endswith(".")
        return
    written = ipynb.dump(found, NOW)
    nbformat.validate(nbformat.reads(written.decode(), as_version=4))
    for again in (written, dost_json.dump(found, NOW)):
        (same,) = conversations_in(again, NOW)
        assert isinstance(same, PortableConversation)
        assert same == found
