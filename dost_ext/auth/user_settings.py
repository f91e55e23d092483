"""What each user has set, read once and remembered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dost_ext.auth import store
from dost_ext.core.database import Database
from dost_ext.core.notifications import Notifications

TOPIC = "user_settings"
REMEMBERED = 1_000


class UserSettings:
    """Reads users' settings.

    They are remembered while this process hears of changes, so that a turn that needs them costs
    no query.
    """

    def __init__(self, database: Database, notifications: Notifications) -> None:
        self._database = database
        self._notifications = notifications
        self._known: dict[UUID, dict[str, Any]] = {}
        # Counts what was forgotten: what was read before must not be remembered after.
        self._forgotten = 0
        notifications.on(TOPIC, lambda user_id: self.forget(UUID(user_id)))
        notifications.on("reconnected", lambda _: self._forget_all())

    async def get(self, user_id: UUID) -> dict[str, Any]:
        """A user's settings as they were saved; of somebody unknown, none."""
        if self._notifications.online and user_id in self._known:
            return self._known[user_id]
        forgotten = self._forgotten
        async with self._database.autocommit() as connection:
            row = await store.user_by_id(connection, user_id)
        settings = dict(row.settings) if row is not None else {}
        if forgotten == self._forgotten:
            self._remember(user_id, settings)
        return settings

    def _remember(self, user_id: UUID, settings: dict[str, Any]) -> None:
        if len(self._known) >= REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[user_id] = settings

    def forget(self, user_id: UUID) -> None:
        """Read them anew the next time: this process has changed them."""
        self._forgotten += 1
        self._known.pop(user_id, None)

    def _forget_all(self) -> None:
        self._forgotten += 1
        self._known.clear()
