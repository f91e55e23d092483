"""Temporary chats that are left alone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dost_ext.chat.run_store import TurnRows
from dost_ext.chat.temporary import IDLE, TemporaryChats
from dost_ext.core.errors import NotFound
from dost_ext.core.ids import new_id
from dost_ext.core.notifications import Notifications
from dost_ext.core.scopes import Principal

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_what_is_left_alone_for_hours_is_forgotten() -> None:
    now = NOON
    chats = TemporaryChats(Notifications(1), lambda: now)
    ada = Principal(new_id(), "ada", "user")
    turn = {"conversation_id": new_id(), "fresh": True, "model": "m", "params": {}, "at": now}
    turn |= {"system_prompt": None, "leaf_id": new_id(), "continued_id": None}
    asyncio.run(chats.begin(ada, TurnRows(turn, [], [], [], [])))
    now = NOON + IDLE
    chats.sweep()
    assert chats.get(ada, turn["conversation_id"]).updated_at == NOON
    now += timedelta(seconds=1)
    chats.sweep()
    with pytest.raises(NotFound):
        chats.get(ada, turn["conversation_id"])
