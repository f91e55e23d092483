"""Providers that the environment names: keys in their usual variables, and Ollama."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from dost_ext.models.kinds import KINDS, Kind
from dost_ext.models.provider import Provider


def providers_in(environ: Mapping[str, str]) -> list[Provider]:
    """A provider for each kind whose key, or whose base URL, is set."""
    return list(_found(environ))


def _found(environ: Mapping[str, str]) -> Iterator[Provider]:
    for kind in KINDS.values():
        key = _first_set(environ, kind.key_variables)
        base_url = _first_set(environ, _base_url_variables(kind))
        if key or (base_url and kind.protocol == "openai"):
            yield Provider(
                id=f"environment-{kind.name}",
                name=kind.name,
                kind_name=kind.name,
                source="environment",
                base_url=base_url.rstrip("/") if base_url else None,
                api_key=key,
            )


def _base_url_variables(kind: Kind) -> tuple[str, ...]:
    """``GROQ_API_KEY`` has its address in ``GROQ_BASE_URL``, or in ``GROQ_API_BASE``."""
    stems = [variable.removesuffix("_API_KEY") for variable in kind.key_variables]
    return tuple(f"{stem}_{end}" for stem in stems for end in ("BASE_URL", "API_BASE"))


def _first_set(environ: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environ[name].strip() for name in names if environ.get(name, "").strip()), None)


def ollama_in(environ: Mapping[str, str]) -> Provider:
    """Ollama where ``OLLAMA_HOST`` says, else on its usual port; whether it answers is open."""
    return Provider(
        id="discovered-ollama",
        name="ollama",
        kind_name="ollama",
        source="discovered",
        base_url=ollama_address(environ.get("OLLAMA_HOST", "")),
    )


def ollama_address(host: str) -> str:
    """``OLLAMA_HOST`` as a URL; it may be a host, a port, both or a URL, as Ollama reads it."""
    host = host.strip().rstrip("/")
    scheme, separator, rest = host.partition("://")
    if not separator:
        scheme, rest = "http", host
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        name, port = parts.hostname or "127.0.0.1", parts.port
    except ValueError:
        name, port = "127.0.0.1", None
    if name in ("0.0.0.0", "::"):  # noqa: S104 (it listens everywhere; we call it here)
        name = "127.0.0.1"
    if port is None:
        port = {"https": 443}.get(scheme, 80) if separator else 11434
    return f"{scheme}://{f'[{name}]' if ':' in name else name}:{port}"
