"""What is known of the world's models: the table that litellm brings, read without importing it."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

TABLE = "model_prices_and_context_window_backup.json"
PROVIDERS = "provider_endpoints_support_backup.json"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a model can do; what is not known is False or None."""

    vision: bool = False
    tools: bool | None = None
    reasoning: bool = False
    context_window: int | None = None
    chat: bool = True


class Catalogue:
    """Facts by provider and model; read once, at first use (20 ms)."""

    def __init__(self) -> None:
        self._facts: dict[str, dict[str, Facts]] | None = None

    def facts(self, litellm_name: str, model: str) -> Facts | None:
        """What is known of a provider's model, or of a model of that name with anyone."""
        table = self._table()
        for name in (model, model.rpartition("/")[2]):
            if (found := table.get(litellm_name, {}).get(name)) is not None:
                return found
        for provider in ("openai", "anthropic", "gemini"):
            if (found := table.get(provider, {}).get(model.rpartition("/")[2])) is not None:
                return found
        return None

    def chat_models(self, litellm_name: str) -> list[str]:
        """The models of a provider that answer chats."""
        models = self._table().get(litellm_name, {})
        return [name for name, facts in models.items() if facts.chat]

    def knows(self, litellm_name: str) -> bool:
        """Whether litellm speaks to this kind of provider."""
        return litellm_name in self._table()

    def _table(self) -> dict[str, dict[str, Facts]]:
        if self._facts is None:
            self._facts = _read()
        return self._facts


def _read() -> dict[str, dict[str, Facts]]:
    spec = importlib.util.find_spec("litellm")
    if spec is None or spec.origin is None:
        return {}
    folder = Path(spec.origin).parent
    table: dict[str, dict[str, Facts]] = {name: {} for name in _providers(folder / PROVIDERS)}
    for key, entry in orjson.loads((folder / TABLE).read_bytes()).items():
        provider = entry.get("litellm_provider")
        if provider:
            name = key.removeprefix(f"{provider}/")
            table.setdefault(provider, {})[name] = _facts(entry)
    return table


def _providers(path: Path) -> list[str]:
    return list(orjson.loads(path.read_bytes()).get("providers", {}))


def _facts(entry: dict[str, Any]) -> Facts:
    window = entry.get("max_input_tokens") or entry.get("max_tokens")
    return Facts(
        vision=bool(entry.get("supports_vision")),
        tools=entry.get("supports_function_calling"),
        reasoning=bool(entry.get("supports_reasoning")),
        context_window=window if isinstance(window, int) else None,
        chat=entry.get("mode") == "chat",
    )
