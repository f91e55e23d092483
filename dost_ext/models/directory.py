"""All providers, merged from where they were declared."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from dost_ext.core.database import Database
from dost_ext.core.notifications import Notifications
from dost_ext.models import store
from dost_ext.models.keys import KeyBox
from dost_ext.models.provider import Provider

TOPIC = "providers"


class Directory:
    """Providers by name; of two with one name the first source wins, even when switched off.

    What was read from the database is kept until a server process changes it.
    """

    def __init__(self, database: Database, notifications: Notifications, keys: KeyBox) -> None:
        self._database = database
        self._notifications = notifications
        self._keys = keys
        self._declared: list[Provider] = []
        self._stored: list[Provider] | None = None
        notifications.on(TOPIC, self.forget)
        notifications.on("reconnected", self.forget)

    def declare(self, providers: Iterable[Provider]) -> None:
        """Add providers that come from elsewhere than the database, in order of precedence."""
        self._declared += providers

    async def all(self) -> dict[str, Provider]:
        """Every provider by its name."""
        merged: dict[str, Provider] = {}
        for provider in [*await self._from_database(), *self._declared]:
            if provider.source == "discovered" and _is_known(provider, merged.values()):
                continue
            merged.setdefault(provider.name, provider)
        return merged

    def provider_of(self, row: Row[Any]) -> Provider:
        """A row of the table as a provider."""
        key = self._keys.unlock(row.api_key) if row.api_key is not None else None
        return Provider(
            id=str(row.id),
            name=row.name,
            kind_name=row.kind,
            source="database",
            base_url=row.base_url,
            api_key=key,
            key_lost=row.api_key is not None and key is None,
            enabled=row.enabled,
            models=tuple(row.models),
        )

    def forget(self, _: object = None) -> None:
        """Read the database again at the next use."""
        self._stored = None

    async def _from_database(self) -> list[Provider]:
        if self._stored is None or not self._notifications.online:
            async with self._database.begin() as connection:
                rows = await store.list_providers(connection)
            self._stored = [self.provider_of(row) for row in rows]
        return self._stored


def _is_known(found: Provider, others: Iterable[Provider]) -> bool:
    """Whether someone has declared the server that was found."""
    return any(o.kind_name == found.kind_name and o.address == found.address for o in others)
