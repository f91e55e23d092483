"""The rules for connecting, changing and testing providers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import SecretStr

from dost_ext.core.database import Database
from dost_ext.core.errors import Conflict, InvalidRequest, NotFound, UpstreamFailed
from dost_ext.core.ids import new_id, parse_id
from dost_ext.core.notifications import publish
from dost_ext.core.params import ChatParams
from dost_ext.models import schemas, store
from dost_ext.models.catalogue import Catalogue
from dost_ext.models.client import ChatRequest
from dost_ext.models.connections import Connections
from dost_ext.models.directory import TOPIC, Directory
from dost_ext.models.keys import KeyBox
from dost_ext.models.kinds import KINDS
from dost_ext.models.listing import Listed
from dost_ext.models.model_lists import ModelLists
from dost_ext.models.provider import Provider

TEST_TIMEOUT = 10.0
NOT_CHANGEABLE = {
    "file": "This provider is declared in the config file; change it there.",
    "environment": "This provider comes from an environment variable; change it there.",
    "discovered": "This provider was found running; it goes when its server stops.",
    "builtin": "This provider is part of dost and cannot be changed.",
}


class ProviderService:
    """What an admin does with providers."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        connections: Connections,
        lists: ModelLists,
        keys: KeyBox,
        catalogue: Catalogue,
    ) -> None:
        self._database = database
        self._directory = directory
        self._connections = connections
        self._lists = lists
        self._keys = keys
        self._catalogue = catalogue

    async def all(self) -> list[schemas.ProviderView]:
        """Every provider, those that were found running included."""
        providers = list((await self._directory.all()).values())
        found = [p for p in providers if p.source == "discovered"]
        running = {provider.id for provider, _ in await self._lists.get(found)}
        return [_view(p) for p in providers if p.source != "discovered" or p.id in running]

    async def get(self, provider_id: str) -> schemas.ProviderView:
        """One provider."""
        return _view(await self._find(provider_id))

    async def add(self, new: schemas.NewProvider) -> schemas.ProviderView:
        """Connect a provider. Raises `Conflict` for a taken name, `InvalidRequest` for its kind."""
        self._check_kind(new.kind, new.base_url)
        values = {**new.model_dump(exclude={"api_key"}), "api_key": self._locked(new.api_key)}
        async with self._database.begin() as connection:
            row = await store.add_provider(connection, id=new_id(), **values)
            await publish(connection, TOPIC, None)
        self._directory.forget()
        return _view(self._directory.provider_of(row))

    async def change(
        self, provider_id: str, changes: schemas.ChangeProvider
    ) -> schemas.ProviderView:
        """Change a provider. Raises `Conflict` for one that is declared elsewhere."""
        provider = await self._find(provider_id)
        stored = self._stored_id(provider)
        values = changes.model_dump(exclude_unset=True, exclude={"api_key"})
        for name in ("name", "kind", "enabled", "models"):
            if name in values and values[name] is None:
                raise InvalidRequest(f"{name}: cannot be null; leave it out to keep it")
        if "api_key" in changes.model_fields_set:
            values["api_key"] = self._locked(changes.api_key)
        elif "base_url" in values and _host(values["base_url"]) != _host(provider.base_url):
            # A key must not follow to a server that it was not given for.
            values["api_key"] = None
        self._check_kind(
            values.get("kind", provider.kind_name), values.get("base_url", provider.base_url)
        )
        return await self._save(stored, values) if values else _view(provider)

    async def delete(self, provider_id: str) -> None:
        """Disconnect a provider."""
        stored = self._stored_id(await self._find(provider_id))
        async with self._database.begin() as connection:
            if not await store.delete_provider(connection, stored):
                raise NotFound
            await publish(connection, TOPIC, None)
        self._directory.forget()

    async def test(self, provider_id: str) -> schemas.ProviderTest:
        """Ask a provider for its models, or where it tells none, for one word."""
        provider = await self._find(provider_id)
        if provider.key_lost:
            return schemas.ProviderTest(ok=False, detail=key_lost(provider), models=0)
        try:
            listed = await self._connections.list_models(provider, TEST_TIMEOUT)
            if provider.models or provider.kind.listing == "catalogue":
                await self._ask_for_a_word(provider, listed)
        except UpstreamFailed as error:
            return schemas.ProviderTest(ok=False, detail=_advised(provider, error), models=0)
        plural = "model" if len(listed) == 1 else "models"
        detail = f"{provider.label} answers and has {len(listed)} {plural}."
        return schemas.ProviderTest(ok=True, detail=detail, models=len(listed))

    async def _save(self, provider_id: UUID, values: dict[str, Any]) -> schemas.ProviderView:
        async with self._database.begin() as connection:
            row = await store.update_provider(connection, provider_id, values)
            if row is None:
                raise NotFound
            await publish(connection, TOPIC, None)
        self._directory.forget()
        return _view(self._directory.provider_of(row))

    async def _find(self, provider_id: str) -> Provider:
        for provider in (await self._directory.all()).values():
            if provider.id == provider_id:
                return provider
        raise NotFound("There is no such provider.")

    async def _ask_for_a_word(self, provider: Provider, listed: list[Listed]) -> None:
        if not listed:
            return
        request = ChatRequest(
            listed[0].name,
            [{"role": "user", "content": "Say yes."}],
            ChatParams(max_tokens=1),
        )
        async for _ in self._connections.client(provider).stream(request):
            pass

    def _stored_id(self, provider: Provider) -> UUID:
        if provider.source != "database":
            raise Conflict(NOT_CHANGEABLE[provider.source], code="read_only")
        return parse_id(provider.id)

    def _locked(self, key: SecretStr | None) -> bytes | None:
        secret = key.get_secret_value().strip() if key is not None else ""
        return self._keys.lock(secret) if secret else None

    def _check_kind(self, kind: str, base_url: str | None) -> None:
        if kind == "builtin" or (kind not in KINDS and not self._catalogue.knows(kind)):
            raise InvalidRequest(
                f"kind: dost knows no providers of the kind “{kind}”. For a server that speaks "
                "OpenAI's protocol use “openai” and its address.",
                errors=[{"loc": ["kind"], "msg": "unknown kind"}],
            )


def key_lost(provider: Provider) -> str:
    """What to tell when a key cannot be read any more."""
    return (
        f"The key of {provider.label} was saved under another secret of this server. "
        "Enter it again in Settings → Models."
    )


def _advised(provider: Provider, error: UpstreamFailed) -> str:
    """The fault, with the advice that the commonest mistake needs."""
    address = provider.base_url or ""
    if (
        error.code in ("upstream_not_found", "upstream_malformed")
        and provider.kind.protocol == "openai"
        and not address.endswith("/v1")
    ):
        return f"{error.detail} Most such servers' addresses end in /v1."
    return error.detail


def _host(url: str | None) -> tuple[str, str]:
    parts = urlsplit(url or "")
    return parts.scheme, parts.netloc


def _view(provider: Provider) -> schemas.ProviderView:
    return schemas.ProviderView(
        id=provider.id,
        name=provider.name,
        kind=provider.kind_name,
        base_url=provider.base_url,
        enabled=provider.enabled,
        has_key=provider.api_key is not None,
        source=provider.source,
        models=list(provider.models),
    )
