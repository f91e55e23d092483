"""Builds what speaks to a provider: a client for its kind, and the asking for its models."""

from __future__ import annotations

from dost_ext.models.builtin.supervisor import BuiltinModel
from dost_ext.models.catalogue import Catalogue
from dost_ext.models.client import ModelClient
from dost_ext.models.failures import Failures
from dost_ext.models.listing import Listed, list_models
from dost_ext.models.litellm_client import LiteLLMClient
from dost_ext.models.ollama_client import OllamaClient
from dost_ext.models.openai_client import OpenAIClient
from dost_ext.models.provider import Provider
from dost_ext.models.transport import SharedSession, Timeouts, Transport


class Connections:
    """One client a provider, kept as long as the provider stays as it is."""

    def __init__(
        self,
        session: SharedSession,
        timeouts: Timeouts,
        builtin: BuiltinModel,
        catalogue: Catalogue,
    ) -> None:
        self._session = session
        self._timeouts = timeouts
        self._builtin = builtin
        self._catalogue = catalogue
        self._clients: dict[str, tuple[Provider, ModelClient]] = {}

    def client(self, provider: Provider) -> ModelClient:
        """The client that streams from ``provider``."""
        known = self._clients.get(provider.id)
        if known is not None and known[0] == provider:
            return known[1]
        client = self._make(provider)
        self._clients[provider.id] = (provider, client)
        return client

    async def list_models(self, provider: Provider, timeout: float) -> list[Listed]:
        """The models that ``provider`` has.

        Raises:
            UpstreamFailed: it did not answer within ``timeout`` seconds, or not well.
        """
        if provider.kind.protocol == "builtin":
            return self._builtin.models()
        return await list_models(provider, self._transport(provider), self._catalogue, timeout)

    def _make(self, provider: Provider) -> ModelClient:
        match provider.kind.protocol:
            case "builtin":
                return self._builtin.client()
            case "openai":
                return OpenAIClient(self._transport(provider))
            case "ollama":
                return OllamaClient(self._transport(provider))
            case "litellm":
                return LiteLLMClient(
                    provider.kind.litellm_name,
                    _failures(provider),
                    base_url=provider.base_url,
                    api_key=provider.api_key,
                    timeouts=self._timeouts,
                )

    def _transport(self, provider: Provider) -> Transport:
        return Transport(
            provider.address or "",
            _failures(provider),
            self._session,
            headers=_headers(provider),
            timeouts=self._timeouts,
        )


def _failures(provider: Provider) -> Failures:
    return Failures(provider.label, provider.address or "", provider.api_key)


def _headers(provider: Provider) -> dict[str, str]:
    """The key in the header where the provider looks for it."""
    if provider.api_key is None:
        return {}
    match provider.kind.listing:
        case "anthropic":
            return {"x-api-key": provider.api_key, "anthropic-version": "2023-06-01"}
        case "gemini":
            return {"x-goog-api-key": provider.api_key}
        case _:
            return {"Authorization": f"Bearer {provider.api_key}"}
