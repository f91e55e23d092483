"""The settings that an admin changes while the server runs, kept in the database."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Column, SmallInteger, Table, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert

from dost_ext.core.database import Database, metadata
from dost_ext.core.notifications import Notifications, publish
from dost_ext.core.wire import Response

server_settings = Table(
    "server_settings",
    metadata,
    Column("id", SmallInteger, primary_key=True),
    Column("value", JSONB, nullable=False, server_default=text("'{}'")),
)


class ServerSettings(Response):
    """What holds for everyone on this server."""

    sign_up: Literal["open", "closed"] = "open"
    default_role: Literal["user", "pending"] = "user"
    default_model: str | None = None
    # What one kernel may use, where code runs in a sandbox.
    code_memory_mb: int = 2048
    code_disk_mb: int = 2048
    code_processes: int = 256
    code_cores: int = 0
    code_network: bool = False
    # How many kernels one account may have, and how long one that nobody uses stays.
    code_kernels: int = 8
    code_idle_minutes: int = 60


class ServerSettingsService:
    """Reads and changes the settings; what was read is kept until another process changes it."""

    def __init__(self, database: Database, notifications: Notifications) -> None:
        self._database = database
        self._notifications = notifications
        self._known: ServerSettings | None = None
        notifications.on("settings", self._forget)
        notifications.on("reconnected", self._forget)

    def _forget(self, _: Any) -> None:
        self._known = None

    async def get(self) -> ServerSettings:
        """The settings now in force."""
        if self._known is None or not self._notifications.online:
            async with self._database.begin() as connection:
                value = await connection.scalar(select(server_settings.c.value))
            self._known = ServerSettings.model_validate(value or {})
        return self._known

    async def change(self, changes: dict[str, Any]) -> ServerSettings:
        """Change some of the settings, the others stay."""
        statement = insert(server_settings).values(id=1, value=changes)
        merged = server_settings.c.value.op("||")(statement.excluded.value)
        async with self._database.begin() as connection:
            value = await connection.scalar(
                statement.on_conflict_do_update(
                    index_elements=["id"], set_={"value": merged}
                ).returning(server_settings.c.value)
            )
            await publish(connection, "settings", None)
        self._known = ServerSettings.model_validate(value)
        return self._known
