"""Which models there are, and what answers when one is named."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dost_ext.core.database import Database
from dost_ext.core.errors import Conflict, NotFound
from dost_ext.core.notifications import Notifications
from dost_ext.core.settings import ServerSettingsService
from dost_ext.core.tasks import TaskGroup
from dost_ext.models import schemas
from dost_ext.models.builtin.supervisor import BuiltinModel
from dost_ext.models.catalogue import Catalogue, Facts
from dost_ext.models.client import ModelClient
from dost_ext.models.config_file import find_config_file, read_config_file
from dost_ext.models.connections import Connections
from dost_ext.models.directory import Directory
from dost_ext.models.environment import ollama_in, providers_in
from dost_ext.models.keys import KeyBox
from dost_ext.models.listing import Listed, known_facts
from dost_ext.models.model_lists import ModelLists
from dost_ext.models.provider import Provider
from dost_ext.models.provider_service import ProviderService, key_lost
from dost_ext.models.transport import SharedSession, Timeouts

if TYPE_CHECKING:
    from dost_ext.models.fake.server import FakeModel

# Providers that are there without anyone having connected them: last in lists and defaults.
OWN = ("builtin", "fake")
# litellm takes an address in the place of a name, and sends the prompt and the key there: who may
# choose a model must not choose where the server connects to.
_NAME = re.compile(r"[\w.:@+~*=-]+(?:/[\w.:@+~*=-]+)*")


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """What an operator sets about models."""

    data_dir: Path = Path()
    fake: bool = False
    timeouts: Timeouts = field(default_factory=Timeouts)


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model that can be asked: its id, its provider's name for it, and its client."""

    id: str
    upstream_name: str
    client: ModelClient
    provider: str
    defaults: dict[str, Any]
    vision: bool = False
    # False only where that is certain.
    tools: bool = True
    # How many tokens it reads at once; None where that is not known.
    context_window: int | None = None


class ModelService:
    """The models of all providers.

    Args:
        key: 32 bytes with which providers' keys are encrypted.
    """

    def __init__(
        self,
        database: Database,
        notifications: Notifications,
        settings: ServerSettingsService,
        key: bytes,
        options: ModelOptions,
    ) -> None:
        self._settings = settings
        self._options = options
        self._session = SharedSession()
        self._fake: FakeModel | None = None
        self._tasks = TaskGroup()
        keys, catalogue = KeyBox(key), Catalogue()
        self._catalogue = catalogue
        self.builtin = BuiltinModel()
        self._directory = Directory(database, notifications, keys)
        self._connections = Connections(self._session, options.timeouts, self.builtin, catalogue)
        self._lists = ModelLists(self._connections.list_models)
        self.providers = ProviderService(
            database, self._directory, self._connections, self._lists, keys, catalogue
        )

    async def start(self) -> None:
        """Read what is declared and begin to ask providers for their models.

        Raises `NotReady` when the config file cannot be used.
        """
        self._directory.declare(await asyncio.to_thread(self._declared))
        if self.builtin.available:
            self._directory.declare([Provider("builtin", "builtin", "builtin", "builtin")])
        if self._options.fake:
            self._directory.declare([await self._start_fake()])
        self._tasks.start(self.offered(), "first list of models")

    async def stop(self) -> None:
        """End what was started here: the built-in model, the fake one, every connection."""
        await self._tasks.cancel()
        await self._lists.close()
        await self.builtin.stop()
        await self._session.close()
        if self._fake is not None:
            await self._fake.stop()

    async def offered(self) -> schemas.Models:
        """The models one may use, those of connected providers first."""
        items = await self._items()
        default = await self._chosen() or _first(items)
        return schemas.Models(items=items, default_model=default)

    async def default_model(self) -> str | None:
        """The model for who names none: the admin's choice, else the first there is."""
        return await self._chosen() or _first(await self._items())

    async def resolve(self, model_id: str) -> ResolvedModel:
        """The model of that id, ready to be asked.

        Raises `NotFound` for a model that is not there, `Conflict` where its key is lost.
        """
        name, _, upstream_name = model_id.partition("/")
        provider = (await self._directory.all()).get(name)
        if provider is None or not await self._offers(provider, upstream_name):
            raise NotFound(
                f"There is no model “{model_id}” here. Choose another one.", code="model_not_found"
            )
        if provider.key_lost:
            raise Conflict(key_lost(provider), code="key_lost")
        facts = await self._facts(provider, upstream_name)
        return ResolvedModel(
            id=model_id,
            upstream_name=upstream_name,
            client=self._connections.client(provider),
            provider=provider.name,
            defaults=self._defaults(provider),
            vision=facts.vision,
            tools=facts.tools is not False,
            context_window=facts.context_window,
        )

    async def _facts(self, provider: Provider, model: str) -> Facts:
        """What a model can do: as its server tells, else as is known of its name."""
        told = await self._lists.facts(provider, model)
        return told or known_facts(model, provider, self._catalogue)

    async def _start_fake(self) -> Provider:
        # Imported here: in production nobody needs the HTTP server that it brings.
        from dost_ext.models.fake.server import MODELS, SEEING, FakeModel

        self._fake = await FakeModel().start()
        url = self._fake.openai_url
        return Provider("fake", "fake", "openai", "builtin", url, models=MODELS, vision=SEEING)

    def _declared(self) -> list[Provider]:
        path = find_config_file(self._options.data_dir, os.environ)
        declared = read_config_file(path) if path is not None else []
        return [*declared, *providers_in(os.environ), ollama_in(os.environ)]

    async def _items(self) -> list[schemas.Model]:
        providers = [p for p in (await self._directory.all()).values() if p.enabled]
        listed = await self._lists.get(providers)
        return [self._model(provider, one) for provider, models in listed for one in models]

    async def _chosen(self) -> str | None:
        """The admin's choice, if it is still there."""
        chosen = (await self._settings.get()).default_model
        return chosen if chosen is not None and await self._exists(chosen) else None

    async def _exists(self, model_id: str) -> bool:
        try:
            await self.resolve(model_id)
        except (NotFound, Conflict):
            return False
        return True

    async def _offers(self, provider: Provider, model: str) -> bool:
        if not (provider.enabled and model):
            return False
        if not _NAME.fullmatch(model) or ".." in model:
            return False
        # Anthropic, Gemini and others take names (aliases, tuned models) that they do not list.
        open_ended = provider.kind.protocol == "litellm" and not provider.models
        return open_ended or await self._lists.has(provider, model)

    def _model(self, provider: Provider, listed: Listed) -> schemas.Model:
        demo = provider.name == "builtin"
        return schemas.Model(
            id=f"{provider.name}/{listed.name}",
            name=self.builtin.title if demo else listed.name,
            provider=provider.name,
            capabilities=schemas.Capabilities(
                vision=listed.facts.vision,
                tools=bool(listed.facts.tools),
                tools_known=listed.facts.tools is not None,
                reasoning=listed.facts.reasoning,
                demo=demo,
            ),
            context_window=listed.facts.context_window,
            defaults=self._defaults(provider),
        )

    def _defaults(self, provider: Provider) -> dict[str, Any]:
        return dict(self.builtin.defaults) if provider.name == "builtin" else {}


def _first(items: list[schemas.Model]) -> str | None:
    connected = (item.id for item in items if item.provider not in OWN)
    return next(connected, None) or next((item.id for item in items), None)
