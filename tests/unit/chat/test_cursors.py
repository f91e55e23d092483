"""Where a page of conversations ended."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dost_ext.chat.conversations import _cursor_of, _place_of
from dost_ext.core.errors import InvalidRequest


@given(st.booleans(), st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_a_cursor_says_where_it_came_from(pinned: bool, at: datetime, id: UUID) -> None:
    row = SimpleNamespace(pinned=pinned, updated_at=at, id=id)
    cursor = _cursor_of(row)  # type: ignore[arg-type]
    assert len(cursor) <= 200
    assert _place_of(cursor) == (pinned, at, id)


@given(st.text(max_size=200))
def test_anything_else_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        _place_of(cursor)
