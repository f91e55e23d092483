"""Remembers which models each provider has, so that nobody waits for a slow provider."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from dost_ext.core.errors import UpstreamFailed
from dost_ext.core.tasks import TaskGroup
from dost_ext.models.catalogue import Facts
from dost_ext.models.listing import Listed
from dost_ext.models.provider import Provider

FRESH_SECONDS = 60.0
# A provider that did not answer is asked again sooner: it may just have been started.
FAILED_SECONDS = 5.0
PATIENCE = 0.3  # seconds that a listing waits for providers never heard of
ASK_TIMEOUT = 10.0

Ask = Callable[[Provider, float], Awaitable[list[Listed]]]


@dataclass(slots=True)
class _Entry:
    provider: Provider
    models: list[Listed] = field(default_factory=list)
    answered: bool = False
    waited_for: bool = False
    asked_at: float = float("-inf")
    stale_at: float = 0.0
    asking: asyncio.Task[None] | None = None


class ModelLists:
    """Stale lists are shown while they are asked for anew (stale-while-revalidate)."""

    def __init__(self, ask: Ask, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._tasks = TaskGroup()

    async def get(self, providers: Sequence[Provider]) -> list[tuple[Provider, list[Listed]]]:
        """The models of each provider that has answered; one never heard of has ``PATIENCE``."""
        entries = [self._refreshed(provider) for provider in providers]
        new = [entry for entry in entries if not entry.waited_for]
        for entry in new:
            entry.waited_for = True
        await self._wait(new)
        return [(e.provider, e.models) for e in entries if e.answered]

    async def has(self, provider: Provider, model: str) -> bool:
        """Whether a provider has a model; one that never answered may have any.

        A model that is not in the list is looked for in a new list, ``PATIENCE`` at most.
        """
        entry = self._refreshed(provider)
        if not entry.answered or _listed(entry, model):
            return True
        if self._clock() >= entry.asked_at + FAILED_SECONDS:
            entry.stale_at = 0.0
            self._refreshed(provider)
        await self._wait([entry])
        return _listed(entry, model)

    async def facts(self, provider: Provider, model: str) -> Facts | None:
        """What a provider's list tells of a model, or of the one that a variant is of.

        None where the list does not have it; one never heard of has ``PATIENCE``.
        """
        entry = self._refreshed(provider)
        if not entry.answered:
            await self._wait([entry])
        by_name = {listed.name: listed.facts for listed in entry.models}
        return next((by_name[name] for name in _names(model) if name in by_name), None)

    async def close(self) -> None:
        """Ask nobody any more."""
        await self._tasks.cancel()

    def _refreshed(self, provider: Provider) -> _Entry:
        """The provider's entry, being asked for anew if it is stale."""
        entry = self._entries.get(provider.id)
        if entry is None or entry.provider != provider:
            entry = self._entries[provider.id] = _Entry(provider)
        if entry.asking is None and self._clock() >= entry.stale_at:
            entry.asking = self._tasks.start(self._refresh(entry), f"models of {provider.name}")
        return entry

    async def _refresh(self, entry: _Entry) -> None:
        entry.asked_at = self._clock()
        entry.stale_at = entry.asked_at + FAILED_SECONDS
        try:
            entry.models = await self._ask(entry.provider, ASK_TIMEOUT)
            entry.answered = True
            entry.stale_at = self._clock() + FRESH_SECONDS
        except UpstreamFailed:
            if entry.provider.source == "discovered":
                entry.answered = False  # it has gone
        finally:
            entry.asking = None

    async def _wait(self, entries: Sequence[_Entry]) -> None:
        asking = [entry.asking for entry in entries if entry.asking is not None]
        if asking:
            await asyncio.wait(asking, timeout=PATIENCE)


def _listed(entry: _Entry, model: str) -> bool:
    """Whether a list holds a model, or the model that a variant (``name:variant``) is of."""
    names = {listed.name for listed in entry.models}
    return not names.isdisjoint(_names(model))


def _names(model: str) -> tuple[str, ...]:
    return model, f"{model}:latest", model.partition(":")[0]
