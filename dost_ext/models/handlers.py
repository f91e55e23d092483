"""The routes of models and providers."""

from __future__ import annotations

from dost_ext.core.http import ApiHandler, Route, operation
from dost_ext.models import schemas
from dost_ext.models.service import ModelService


class ModelsHandler(ApiHandler):
    """The models one may choose."""

    def initialize(self, models: ModelService) -> None:
        """Take the service."""
        self.models = models

    @operation("models:read", returns=schemas.Models)
    async def get(self) -> schemas.Models:
        """The models one may use, and the one that is used where none is named."""
        return await self.models.offered()


class ProvidersHandler(ModelsHandler):
    """Every provider."""

    @operation("admin:providers", returns=schemas.Providers)
    async def get(self) -> schemas.Providers:
        """Every provider, wherever it was declared."""
        return schemas.Providers(items=await self.models.providers.all())

    @operation(
        "admin:providers", body=schemas.NewProvider, returns=schemas.ProviderView, status=201
    )
    async def post(self, body: schemas.NewProvider) -> schemas.ProviderView:
        """Connect a provider."""
        return await self.models.providers.add(body)


class ProviderHandler(ModelsHandler):
    """One provider."""

    @operation("admin:providers", returns=schemas.ProviderView)
    async def get(self, provider_id: str) -> schemas.ProviderView:
        """One provider."""
        return await self.models.providers.get(provider_id)

    @operation("admin:providers", body=schemas.ChangeProvider, returns=schemas.ProviderView)
    async def patch(self, provider_id: str, body: schemas.ChangeProvider) -> schemas.ProviderView:
        """Change a provider; a new server without a new key drops the key."""
        return await self.models.providers.change(provider_id, body)

    @operation("admin:providers")
    async def delete(self, provider_id: str) -> None:
        """Disconnect a provider."""
        await self.models.providers.delete(provider_id)


class ProviderTestHandler(ModelsHandler):
    """Whether a provider answers."""

    @operation("admin:providers", returns=schemas.ProviderTest)
    async def post(self, provider_id: str) -> schemas.ProviderTest:
        """Ask a provider for its models."""
        return await self.models.providers.test(provider_id)


def routes(models: ModelService) -> list[Route]:
    """The routes of this feature."""
    services = {"models": models}
    return [
        Route("models", ModelsHandler, services),
        Route("providers", ProvidersHandler, services),
        Route("providers/{id}", ProviderHandler, services),
        Route("providers/{id}/test", ProviderTestHandler, services),
    ]
