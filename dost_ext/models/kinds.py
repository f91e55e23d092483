"""The kinds of providers: how each is spoken to, where it is, and which variable holds its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Protocol = Literal["openai", "ollama", "litellm", "builtin"]
Listing = Literal["openai", "ollama", "anthropic", "gemini", "catalogue"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of provider.

    ``litellm_name`` is what the price table and litellm call it; ``listing`` says how its models
    are found out.
    """

    name: str
    label: str
    protocol: Protocol
    litellm_name: str
    listing: Listing
    base_url: str | None = None
    key_variables: tuple[str, ...] = ()


def _compatible(
    name: str, label: str, base_url: str, *variables: str, litellm: str | None = None
) -> Kind:
    return Kind(name, label, "openai", litellm or name, "openai", base_url, variables)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("builtin", "The built-in model", "builtin", "builtin", "catalogue"),
        _compatible("openai", "OpenAI", "https://api.openai.com/v1", "OPENAI_API_KEY"),
        Kind("ollama", "Ollama", "ollama", "ollama", "ollama", "http://127.0.0.1:11434"),
        Kind(
            "anthropic",
            "Anthropic",
            "litellm",
            "anthropic",
            "anthropic",
            "https://api.anthropic.com",
            ("ANTHROPIC_API_KEY",),
        ),
        Kind(
            "gemini",
            "Google Gemini",
            "litellm",
            "gemini",
            "gemini",
            "https://generativelanguage.googleapis.com",
            ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        ),
        _compatible("groq", "Groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY"),
        _compatible(
            "fireworks",
            "Fireworks",
            "https://api.fireworks.ai/inference/v1",
            "FIREWORKS_API_KEY",
            litellm="fireworks_ai",
        ),
        _compatible(
            "openrouter", "OpenRouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"
        ),
        _compatible("mistral", "Mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
        _compatible("deepseek", "DeepSeek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"),
        _compatible(
            "together",
            "Together",
            "https://api.together.xyz/v1",
            "TOGETHER_API_KEY",
            "TOGETHERAI_API_KEY",
            litellm="together_ai",
        ),
        _compatible("xai", "xAI", "https://api.x.ai/v1", "XAI_API_KEY"),
        _compatible("cerebras", "Cerebras", "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY"),
        _compatible(
            "nvidia",
            "NVIDIA",
            "https://integrate.api.nvidia.com/v1",
            "NVIDIA_API_KEY",
            litellm="nvidia_nim",
        ),
        _compatible("lmstudio", "LM Studio", "http://127.0.0.1:1234/v1", litellm="lm_studio"),
        _compatible("vllm", "vLLM", "http://127.0.0.1:8000/v1", litellm="hosted_vllm"),
        _compatible("llamacpp", "llama.cpp", "http://127.0.0.1:8080/v1", litellm="openai"),
    )
}


def kind_of(name: str) -> Kind:
    """The kind of that name; one that is not ours is litellm's."""
    return KINDS.get(name) or Kind(name, name, "litellm", name, "catalogue")
